#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/lag_meter.hpp"
#include "actors/floor/observed.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

struct relay_options {
  bool keeps_history = true;  ///< every price goes to /tickers/<T>/prices
  std::string version;        ///< told at /floor/version
  std::uint32_t outbox_page = 500;
  std::uint32_t history_page = 1000;
  std::size_t max_patch_bytes = 1'000'000;
  std::int64_t heartbeat_ms = 10'000;
  std::int64_t first_backoff_ms = 250;  ///< after a write that failed; doubled up to the maximum
  std::int64_t max_backoff_ms = 30'000;
};

struct relay_services {
  journal_actor journal;
  history_actor history;  ///< invalid: no history is kept
  mirror_actor mirror;
  house_ptr house;
  relay_options options;
  roster_actor roster{};  ///< invalid: nobody to ask what a relay before this one was told
};

/// When a lane may write again.
struct lane_state {
  std::optional<std::int64_t> trying_since_ms;  ///< to write what it has not written yet
  bool busy = false;
  std::int64_t not_before_ms = 0;
  std::int64_t backoff_ms = 0;
};

using relay_impl = relay_actor::extend<caf::reacts_to<wake>>;

class relay_state;
using relay_self = observed_actor<relay_impl, relay_state>;

/// Floor -> Firebase and Firebase -> command desk.
///
/// Three lanes. First what is owed: acknowledgements and orders, from the journal's outbox, in
/// order, kept there until Firebase has confirmed them. Then current values: prices, bots, the
/// floor's own; only their keys are remembered, the values are read when they are sent. Last the
/// history of prices, on a connection of its own, and only while nothing is owed. Memory does not
/// grow with any of the backlogs.
class relay_state {
public:
  static inline const char* name = "relay";

  explicit relay_state(relay_self* self) : self_(self) {}

  void open(relay_services services);
  void on_desk(const desk_address& address);
  void on_hint();
  void on_price(const price_changed& change);
  void on_bot(const bot_status& status);
  void on_bot_gone(const unregister_bot& gone);
  void on_halt(const halt_state& halt);
  void on_message(const mirrored_message& message);
  void on_link(const link_status& link);
  void on_timer();
  relay_status status() const;

private:
  void run();
  void run_prompt();
  void send_owed(const outbox_page& page, std::uint64_t hints);
  void owed_answered(const std::vector<outbox_row>& rows, const mirror_reply& reply);
  void confirm_owed(const outbox_delivered& delivered);
  void send_current();
  void gather();
  void ask_roster();
  void hear_the_rest();
  void add_current(const std::string& path, const std::string& value);
  void write_current();
  void begin_write(lane_state& lane) const;
  void current_answered(const std::vector<owed_value>& sent, const mirror_reply& reply);
  void run_history();
  void send_history(const history_page& page);
  void history_answered(const std::string& first, std::int64_t up_to, std::size_t count,
                        const mirror_reply& reply);
  link_status link_of(const link_status& link) const;
  void note_refused(const std::string& path, const mirror_reply& reply);
  void lane_failed(lane_state& lane, std::int64_t retry_after_ms, const std::string& why);
  void lane_worked(lane_state& lane, const mirror_reply& reply, std::size_t values);
  bool may_run(const lane_state& lane) const;
  void submit(const mirrored_message& message);
  void submit_waiting();
  void keep_for_later(const mirrored_message& message);
  void refuse_in_place(const mirrored_message& message, const std::string& why);
  void add_floor_values();
  std::int64_t now_ms() const { return services_.house->time->now_ms(); }
  /// For pauses and deadlines: goes on when somebody sets the clock.
  std::int64_t steady_ms() const {
    auto since = self_->clock().now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  }

  relay_self* self_;
  relay_services services_;
  command_desk_actor desk_;
  lane_state prompt_;
  lane_state history_;
  std::uint64_t ticks_ = 0;
  bool maybe_owed_ = true;
  std::uint64_t hints_ = 0;          ///< heard so far
  std::uint32_t owed_limit_ = 0;     ///< shrinks to find the value that Firebase refuses
  std::size_t current_limit_ = 500;  ///< the same, for current values
  std::uint32_t history_limit_ = 0;  ///< the same, for prices
  bool maybe_history_ = true;
  std::map<std::string, caf::actor> changed_prices_;               ///< by ticker: the pit to ask
  std::map<std::string, std::optional<bot_status>> changed_bots_;  ///< by id; nothing: it has left
  std::map<std::string, std::string> current_;                     ///< being gathered for one write
  std::size_t gathering_ = 0;  ///< pits that have not answered yet
  bool gathered_ = false;      ///< all have: `current_` is to be written
  std::int64_t next_heartbeat_ms_ = 0;
  std::optional<halt_state> halt_;  ///< nothing: the desk has not said it yet
  bool halt_changed_ = false;
  std::vector<mirrored_message> unsubmitted_;  ///< the desk has not taken them yet
  std::size_t submitting_ = 0;                 ///< the desk has not answered yet
  bool overflowed_ = false;                    ///< messages were left in Firebase
  std::map<std::string, link_status> links_;
  lag_meter prompt_lag_;
  lag_meter history_lag_;
  relay_status status_;
};

/// The relay actor. Pits and bots conflate what they send it; its mailbox takes 200,000 messages.
relay_impl::behavior_type relay(relay_self* self, relay_services services);

}  // namespace outcry
