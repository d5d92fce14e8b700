#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/notify/notice.hpp"
#include "messages/notify.hpp"

namespace outcry {

struct notice_limits {
  std::uint32_t budget_per_hour = 6;  ///< not urgent ones sent one by one
  std::int64_t digest_ms = 15 * 60'000;
  std::int64_t escalate_ms = 5 * 60'000;
  std::uint32_t escalations = 3;  ///< an alarm that nobody acknowledges is said so often again
  std::size_t most_waiting = 200;
  std::size_t most_alarms = 100;
  std::int64_t first_backoff_ms = 2'000;  ///< after a failed delivery; doubled up to the maximum
  std::int64_t most_backoff_ms = 300'000;
  std::int64_t unauthorized_ms =
      600'000;       ///< until a server that wants another secret is asked again
  std::string page;  ///< address of the phone page; empty = none
};

/// Decides what is sent to the phone, and when. Pure: no CAF, no I/O; the caller has the clock, in
/// milliseconds that never go back. One message is on its way at a time: `next`, then `delivered`
/// or `failed`.
///
/// An urgent notice is an *alarm*: sent at once, and again at the highest priority after
/// `escalate_ms`, `escalations` times, until it is acknowledged or over; both at most once in
/// `escalate_ms` for the same key. All others are sent one by one within the budget; what comes
/// beyond it, a second time about the same thing within `digest_ms`, or in quiet hours, comes in a
/// digest. What does not fit into memory is counted, and the digest says so.
class notice_book {
public:
  explicit notice_book(notice_limits limits) : limits_(std::move(limits)) {}

  void raise(const notice& what, std::int64_t now_ms);

  /// The alarm of that key is over: it is said no more, and `news` tells of it. Without such an
  /// alarm nothing happens. One that was never delivered becomes a notice like any other.
  void resolve(const std::string& key, const notice& news, std::int64_t now_ms);

  /// The operator was heard at that time: the alarms that had been delivered are acknowledged.
  void acknowledge(std::int64_t heard_ms);

  /// What is to be sent now. `quiet`: nothing but alarms.
  std::optional<push_request> next(std::int64_t now_ms, bool quiet);

  /// What `next` gave has arrived, or will never be taken by the server.
  void delivered(std::int64_t now_ms);

  /// It has not; `random` in [0, 1). It is still owed.
  void failed(const push_reply& reply, std::int64_t now_ms, double random);

  /// What is owed, to outlive a restart: alarms nobody acknowledged and all that waits.
  std::vector<notice> owed() const;
  /// How many were left out for want of room and not told of yet.
  std::uint64_t left_out() const;
  bool on_its_way() const { return flight_.has_value(); }
  bool has_alarm(const std::string& key) const;

private:
  struct alarm {
    notice what;
    std::uint32_t times = 1;
    std::uint32_t sends = 0;  ///< since it was raised or changed
    bool ever_sent = false;   ///< `sent_ms` says when last
    std::int64_t sent_ms = 0;
    bool acknowledged = false;
    bool over = false;
    bool over_said = false;
    notice news{};  ///< of its end
  };

  struct waiting {
    notice what;
    std::uint32_t times = 1;
    std::int64_t since_ms = 0;
    bool for_digest = false;
  };

  struct flight {
    std::string alarm;  ///< its key; empty = none
    notice said;        ///< of the alarm
    bool says_over = false;
    bool digest = false;
    std::vector<waiting> entries;
    std::array<std::uint64_t, notice_kinds> left_out{};
  };

  bool is_due(const alarm& x, std::int64_t now_ms) const;
  push_request alarm_push(const alarm& x) const;
  push_request single_push(const waiting& x) const;
  push_request digest_push(const flight& all) const;
  std::string click(const std::string& page) const;
  void add(waiting entry);
  void forget_old(std::int64_t now_ms);
  bool has_budget() const { return spent_.size() < limits_.budget_per_hour; }

  notice_limits limits_;
  std::map<std::string, alarm> alarms_;
  std::deque<waiting> waiting_;
  std::array<std::uint64_t, notice_kinds> left_out_{};
  std::optional<flight> flight_;
  std::deque<std::int64_t> spent_;               ///< when those of the last hour were sent
  std::map<std::string, std::int64_t> sent_at_;  ///< by key: when it was sent by itself
  std::int64_t last_digest_ms_ = 0;
  bool digest_sent_ = false;
  std::int64_t not_before_ms_ = 0;
  std::uint32_t failures_ = 0;
};

}  // namespace outcry
