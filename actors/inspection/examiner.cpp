#include "actors/inspection/examiner.hpp"

#include <utility>

#include "actors/inspection/clock_jump.hpp"
#include "actors/inspection/crash_loop.hpp"
#include "actors/inspection/dead_letters.hpp"
#include "actors/inspection/growing_mailbox.hpp"
#include "actors/inspection/link_down.hpp"
#include "actors/inspection/no_answer.hpp"
#include "actors/inspection/outbox_growing.hpp"
#include "actors/inspection/slow_disk.hpp"
#include "actors/inspection/stale_feed.hpp"
#include "actors/inspection/stuck_handler.hpp"

namespace outcry::inspection {

examiner::examiner() {
  begin();
}

examiner::~examiner() = default;
examiner::examiner(examiner&&) noexcept = default;
examiner& examiner::operator=(examiner&&) noexcept = default;

void examiner::begin() {
  rules_.clear();
  time_ = {};
  // Causes first: who comes later leaves out what they explain.
  rules_.push_back(std::make_unique<clock_jump>());
  rules_.push_back(std::make_unique<slow_disk>());
  rules_.push_back(std::make_unique<stuck_handler>());
  rules_.push_back(std::make_unique<crash_loop>());
  rules_.push_back(std::make_unique<growing_mailbox>());
  rules_.push_back(std::make_unique<stale_feed>());
  rules_.push_back(std::make_unique<outbox_growing>());
  rules_.push_back(std::make_unique<no_answer>());
  rules_.push_back(std::make_unique<dead_letters>());
  rules_.push_back(std::make_unique<link_down>());
}

verdict examiner::examine(const floor_rows& now, std::int64_t heard_ms) {
  if (looked_ && (now.floor.started_ms != started_ms_ || now.floor.pid != pid_)) begin();
  looked_ = true;
  started_ms_ = now.floor.started_ms;
  pid_ = now.floor.pid;
  time_.note(now.at_ms, heard_ms);
  const look at{now, time_, heard_ms};
  findings said;
  for (const auto& x : rules_) x->judge(at, said);
  return sum_up(std::move(said), now);
}

}  // namespace outcry::inspection
