#include "actors/floor/floor.hpp"

#include <chrono>

#include <caf/exit_reason.hpp>
#include <spdlog/spdlog.h>

namespace outcry {

namespace {

enum timer : std::uint8_t { grace_over, kill_over };

}  // namespace

supervised floor_state::take(const supervise& child) {
  self_->monitor(child.supervisor);
  tiers_[child.tier][child.supervisor.address()] = {child.name, child.supervisor};
  if (stopping_) self_->send_exit(child.supervisor, caf::exit_reason::user_shutdown);
  return {};
}

caf::result<stop_report> floor_state::stop(const stop_floor& order) {
  auto promise = self_->make_response_promise<stop_report>();
  waiting_.push_back(promise);
  if (!stopping_) {
    spdlog::info("the floor closes: {}", order.reason);
    stopping_ = true;
    stop_next_tier();
  } else if (tiers_.empty()) {
    stop_next_tier();
  }
  return promise;
}

void floor_state::stop_next_tier() {
  while (!tiers_.empty() && tiers_.rbegin()->second.empty()) tiers_.erase(--tiers_.end());
  if (tiers_.empty()) {
    for (auto& promise : waiting_) promise.deliver(report_);
    waiting_.clear();
    return;
  }
  for (auto& [address, child] : tiers_.rbegin()->second)
    self_->send_exit(child.supervisor, caf::exit_reason::user_shutdown);
  self_->delayed_send(self_, std::chrono::milliseconds(limits_.grace_ms),
                      wake{grace_over, ++generation_});
}

void floor_state::on_down(const caf::down_msg& message) {
  for (auto& [tier, children] : tiers_) children.erase(message.source);
  if (stopping_ && !tiers_.empty() && tiers_.rbegin()->second.empty()) {
    ++generation_;
    stop_next_tier();
  }
}

void floor_state::on_timer(const wake& timer) {
  if (timer.generation != generation_ || tiers_.empty()) return;
  auto& children = tiers_.rbegin()->second;
  for (auto& [address, child] : children) {
    if (timer.timer == grace_over) {
      spdlog::warn("{} did not end in time: killed", child.name);
      report_.killed.push_back(child.name);
      self_->send_exit(child.supervisor, caf::exit_reason::kill);
    } else {
      spdlog::error("{} did not even end when killed", child.name);
      report_.left.push_back(child.name);
    }
  }
  if (timer.timer == grace_over) {
    self_->delayed_send(self_, std::chrono::milliseconds(limits_.kill_ms),
                        wake{kill_over, ++generation_});
  } else {
    children.clear();
    ++generation_;
    stop_next_tier();
  }
}

floor_impl::behavior_type floor(floor_self* self, stop_limits limits) {
  self->observe({"floor", "floor", 100'000});
  self->state.open(limits);
  self->set_down_handler([self](const caf::down_msg& message) { self->state.on_down(message); });
  return {
      // Takes a supervisor into its care.
      [self](const supervise& child) { return self->state.take(child); },
      // Ends everybody.
      [self](const stop_floor& order) { return self->state.stop(order); },
      // Somebody takes too long.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry
