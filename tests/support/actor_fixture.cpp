#include "tests/support/actor_fixture.hpp"

#include <algorithm>

#include <caf/atom.hpp>
#include <caf/exit_reason.hpp>
#include <spdlog/spdlog.h>

#include "actors/floor/supervisor.hpp"

namespace outcry::test {

actor_fixture::config::config() {
  set("scheduler.policy", caf::atom("testing"));
}

actor_fixture::actor_fixture()
    : system_(config_),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())),
      tester(system_, true) {
  spdlog::set_level(spdlog::level::off);
  // The system's end must not wait for anybody: the scheduler runs only when we say so.
  system_.await_actors_before_shutdown(false);
  house_->time = time_;
  house_->random = [this] { return chance; };
}

actor_fixture::~actor_fixture() {
  for (auto& handle : owned_) caf::anon_send_exit(handle, caf::exit_reason::kill);
  run();
  // Timers of those who are left would start work again while the system ends.
  scheduler_.clock().cancel_all();
}

void actor_fixture::run() {
  scheduler_.run();
}

void actor_fixture::run_without(const caf::actor& skipped) {
  auto idle = who_serves(skipped);
  auto* job = dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(idle));
  scheduler_.run_jobs_filtered([job](caf::resumable* next) { return next != job; });
}

void actor_fixture::advance(std::chrono::nanoseconds by) {
  auto& clock = scheduler_.clock();
  auto end = clock.current_time + by;
  run();
  while (clock.current_time < end) {
    const auto& timers = clock.schedule();
    auto next = timers.empty() ? end : std::clamp(timers.begin()->first, clock.current_time, end);
    auto step = next - clock.current_time;
    time_->advance(step.count());
    clock.advance_time(step);
    run();
  }
}

bool actor_fixture::ended(const caf::actor& handle) const {
  const auto* raw = caf::actor_cast<caf::abstract_actor*>(handle);
  return raw->getf(caf::abstract_actor::is_terminated_flag);
}

}  // namespace outcry::test
