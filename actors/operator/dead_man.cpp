#include "actors/operator/dead_man.hpp"

#include <algorithm>
#include <exception>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "messages/paths.hpp"

namespace outcry {

namespace {

constexpr std::chrono::seconds dead_man_tick{1};
constexpr std::chrono::seconds look_timeout{30};
/// Longer than the desk itself waits for its journal.
constexpr std::chrono::seconds shot_timeout{65};
constexpr std::int64_t most_look_pause_ms = 10'000;
constexpr std::int64_t least_look_pause_ms = 1'000;
/// A journal that does not answer so long after the deadline cannot have taken a message either.
constexpr std::int64_t blind_patience_ms = 60'000;
constexpr std::int64_t dead_man_retry_ms = 5'000;
constexpr std::int64_t publish_pause_ms = 5'000;
constexpr std::int64_t ear_pause_ms = 60'000;
/// The latest message and, if that is the switch's own, the one before it.
constexpr std::uint32_t messages_looked_at = 2;

/// When a message was said. One that waited in the mirror while the floor was closed is no sign of
/// life from today.
std::int64_t said_at_ms(const ledger& entry) {
  auto created = entry.message.created_at_ms;
  return created == 0 ? entry.adopted_at_ms : std::min(created, entry.adopted_at_ms);
}

}  // namespace

void dead_man_state::open(dead_man_services services) {
  services_ = std::move(services);
  auto known = services_.store->load();
  switch_.emplace(services_.span_ms, known, now_ms());
  unsaved_ = !known || *known != switch_->record();
  save();
  listen();
  look();
  self_->delayed_send(self_, dead_man_tick, wake{});
}

// -- hearing --------------------------------------------------------------------------------------

void dead_man_state::listen() {
  if (!services_.open_ear || steady_ms() < next_ear_ms_) return;
  if (ear_ && !ear_->is_deaf()) return;
  next_ear_ms_ = steady_ms() + ear_pause_ms;
  // The ear's thread must not keep the actor alive: it knows its address only.
  auto me = caf::actor_cast<caf::actor_addr>(self_);
  ear_.reset();
  ear_ = services_.open_ear([me](std::int64_t at_ms) {
    if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(me))
      caf::anon_send(caf::actor_cast<dead_man_impl>(alive), operator_beat{at_ms});
  });
}

void dead_man_state::on_beat(const operator_beat& beat) {
  if (switch_->hear_beat(beat.at_ms, now_ms())) unsaved_ = true;
}

bool dead_man_state::look_is_due() const {
  if (looking_ || firing_) return false;
  if (switch_->is_due(now_ms())) return steady_ms() >= next_shot_ms_;
  return steady_ms() >= next_look_ms_;
}

void dead_man_state::look() {
  looking_ = true;
  next_look_ms_ =
      steady_ms() + std::clamp(services_.span_ms / 10, least_look_pause_ms, most_look_pause_ms);
  self_->request(services_.journal, look_timeout, find_ledgers{{}, messages_looked_at, 0})
      .then([this](const ledger_list& latest) { looked(latest); },
            [this](caf::error& reason) { not_looked(reason); });
}

void dead_man_state::looked(const ledger_list& latest) {
  looking_ = false;
  blind_since_ms_.reset();
  for (const auto& entry : latest.ledgers) {
    bool own = is_from_dead_man(entry.message);
    if (own ? switch_->note_fired(entry.message.id, entry.adopted_at_ms)
            : switch_->hear(said_at_ms(entry), now_ms()))
      unsaved_ = true;
  }
  if (switch_->is_due(now_ms())) fire();
}

void dead_man_state::not_looked(const caf::error& reason) {
  looking_ = false;
  self_->count_error();
  if (!switch_->is_due(now_ms())) return;
  if (!blind_since_ms_) {
    blind_since_ms_ = steady_ms();
    spdlog::error("the dead-man's switch is due and cannot read the journal: {}",
                  self_->system().render(reason));
  }
  next_shot_ms_ = steady_ms() + dead_man_retry_ms;
  if (steady_ms() - *blind_since_ms_ >= blind_patience_ms) fire();
}

// -- firing ---------------------------------------------------------------------------------------

void dead_man_state::fire() {
  firing_ = true;
  auto message = switch_->stop_message(now_ms());
  auto id = message.id;
  self_->request(services_.desk, shot_timeout, submit_message{std::move(message), false})
      .then([this, id](const ledger&) { fired(id); },
            [this, id](caf::error& reason) {
              firing_ = false;
              next_shot_ms_ = steady_ms() + dead_man_retry_ms;
              self_->count_error();
              spdlog::error("the stop {} of the dead-man's switch is not taken: {}", id,
                            self_->system().render(reason));
            });
}

void dead_man_state::fired(const std::string& message_id) {
  firing_ = false;
  spdlog::warn(
      "the dead-man's switch has fired: the operator was not heard for {}; stop for all "
      "bots, message {}",
      duration_words(services_.span_ms), message_id);
  // Who was heard meanwhile has begun another silence.
  if (!switch_->note_fired(message_id, now_ms())) return;
  unsaved_ = true;
  next_publish_ms_ = 0;
  save();
  publish();
}

void dead_man_state::warn() {
  if (!switch_->is_time_to_warn(now_ms())) return;
  auto status = switch_->status();
  spdlog::warn("the dead-man's switch stops all bots in {}: the operator has not been heard for {}",
               duration_words(status.fires_at_ms - now_ms()),
               duration_words(now_ms() - status.heard_at_ms));
}

// -- telling --------------------------------------------------------------------------------------

void dead_man_state::save() {
  if (!unsaved_ || steady_ms() < next_save_ms_) return;
  try {
    services_.store->save(switch_->record());
    unsaved_ = false;
    save_failed_ = false;
  } catch (const std::exception& e) {
    next_save_ms_ = steady_ms() + dead_man_retry_ms;
    self_->count_error();
    if (save_failed_) return;
    save_failed_ = true;
    spdlog::error("the dead-man's switch cannot save when the operator was heard: {}", e.what());
  }
}

void dead_man_state::publish() {
  if (!services_.relay || publishing_ || steady_ms() < next_publish_ms_) return;
  auto text = to_json(switch_->status());
  if (text == published_) return;
  publishing_ = true;
  next_publish_ms_ = steady_ms() + publish_pause_ms;
  journal_write write;
  write.owed.push_back({paths::floor_value("deadMan"), text});
  self_->request(services_.journal, look_timeout, std::move(write))
      .then(
          [this, text](const journal_receipt&) {
            publishing_ = false;
            published_ = text;
            self_->send(services_.relay, owed_hint{});
          },
          [this](caf::error&) {
            publishing_ = false;
            self_->count_error();
          });
}

void dead_man_state::on_timer() {
  if (switch_->pass(now_ms())) unsaved_ = true;
  listen();
  warn();
  if (look_is_due()) look();
  save();
  publish();
  self_->delayed_send(self_, dead_man_tick, wake{});
}

dead_man_impl::behavior_type dead_man(dead_man_self* self, dead_man_services services) {
  self->observe({"dead-man", "dead-man", 1000});
  self->state.open(std::move(services));
  return {
      // Where it stands.
      [self](const get_dead_man&) { return self->state.status(); },
      // The page is open somewhere.
      [self](const operator_beat& beat) { self->state.on_beat(beat); },
      // Time goes by.
      [self](const wake&) { self->state.on_timer(); },
  };
}

}  // namespace outcry
