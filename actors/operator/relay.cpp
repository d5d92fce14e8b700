#include "actors/operator/relay.hpp"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/patch_builder.hpp"
#include "messages/bots_codec.hpp"
#include "messages/keys.hpp"
#include "messages/market_codec.hpp"
#include "messages/operator_codec.hpp"
#include "messages/paths.hpp"
#include "messages/roster_codec.hpp"

namespace outcry {

namespace {

using json = nlohmann::json;

constexpr std::chrono::seconds store_timeout{30};
constexpr std::chrono::seconds pit_timeout{5};
constexpr std::chrono::seconds desk_timeout{60};
constexpr std::chrono::seconds mirror_timeout{120};
constexpr std::chrono::milliseconds relay_tick{100};
constexpr std::uint64_t ticks_per_look = 10;
constexpr std::uint64_t ticks_per_introduction = 50;
constexpr std::size_t max_current_values = 500;
constexpr std::size_t max_unsubmitted = 1000;
constexpr std::size_t max_unsubmitted_brakes = 2000;

}  // namespace

void relay_state::open(relay_services services) {
  services_ = std::move(services);
  owed_limit_ = services_.options.outbox_page;
  history_limit_ = services_.options.history_page;
  self_->send(services_.mirror, listen_to_mirror{caf::actor_cast<caf::actor>(self_), false});
  self_->delayed_send(self_, relay_tick, wake{});
  ask_roster();
}

// A relay that was restarted missed what the bots said meanwhile.
void relay_state::ask_roster() {
  if (!services_.roster) return;
  self_->request(services_.roster, desk_timeout, list_bots{})
      .then(
          [this](const bot_list& all) {
            for (const auto& status : all.bots)
              changed_bots_.try_emplace(status.identity.id, status);
          },
          [this](caf::error&) { self_->count_error(); });
}

// -- what there is to do --------------------------------------------------------------------------

void relay_state::on_desk(const desk_address& address) {
  auto desk = caf::actor_cast<command_desk_actor>(address.desk);
  if (desk == desk_) return;  // it says so now and then
  desk_ = std::move(desk);
  submit_waiting();
}

void relay_state::on_hint() {
  maybe_owed_ = true;
  ++hints_;
  run();
}

void relay_state::on_price(const price_changed& change) {
  changed_prices_[change.ticker] = change.pit;
  maybe_history_ = true;
}

void relay_state::on_bot(const bot_status& status) {
  changed_bots_[status.identity.id] = status;
}

void relay_state::on_bot_gone(const unregister_bot& gone) {
  changed_bots_[gone.bot_id].reset();
}

void relay_state::on_halt(const halt_state& halt) {
  if (halt_ == halt) return;
  halt_ = halt;
  halt_changed_ = true;
}

void relay_state::on_link(const link_status& link) {
  links_[link.name] = link;
}

void relay_state::on_timer() {
  // The desk hints at what is new; a look now and then finds what a crash left behind.
  if (++ticks_ % ticks_per_look == 0) {
    maybe_owed_ = true;
    maybe_history_ = true;
    submit_waiting();
  }
  // Said again now and then: a mirror that was restarted knows nothing.
  if (ticks_ % ticks_per_introduction == 0)
    self_->send(services_.mirror, listen_to_mirror{caf::actor_cast<caf::actor>(self_), false});
  run();
  self_->delayed_send(self_, relay_tick, wake{});
}

void relay_state::run() {
  run_prompt();
  run_history();
}

bool relay_state::may_run(const lane_state& lane) const {
  return !lane.busy && steady_ms() >= lane.not_before_ms;
}

// -- first lane: what is owed ---------------------------------------------------------------------

void relay_state::run_prompt() {
  if (!may_run(prompt_)) return;
  if (!maybe_owed_) {
    send_current();
    return;
  }
  prompt_.busy = true;
  self_->request(services_.journal, store_timeout, read_outbox{0, owed_limit_})
      .then([this, hints = hints_](const outbox_page& page) { send_owed(page, hints); },
            [this](caf::error& reason) {
              lane_failed(prompt_, 0, "the journal: " + self_->system().render(reason));
            });
}

void relay_state::send_owed(const outbox_page& page, std::uint64_t hints) {
  prompt_.busy = false;
  status_.outbox_backlog = page.backlog;
  if (page.rows.empty()) {
    // A hint that came while the journal looked may be about something newer.
    maybe_owed_ = hints_ != hints;
    send_current();
    return;
  }
  patch_builder patch(owed_limit_, services_.options.max_patch_bytes);
  std::vector<outbox_row> rows;
  for (const auto& row : page.rows) {
    if (!patch.add(row.owed)) break;
    rows.push_back(row);
  }
  begin_write(prompt_);
  self_->request(services_.mirror, mirror_timeout, mirror_patch{mirror_lane::prompt, patch.take()})
      .then(
          [this, rows](const mirror_reply& reply) { owed_answered(rows, reply); },
          [this](caf::error& reason) { lane_failed(prompt_, 0, self_->system().render(reason)); });
}

void relay_state::owed_answered(const std::vector<outbox_row>& rows, const mirror_reply& reply) {
  if (reply.outcome == mirror_outcome::retry_later) {
    lane_failed(prompt_, reply.retry_after_ms, reply.reason);
    return;
  }
  if (reply.outcome == mirror_outcome::stored) {
    lane_worked(prompt_, reply, rows.size());
    owed_limit_ = std::min(owed_limit_ * 2, services_.options.outbox_page);
    confirm_owed({rows.back().seq, {}, {}});
    return;
  }
  if (rows.size() > 1) {
    // One of them spoils the write for the others: halve until it stands alone.
    owed_limit_ = static_cast<std::uint32_t>((rows.size() + 1) / 2);
    prompt_.busy = false;
    run_prompt();
    return;
  }
  note_refused(rows.front().owed.path, reply);
  prompt_.trying_since_ms.reset();
  confirm_owed({rows.front().seq, {rows.front().seq}, reply.reason});
}

void relay_state::confirm_owed(const outbox_delivered& delivered) {
  prompt_.busy = true;
  self_->request(services_.journal, store_timeout, delivered)
      .then(
          [this, hints = hints_](const outbox_page& left) {
            prompt_.busy = false;
            status_.outbox_backlog = left.backlog;
            maybe_owed_ = left.backlog > 0 || hints_ != hints;
            run();
          },
          [this](caf::error& reason) {
            lane_failed(prompt_, 0, "the journal: " + self_->system().render(reason));
          });
}

// -- second lane: current values ------------------------------------------------------------------

void relay_state::send_current() {
  if (!may_run(prompt_) || gathering_ > 0) return;
  if (!gathered_) gather();
  if (gathering_ > 0) return;
  gathered_ = false;
  write_current();
}

// The lane stays free meanwhile: no acknowledgement waits for a pit that hangs.
void relay_state::gather() {
  add_floor_values();
  for (auto next = changed_bots_.begin();
       next != changed_bots_.end() && current_.size() < max_current_values;) {
    current_[paths::bot(next->first)] = next->second ? to_json(*next->second) : "null";
    next = changed_bots_.erase(next);
  }
  auto asked = std::move(changed_prices_);
  changed_prices_.clear();
  gathering_ = asked.size();
  for (const auto& [ticker, pit] : asked) {
    self_->request(caf::actor_cast<pit_actor>(pit), pit_timeout, take_price{})
        .then(
            [this](const price_update& update) {
              // Prices that came since the pit spoke up belong to the history too.
              maybe_history_ = true;
              add_current(paths::ticker_price(update.ticker), to_json(update));
            },
            [this](caf::error&) {
              self_->count_error();
              add_current({}, {});
            });
  }
}

void relay_state::add_current(const std::string& path, const std::string& value) {
  if (!path.empty()) current_[path] = value;
  if (--gathering_ > 0) return;
  gathered_ = true;
  run();
}

void relay_state::write_current() {
  mirror_patch patch;
  for (const auto& [path, value] : current_) {
    if (patch.values.size() >= current_limit_) break;
    patch.values.push_back({path, value});
  }
  if (patch.values.empty()) return;
  begin_write(prompt_);
  auto sent = patch.values;
  self_->request(services_.mirror, mirror_timeout, std::move(patch))
      .then(
          [this, sent](const mirror_reply& reply) { current_answered(sent, reply); },
          [this](caf::error& reason) { lane_failed(prompt_, 0, self_->system().render(reason)); });
}

void relay_state::current_answered(const std::vector<owed_value>& sent, const mirror_reply& reply) {
  // On failure the gathered values stay: newer ones replace them, key by key, before the next try.
  if (reply.outcome == mirror_outcome::retry_later) {
    lane_failed(prompt_, reply.retry_after_ms, reply.reason);
    return;
  }
  prompt_.busy = false;
  if (reply.outcome == mirror_outcome::stored) {
    lane_worked(prompt_, reply, sent.size());
    current_limit_ = std::min(current_limit_ * 2, max_current_values);
    for (const auto& value : sent) current_.erase(value.path);
  } else if (sent.size() > 1) {
    current_limit_ = (sent.size() + 1) / 2;  // until the one that spoils it stands alone
  } else {
    note_refused(sent.front().path, reply);
    prompt_.trying_since_ms.reset();
    current_.erase(sent.front().path);
  }
  run();
}

void relay_state::note_refused(const std::string& path, const mirror_reply& reply) {
  spdlog::error("Firebase refuses {}: {}", path, reply.reason);
  ++status_.refused_values;
  self_->count_error();
}

void relay_state::add_floor_values() {
  if (halt_changed_) current_[paths::floor_value("halt")] = to_json(*halt_);
  halt_changed_ = false;
  if (steady_ms() < next_heartbeat_ms_) return;
  next_heartbeat_ms_ = steady_ms() + services_.options.heartbeat_ms;
  current_[paths::floor_value("heartbeat")] = nlohmann::json(now_ms()).dump();
  current_[paths::floor_value("version")] = nlohmann::json(services_.options.version).dump();
  current_[paths::floor_value("clockSkew")] = nlohmann::json(status_.clock_skew_ms).dump();
}

// -- third lane: the history of prices ------------------------------------------------------------

void relay_state::run_history() {
  if (!services_.history || !services_.options.keeps_history || !may_run(history_)) return;
  // What is owed comes first: while it waits, or Firebase is away, no history is sent.
  if (maybe_owed_ || prompt_.backoff_ms > 0 || !maybe_history_) return;
  history_.busy = true;
  maybe_history_ = false;
  self_->request(services_.history, store_timeout, read_history{0, history_limit_})
      .then([this](const history_page& page) { send_history(page); },
            [this](caf::error& reason) {
              maybe_history_ = true;
              lane_failed(history_, 0, "the history: " + self_->system().render(reason));
            });
}

void relay_state::send_history(const history_page& page) {
  status_.history_backlog = page.last_seq - page.delivered_seq;
  if (page.rows.empty()) {
    history_.busy = false;
    return;
  }
  mirror_patch patch;
  patch.lane = mirror_lane::history;
  patch.values.reserve(page.rows.size());
  for (const auto& row : page.rows)
    patch.values.push_back(
        {paths::ticker_history(row.update.ticker, row.key), to_json(row.update)});
  auto up_to = page.rows.back().seq;
  auto patch_front = patch.values.front().path;
  maybe_history_ = true;
  begin_write(history_);
  self_->request(services_.mirror, mirror_timeout, std::move(patch))
      .then(
          [this, up_to, first = patch_front, count = page.rows.size()](const mirror_reply& reply) {
            history_answered(first, up_to, count, reply);
          },
          [this](caf::error& reason) { lane_failed(history_, 0, self_->system().render(reason)); });
}

void relay_state::history_answered(const std::string& first, std::int64_t up_to, std::size_t count,
                                   const mirror_reply& reply) {
  if (reply.outcome == mirror_outcome::retry_later) {
    lane_failed(history_, reply.retry_after_ms, reply.reason);
    return;
  }
  bool refused = reply.outcome == mirror_outcome::refused;
  if (refused && count > 1) {
    history_limit_ = static_cast<std::uint32_t>((count + 1) / 2);
    history_.busy = false;
    run_history();
    return;
  }
  if (refused)
    note_refused(first, reply);
  else
    history_limit_ = std::min(history_limit_ * 2, services_.options.history_page);
  self_->request(services_.history, store_timeout, history_delivered{up_to})
      .then(
          [this, reply, refused, count](const history_receipt&) {
            if (refused)
              history_ = {};
            else
              lane_worked(history_, reply, count);
            run_history();
          },
          [this](caf::error& reason) {
            lane_failed(history_, 0, "the history: " + self_->system().render(reason));
          });
}

// -- how the lanes fare ---------------------------------------------------------------------------

void relay_state::lane_failed(lane_state& lane, std::int64_t retry_after_ms,
                              const std::string& why) {
  const auto& options = services_.options;
  bool first = lane.backoff_ms == 0;
  lane.backoff_ms =
      first ? options.first_backoff_ms : std::min(lane.backoff_ms * 2, options.max_backoff_ms);
  // Full jitter: many floors do not come back in step. At least what Firebase asked for.
  auto wait = static_cast<std::int64_t>(static_cast<double>(lane.backoff_ms) *
                                        (0.5 + services_.house->random() / 2));
  lane.not_before_ms = steady_ms() + std::max(wait, retry_after_ms);
  lane.busy = false;
  self_->count_error();
  if (first) spdlog::warn("Firebase does not take what is owed: {}", why);
}

void relay_state::lane_worked(lane_state& lane, const mirror_reply& reply, std::size_t values) {
  if (lane.backoff_ms > 0) spdlog::info("Firebase takes what is owed again");
  if (lane.trying_since_ms)
    (&lane == &prompt_ ? prompt_lag_ : history_lag_)
        .took(steady_ms() - *lane.trying_since_ms, steady_ms());
  lane = {};
  ++status_.patches;
  status_.values += values;
  status_.last_stored_ms = now_ms();
  // The Date header has whole seconds: less than two of them say nothing.
  if (reply.server_ms == 0) return;
  auto skew = reply.server_ms - now_ms();
  status_.clock_skew_ms = std::abs(skew) < 2000 ? 0 : skew;
}

void relay_state::begin_write(lane_state& lane) const {
  lane.busy = true;
  if (!lane.trying_since_ms) lane.trying_since_ms = steady_ms();
}

relay_status relay_state::status() const {
  auto result = status_;
  for (const auto& [link_name, link] : links_) result.links.push_back(link_of(link));
  return result;
}

link_status relay_state::link_of(const link_status& link) const {
  auto result = link;
  const bool is_prompt = link.name == "firebase.prompt";
  if (!is_prompt && link.name != "firebase.history") return result;
  const auto& lane = is_prompt ? prompt_ : history_;
  const auto& lag = is_prompt ? prompt_lag_ : history_lag_;
  result.lag_ms = lag.lag_ms(steady_ms(), lane.trying_since_ms);
  return result;
}

// -- Firebase -> command desk ---------------------------------------------------------------------

void relay_state::on_message(const mirrored_message& message) {
  auto parsed = parse_operator_message(message.id, message.json);
  bool brake = parsed && is_brake(parse_verb(parsed->type));
  if (unsubmitted_.size() + submitting_ >= (brake ? max_unsubmitted_brakes : max_unsubmitted)) {
    // It stays in Firebase as sent and is heard again when these are dealt with.
    overflowed_ = true;
    self_->count_error();
    spdlog::error("too many operator messages at once: {} waits in Firebase", message.id);
    return;
  }
  submit(message);
}

void relay_state::submit_waiting() {
  auto waiting = std::move(unsubmitted_);
  unsubmitted_.clear();
  for (const auto& message : waiting) submit(message);
}

void relay_state::keep_for_later(const mirrored_message& message) {
  auto known = std::find_if(unsubmitted_.begin(), unsubmitted_.end(),
                            [&](const mirrored_message& x) { return x.key == message.key; });
  if (known == unsubmitted_.end()) unsubmitted_.push_back(message);
}

void relay_state::submit(const mirrored_message& message) {
  if (auto id = check_message_id(message.id); !id) {
    refuse_in_place(message, id.error());
    return;
  }
  if (!desk_) {
    keep_for_later(message);
    return;
  }
  ++submitting_;
  auto taken = [this](const ledger&) {
    --submitting_;
    hear_the_rest();
  };
  auto failed = [this, message](caf::error& reason) {
    --submitting_;
    self_->count_error();
    if (reason == ec::invalid_input)
      refuse_in_place(message, self_->system().render(reason));
    else
      keep_for_later(message);
  };
  auto parsed = parse_operator_message(message.id, message.json);
  if (parsed)
    self_->request(desk_, desk_timeout, submit_message{*parsed, true}).then(taken, failed);
  else
    self_->request(desk_, desk_timeout, submit_unreadable{message.id, to_string(parsed.error())})
        .then(taken, failed);
}

void relay_state::hear_the_rest() {
  if (!overflowed_ || submitting_ > 0 || !unsubmitted_.empty()) return;
  overflowed_ = false;
  self_->send(services_.mirror, listen_to_mirror{caf::actor_cast<caf::actor>(self_), true});
}

// Under such a name no ledger can be kept; its sender is told where the message stands.
void relay_state::refuse_in_place(const mirrored_message& message, const std::string& why) {
  spdlog::error("operator message \"{}\" is refused: {}", message.key, why);
  auto at = std::string(paths::messages) + '/' + message.key + '/';
  journal_write write;
  write.owed = {{at + "state", json("failed").dump()},
                {at + "code", json(to_string(ec::invalid_input)).dump()},
                {at + "reason", json(why).dump()}};
  self_->request(services_.journal, store_timeout, std::move(write))
      .then([this](const journal_receipt&) { on_hint(); },
            [this, message](caf::error&) {
              self_->count_error();
              keep_for_later(message);
            });
}

relay_impl::behavior_type relay(relay_self* self, relay_services services) {
  self->observe({"relay", "relay", 200'000});
  self->tell_state([self] { return to_json(self->state.status()); });
  self->state.open(std::move(services));
  return {
      // Who takes the operator messages.
      [self](const desk_address& address) { self->state.on_desk(address); },
      // The outbox has grown.
      [self](const owed_hint&) { self->state.on_hint(); },
      // A pit's price has changed.
      [self](const price_changed& change) { self->state.on_price(change); },
      // A bot's state has changed.
      [self](const bot_status& status) { self->state.on_bot(status); },
      // A bot has left.
      [self](const unregister_bot& gone) { self->state.on_bot_gone(gone); },
      // The floor's halt has changed.
      [self](const halt_state& halt) { self->state.on_halt(halt); },
      // An operator message stands in Firebase.
      [self](const mirrored_message& message) { self->state.on_message(message); },
      // The mirror's connections came or went.
      [self](const link_status& link) { self->state.on_link(link); },
      // How the relay is.
      [self](const get_relay&) { return self->state.status(); },
      // Time to look what there is to do.
      [self](const wake&) { self->state.on_timer(); },
  };
}

}  // namespace outcry
