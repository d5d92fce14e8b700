#include "actors/floor/supervisor.hpp"

#include <chrono>

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>
#include <spdlog/spdlog.h>

#include "messages/interfaces/wake.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

namespace {

constexpr std::uint64_t supervisor_mailbox_bound = 10'000;

std::string describe(caf::actor_system& system, const caf::error& reason) {
  return reason ? system.render(reason) : "ended normally";
}

}  // namespace

supervisor_state::~supervisor_state() {
  if (child_) caf::anon_send_exit(child_, caf::exit_reason::kill);
}

void supervisor_state::open(child_spec spec, house_ptr house) {
  spec_ = std::move(spec);
  house_ = std::move(house);
  window_ = std::make_unique<restart_window>(spec_.policy);
  if (auto board = board_of(self_->system())) seat_ = board->find(spec_.name, spec_.kind);
  start_child();
}

void supervisor_state::start_child() {
  try {
    child_ = spec_.start(self_->system());
  } catch (const std::exception& e) {
    child_ended(caf::make_error(caf::sec::runtime_error, std::string(e.what())));
    return;
  }
  // No link: CAF takes it off the receiver of an exit message, who then ends unheard, and a killed
  // child would take its supervisor along.
  self_->monitor(child_);
  change(actor_state::running, {});
}

void supervisor_state::on_exit(const caf::exit_msg& message) {
  stopping_ = true;
  ++generation_;
  if (child_)
    self_->send_exit(child_, message.reason);
  else
    self_->quit(message.reason);
}

void supervisor_state::on_down(const caf::down_msg& message) {
  if (!child_ || message.source != child_.address()) return;
  child_ = nullptr;
  child_ended(message.reason);
}

void supervisor_state::child_ended(const caf::error& reason) {
  auto why = describe(self_->system(), reason);
  if (stopping_ || !reason || reason == caf::exit_reason::user_shutdown) {
    change(actor_state::stopped, why);
    self_->quit(reason);
    return;
  }
  if (!window_->note_crash(house_->time->now())) {
    spdlog::error("{} has failed for good: {}", spec_.name, why);
    change(actor_state::failed, why);
    return;
  }
  auto wait = window_->backoff(house_->random());
  spdlog::warn("{} crashed ({}), restart in {} ms", spec_.name, why, wait / ns_per_ms);
  change(actor_state::restarting, why);
  self_->delayed_send(self_, std::chrono::nanoseconds(wait), wake{0, ++generation_});
}

void supervisor_state::on_timer(std::uint64_t generation) {
  if (generation != generation_ || stopping_) return;
  if (seat_) seat_->count_restart();
  start_child();
}

void supervisor_state::change(actor_state state, const std::string& reason) {
  state_ = state;
  if (seat_) seat_->set_state(state, house_->time->now_ms(), reason);
  if (spec_.on_change) spec_.on_change(state, reason);
}

caf::result<caf::message> supervisor_state::forward(caf::message_view& content) {
  if (!child_) {
    self_->count_error();
    return caf::make_error(state_ == actor_state::failed ? ec::failed : ec::unavailable,
                           spec_.name);
  }
  auto urgent = self_->current_mailbox_element()->mid.is_urgent_message();
  auto promise = self_->make_response_promise();
  if (urgent)
    promise.delegate<caf::message_priority::high>(child_, content.move_content_to_message());
  else
    promise.delegate(child_, content.move_content_to_message());
  return caf::delegated<caf::message>{};
}

caf::behavior supervisor(supervisor_actor* self, child_spec spec, house_ptr house) {
  self->observe({"supervisor of " + spec.name, "supervisor", supervisor_mailbox_bound});
  self->set_exit_handler([self](const caf::exit_msg& message) { self->state.on_exit(message); });
  self->set_down_handler([self](const caf::down_msg& message) { self->state.on_down(message); });
  self->set_default_handler([self](caf::scheduled_actor*, caf::message_view& content) {
    return self->state.forward(content);
  });
  self->state.open(std::move(spec), std::move(house));
  return {
      // Time to start the child again.
      [self](const wake& timer) { self->state.on_timer(timer.generation); },
  };
}

caf::actor spawn_supervised(caf::actor_system& system, child_spec spec, house_ptr house) {
  return system.spawn(supervisor, std::move(spec), std::move(house));
}

}  // namespace outcry
