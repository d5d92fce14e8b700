#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "actors/notify/notice.hpp"
#include "actors/notify/trouble_watch.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/mirror.hpp"

namespace outcry {

/// Notices what is the matter around the bots: prices, the broker, the journal, the mirror, tickers
/// whose books do not agree with the broker's, and a day that is over.
class market_watch {
public:
  news look(const pit_list& pits, std::int64_t now_ms);
  news look(const risk_report& risk, std::int64_t now_ms);
  news look(const relay_status& mirror, std::int64_t now_ms);
  news look(const position_list& positions);

  /// The journal answered, or did not.
  news journal_answers(bool it_does, std::int64_t now_ms);

  /// The trading day that is over and nobody has asked for yet. Once it is asked for it is gone.
  std::optional<std::string> take_day();

  /// What the day brought; without trades it is no news.
  static std::optional<notice> result_of(const performance_list& day);

private:
  void note_session(const market_session& now);

  // Stale is what the feed calls silent for long already.
  trouble_watch prices_{15'000};
  trouble_watch broker_{10'000};
  trouble_watch journal_{10'000};
  trouble_watch mirror_{60'000};
  std::set<std::string> halted_;
  std::optional<market_session> session_;
  std::optional<std::string> day_over_;
};

}  // namespace outcry
