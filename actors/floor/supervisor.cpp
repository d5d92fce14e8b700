#include "actors/floor/supervisor.hpp"

#include <chrono>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>
#include <caf/default_attachable.hpp>
#include <caf/exit_reason.hpp>
#include <caf/make_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "messages/error.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

namespace {

std::string describe(caf::actor_system& system, const caf::error& reason) {
  return reason ? system.render(reason) : "ended normally";
}

}  // namespace

supervisor::supervisor(caf::actor_config& config, child_spec spec, house_ptr house)
    : caf::monitorable_actor(config),
      name_(std::move(spec.name)),
      start_(std::move(spec.start)),
      on_change_(std::move(spec.on_change)),
      house_(std::move(house)),
      window_(spec.policy) {
  board_ = board_of(home_system());
  if (!board_) return;
  seat_ = board_->find(name_, spec.kind);
  seat_->set_supervisor(address());
}

void supervisor::start_child() {
  caf::actor child;
  {
    std::lock_guard lock(control_);
    if (stopping_) return;
    try {
      child = start_(home_system());
    } catch (const std::exception& e) {
      restart_later(e.what());
      return;
    }
    {
      std::lock_guard door(door_);
      child_ = caf::actor_cast<caf::strong_actor_ptr>(child);
    }
    change(actor_state::running, {});
  }
  // Unlocked: of a child that has ended already we hear at once. Not a link: CAF takes that off
  // the receiver of an exit message, who then ends unheard.
  auto* raw = caf::actor_cast<caf::abstract_actor*>(child);
  raw->attach(caf::default_attachable::make_monitor(raw->address(), address()));
}

caf::actor supervisor::child() {
  std::lock_guard door(door_);
  return caf::actor_cast<caf::actor>(child_);
}

void supervisor::enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) {
  auto& content = element->content();
  if (content.match_elements<caf::exit_msg>())
    on_exit(content.get_as<caf::exit_msg>(0), unit);
  else if (content.match_elements<caf::down_msg>())
    on_down(content.get_as<caf::down_msg>(0), unit);
  else if (element->sender.get() == ctrl() && content.match_elements<wake>())
    on_timer(content.get_as<wake>(0));
  else
    forward(std::move(element), unit);
}

void supervisor::forward(caf::mailbox_element_ptr element, caf::execution_unit* unit) {
  caf::strong_actor_ptr child;
  auto state = actor_state::running;
  {
    std::lock_guard door(door_);
    child = child_;
    state = state_;
  }
  if (child) {
    child->enqueue(std::move(element), unit);
    return;
  }
  count_sent();
  if (seat_) seat_->count_refusal();
  if (!element->mid.is_request() || !element->sender) return;
  auto why = caf::make_error(state == actor_state::failed ? ec::failed : ec::unavailable, name_);
  element->sender->enqueue(nullptr, element->mid.response_id(), caf::make_message(std::move(why)),
                           unit);
}

void supervisor::on_exit(const caf::exit_msg& message, caf::execution_unit* unit) {
  caf::strong_actor_ptr child;
  {
    std::lock_guard lock(control_);
    stopping_ = true;
    ++generation_;
    std::lock_guard door(door_);
    child = child_;
  }
  if (child)
    child->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                   caf::make_message(caf::exit_msg{address(), message.reason}), unit);
  else
    cleanup(caf::error{message.reason}, unit);
}

void supervisor::on_down(const caf::down_msg& message, caf::execution_unit* unit) {
  {
    std::lock_guard lock(control_);
    {
      std::lock_guard door(door_);
      if (!child_ || message.source != child_->address()) return;
      child_ = nullptr;
    }
    if (!child_ended(message.reason)) return;
  }
  cleanup(caf::error{message.reason}, unit);
}

void supervisor::on_timer(const wake& timer) {
  {
    std::lock_guard lock(control_);
    if (timer.generation != generation_ || stopping_) return;
    if (seat_) seat_->count_restart();
  }
  start_child();
}

/// True: it is over for good.
bool supervisor::child_ended(const caf::error& reason) {
  auto why = describe(home_system(), reason);
  if (!restart_wish_.empty() && !stopping_) {
    why = std::exchange(restart_wish_, {});
    bury(why);
    window_.forget();
    change(actor_state::restarting, why);
    start_in(0);
    return false;
  }
  if (!stop_reason_.empty()) why = stop_reason_;
  bury(why);
  if (stopping_ || !reason || reason == caf::exit_reason::user_shutdown) {
    change(actor_state::stopped, why);
    return true;
  }
  restart_later(why);
  return false;
}

void supervisor::restart_later(const std::string& why) {
  if (!window_.note_crash(house_->time->now())) {
    spdlog::error("{} has failed for good: {}", name_, why);
    change(actor_state::failed, why);
    return;
  }
  auto wait = window_.backoff(house_->random());
  spdlog::warn("{} crashed ({}), restart in {} ms", name_, why, wait / ns_per_ms);
  change(actor_state::restarting, why);
  start_in(wait);
}

void supervisor::start_in(duration_ns wait) {
  if (seat_ && wait > 0) seat_->set_next_start(house_->time->now_ms() + wait / ns_per_ms);
  auto& clock = home_system().scheduler().clock();
  caf::strong_actor_ptr me{ctrl()};
  clock.schedule_message(
      clock.now() + std::chrono::nanoseconds(wait), me,
      caf::make_mailbox_element(me, caf::make_message_id(), {}, wake{0, ++generation_}));
}

void supervisor::bury(const std::string& reason) {
  if (!board_) return;
  auto now = house_->time->now_ms();
  auto began = seat_->started_ms();
  board_->bury({name_, seat_->kind(), now, reason, began == 0 ? 0 : now - began});
}

bool supervisor::restart(const std::string& why) {
  caf::strong_actor_ptr child;
  {
    std::lock_guard lock(control_);
    if (stopping_) return false;
    std::lock_guard door(door_);
    child = child_;
    if (child) restart_wish_ = why;
  }
  if (child)
    child->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                   caf::make_message(caf::exit_msg{address(), caf::exit_reason::user_shutdown}),
                   nullptr);
  else
    reset_backoff();
  return true;
}

void supervisor::stop(const std::string& why) {
  {
    std::lock_guard lock(control_);
    if (stopping_) return;
    stop_reason_ = why;
    restart_wish_.clear();
    if (!child()) change(actor_state::stopped, why);
  }
  on_exit(caf::exit_msg{address(), caf::exit_reason::user_shutdown}, nullptr);
}

void supervisor::reset_backoff() {
  std::lock_guard lock(control_);
  window_.forget();
  if (stopping_ || child()) return;
  change(actor_state::restarting, {});
  start_in(0);
}

void supervisor::change(actor_state state, const std::string& reason) {
  {
    std::lock_guard door(door_);
    state_ = state;
  }
  if (seat_) seat_->set_state(state, house_->time->now_ms(), reason);
  if (on_change_) on_change_(state, reason);
}

void supervisor::on_destroy() {
  if (child_) caf::anon_send_exit(child_, caf::exit_reason::kill);
  cleanup(caf::exit_reason::unreachable, nullptr);
  caf::monitorable_actor::on_destroy();
}

caf::actor spawn_supervised(caf::actor_system& system, child_spec spec, house_ptr house) {
  caf::actor_config config;
  auto result = caf::make_actor<supervisor, caf::actor>(
      system.next_actor_id(), system.node(), &system, config, std::move(spec), std::move(house));
  static_cast<supervisor*>(caf::actor_cast<caf::abstract_actor*>(result))->start_child();
  return result;
}

caf::actor who_serves(const caf::actor& handle) {
  auto* known = dynamic_cast<supervisor*>(caf::actor_cast<caf::abstract_actor*>(handle));
  return known == nullptr ? handle : known->child();
}

}  // namespace outcry
