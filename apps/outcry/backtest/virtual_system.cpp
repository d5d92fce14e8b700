#include "apps/outcry/backtest/virtual_system.hpp"

#include <algorithm>
#include <chrono>

#include <caf/atom.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

namespace outcry::backtest {

virtual_system::config::config() {
  set("scheduler.policy", caf::atom("testing"));
}

virtual_system::virtual_system(timestamp_ns now)
    : time_(std::make_shared<virtual_clock>(now)),
      system_(config_),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
  // The system's end must not wait for anybody: nobody works but in our calls.
  system_.await_actors_before_shutdown(false);
  auto made = std::make_shared<house>();
  made->time = time_;
  // Nobody can be told of anything: nothing is owed.
  made->has_mirror = false;
  house_ = std::move(made);
}

virtual_system::~virtual_system() {
  for (auto& handle : owned_) caf::anon_send_exit(handle, caf::exit_reason::kill);
  run();
  // Timers of those who are remaining would start work again while the system ends.
  scheduler_.clock().cancel_all();
}

void virtual_system::move_clocks(timestamp_ns t) {
  auto step = t - time_->now();
  time_->set(t);
  scheduler_.clock().advance_time(std::chrono::nanoseconds(step));
}

void virtual_system::advance_to(timestamp_ns t) {
  auto& clock = scheduler_.clock();
  for (;;) {
    run();
    auto remaining = std::chrono::nanoseconds(t - time_->now());
    if (remaining.count() <= 0) return;
    const auto& timers = clock.schedule();
    auto end = clock.current_time + remaining;
    if (timers.empty() || timers.begin()->first > end) {
      // The usual case, and a cheap one: nobody wakes on the way.
      clock.current_time = end;
      time_->set(t);
      return;
    }
    auto wait = std::chrono::nanoseconds(timers.begin()->first - clock.current_time).count();
    move_clocks(time_->now() + std::max<duration_ns>(wait, 0));
  }
}

}  // namespace outcry::backtest
