#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "actors/notify/notice.hpp"
#include "messages/dead_man.hpp"
#include "messages/journal.hpp"

namespace outcry {

/// Notices operator messages that not every addressed bot has confirmed. Of a brake that is urgent,
/// also while it is still at work after `patience_ms`; its later convergence ends it.
class command_watch {
public:
  static constexpr std::int64_t patience_ms = 30'000;

  /// `latest`: the newest messages, at most 1000. What was final before the first look is old.
  /// `now_ms` is the floor's clock, as in ledgers.
  news look(const ledger_list& latest, std::int64_t now_ms);

  /// When the operator sent the latest message that was adopted since the first look; 0 = none.
  std::int64_t heard_ms() const { return heard_ms_; }

  /// True when a message may have moved on: all of the latest are to be looked at, not only the
  /// newest one.
  bool wants_all(const ledger_list& newest) const;

  /// Who sent the message, or nothing when it is not among the latest.
  std::optional<std::string> sender_of(const std::string& id) const;

private:
  struct known_message {
    std::string sender;
    message_state state = message_state::sent;
    bool told = false;  ///< that it is not confirmed
    std::string text;   ///< as it was told
  };

  void judge_one(const ledger& entry, known_message& known, std::int64_t now_ms, news& to);

  bool looked_ = false;
  std::int64_t heard_ms_ = 0;
  std::map<std::string, known_message> known_;  ///< by id; only the latest
};

}  // namespace outcry
