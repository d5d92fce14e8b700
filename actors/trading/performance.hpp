#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "actors/trading/performance_book.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

struct performance_options {
  /// How often changed figures are told and journalled at most, in milliseconds.
  std::int64_t interval_ms = 1000;

  /// How often those are journalled and mirrored that only prices have moved, in milliseconds:
  /// after an outage of the mirror nobody reads every step a profit has made.
  std::int64_t marks_interval_ms = 60'000;

  /// Firebase also gets the figures where today's page reads them.
  bool mirror_services = false;
};

struct performance_services {
  journal_actor journal;
  relay_actor relay;  ///< invalid: there is no relay
  house_ptr house;
  /// The trading day a time belongs to: "2013-10-08". Called from the actor's thread; days never
  /// go back while times rise.
  std::function<std::string(timestamp_ns)> trading_day;
  std::vector<performance_listener_actor> listeners;
  performance_options options;
};

using performance_impl = performance_actor::extend<caf::reacts_to<wake>>;

class performance_state;
using performance_self = observed_actor<performance_impl, performance_state>;

/// Adds up what the bots earn, by ticker and trading day, and goes on from the journal after a
/// restart. What the words of a bot mean stands in docs/performance.md.
class performance_state {
public:
  static inline const char* name = "performance";

  explicit performance_state(performance_self* self) : self_(self) {}

  void open(performance_services services);
  void on_word(const bot_performance& word);
  caf::result<performance_list> list(const get_performance& query);
  void on_timer();

private:
  void load();
  void take(const bot_performance& word);
  void mark_all();
  void tell();
  void write();
  bool is_write_due() const;
  void written(const std::vector<performance_record>& records);
  void not_written(std::set<std::string> tickers);
  std::int64_t steady_ms() const;

  performance_self* self_;
  performance_services services_;
  performance_book book_;
  bool loaded_ = false;
  bool loading_ = false;
  bool writing_ = false;
  bool urgent_ = false;  ///< something else than marks is to be journalled
  bool said_refused_ = false;
  std::int64_t written_ms_ = 0;
  std::map<std::string, bot_performance> early_;  ///< words before the journal answered, by bot
  std::set<std::string> untold_;                  ///< tickers whose figures listeners do not have
  std::set<std::string> unwritten_;               ///< tickers whose figures the mirror is owed
};

/// The performance actor. A bot's words conflate: the last one counts. Its mailbox takes 100,000
/// messages, its memory 10,000 bots.
performance_impl::behavior_type performance(performance_self* self, performance_services services);

}  // namespace outcry
