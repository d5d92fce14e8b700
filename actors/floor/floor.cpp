#include "actors/floor/floor.hpp"

#include <algorithm>
#include <chrono>

#include <caf/exit_reason.hpp>
#include <spdlog/spdlog.h>

namespace outcry {

namespace {

enum floor_timer : std::uint8_t { grace_over, kill_over };

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
  if (!stopping_) spdlog::info("the floor closes: {}", order.reason);
  stopping_ = true;
  if (!under_way_) {
    under_way_ = true;
    deadline_ = self_->clock().now() + std::chrono::milliseconds(limits_.whole_ms);
    stop_next_tier();
  }
  return promise;
}

std::chrono::milliseconds floor_state::time_left() const {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - self_->clock().now());
  return std::max(left, std::chrono::milliseconds{0});
}

// Of the last tier that is left; all that are left have somebody in them.
std::chrono::milliseconds floor_state::grace() const {
  auto left = time_left();
  auto kill = std::chrono::milliseconds(limits_.kill_ms);
  auto count = static_cast<std::int64_t>(tiers_.size());
  auto kept_for_others = (count - 1) * std::min(2 * kill, left / count);
  return std::clamp(left - kept_for_others - kill, std::chrono::milliseconds{0},
                    std::chrono::milliseconds(limits_.grace_ms));
}

void floor_state::drop_empty_tiers() {
  std::erase_if(tiers_, [](const auto& tier) { return tier.second.empty(); });
}

void floor_state::stop_next_tier() {
  drop_empty_tiers();
  if (tiers_.empty()) {
    under_way_ = false;
    for (auto& promise : waiting_) promise.deliver(report_);
    waiting_.clear();
    return;
  }
  for (auto& [address, child] : tiers_.rbegin()->second)
    self_->send_exit(child.supervisor, caf::exit_reason::user_shutdown);
  self_->delayed_send(self_, grace(), wake{grace_over, ++generation_});
}

void floor_state::on_down(const caf::down_msg& message) {
  for (auto& [tier, children] : tiers_) children.erase(message.source);
  if (under_way_ && !tiers_.empty() && tiers_.rbegin()->second.empty()) {
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
    self_->delayed_send(self_, std::min(time_left(), std::chrono::milliseconds(limits_.kill_ms)),
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
