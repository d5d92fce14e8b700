#include "actors/floor/looks.hpp"

#include <typeinfo>

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

constexpr std::uint64_t ns_of_ms = 1'000'000;

}  // namespace

TEST_CASE("nothing waits where everything is handled") {
  gauge who;
  actor_looks looks;
  looks.look(who, 1000);
  CHECK(looks.oldest_wait_ms(1000) == 0);
  who.enqueued = who.handled = 5;
  looks.look(who, 1100);
  CHECK(looks.oldest_wait_ms(1100) == 0);
}

TEST_CASE("the oldest wait begins at the look that first saw the message wait") {
  gauge who;
  actor_looks looks;
  looks.look(who, 1000);
  who.enqueued = 1;
  looks.look(who, 1100);
  who.enqueued = 3;
  looks.look(who, 1200);
  CHECK(looks.oldest_wait_ms(1250) == 150);
  // The first is handled: now the second is the oldest.
  who.handled = 1;
  looks.look(who, 1300);
  CHECK(looks.oldest_wait_ms(1300) == 100);
  who.handled = 3;
  looks.look(who, 1400);
  CHECK(looks.oldest_wait_ms(1400) == 0);
}

TEST_CASE("who is busy but keeps up has nothing that waits long") {
  gauge who;
  actor_looks looks;
  for (std::int64_t at = 0; at < 5000; at += 100) {
    who.enqueued += 1000;
    who.handled = who.enqueued - 1;
    looks.look(who, at);
    CHECK(looks.oldest_wait_ms(at) == 0);
  }
}

TEST_CASE("of a long backlog the oldest wait stays true within a sixteenth") {
  gauge who;
  actor_looks looks;
  // A message every look, each waits for sixty seconds.
  constexpr std::int64_t wait = 60'000;
  for (std::int64_t at = 0; at < 300'000; at += 100) {
    who.enqueued = static_cast<std::uint64_t>(at / 100 + 1);
    who.handled = at < wait ? 0 : static_cast<std::uint64_t>((at - wait) / 100);
    looks.look(who, at);
    const auto truth = at < wait ? at : wait;
    CHECK(looks.oldest_wait_ms(at) <= truth);
    CHECK(looks.oldest_wait_ms(at) >= truth - truth / 16 - 100);
  }
}

TEST_CASE("a successor's wait is not its predecessor's") {
  gauge first;
  gauge second;
  actor_looks looks;
  first.enqueued = 7;
  looks.look(first, 1000);
  second.enqueued = 1;
  looks.look(second, 9000);
  CHECK(looks.oldest_wait_ms(9000) == 0);
}

TEST_CASE("the longest time of the last minute is kept for a minute") {
  gauge who;
  actor_looks looks;
  who.note_time(0, 7 * ns_of_ms);
  looks.look(who, 100'000);
  who.note_time(1, 3 * ns_of_ms);
  looks.look(who, 130'000);
  CHECK(looks.longest_ns(130'000) == 7 * ns_of_ms);
  CHECK(looks.longest_ns(159'999) == 7 * ns_of_ms);
  CHECK(looks.longest_ns(171'000) == 3 * ns_of_ms);
  CHECK(looks.longest_ns(300'000) == 0);
}

TEST_CASE("a handler that hung is among the longest, though nobody timed it") {
  gauge who;
  actor_looks looks;
  coarse_now_ms = 1'700'000'000'000;
  const auto at = [](std::int64_t ms) { return 1'700'000'000'000 + ms; };
  looks.look(who, at(0));
  {
    turn at_work{who, typeid(int)};
    looks.look(who, at(900));
    CHECK(looks.longest_ns(at(900)) == 0);
    looks.look(who, at(31'000));
    CHECK(looks.longest_ns(at(31'000)) == 31'000 * ns_of_ms);
    at_work.done(true);
  }
  looks.look(who, at(32'000));
  CHECK(looks.longest_ns(at(60'000)) == 31'000 * ns_of_ms);
  CHECK(looks.longest_ns(at(100'000)) == 0);
  // Idle for minutes is not at work for minutes.
  coarse_now_ms = at(600'000);
  {
    turn at_work{who, typeid(int)};
    looks.look(who, at(600'100));
    looks.look(who, at(600'200));
    CHECK(looks.longest_ns(at(600'200)) == 0);
    at_work.done(true);
  }
  coarse_now_ms = 0;
}

TEST_CASE("a look asks for the next time when none was taken since the last") {
  gauge who;
  actor_looks looks;
  looks.look(who, 0);
  CHECK(who.wishes == 0);
  who.enqueued = who.handled = 3;
  looks.look(who, 100);
  CHECK(who.wishes == gauge_wish::sample);
  who.wishes = 0;
  who.handled = who.enqueued = 100;
  who.note_time(64, 1);
  looks.look(who, 200);
  CHECK(who.wishes == 0);
}

TEST_CASE("what the handler is at is told with the time it began") {
  gauge who;
  coarse_now_ms = 1'700'000'000'123;
  CHECK(serving_of(who, 1'700'000'000'123).message.empty());
  {
    turn at_work{who, typeid(int)};
    coarse_now_ms = 1'700'000'030'123;
    auto now = serving_of(who, coarse_now_ms);
    CHECK(now.message == "int");
    CHECK(now.since_ms == 1'700'000'000'123);
    at_work.done(true);
  }
  CHECK(serving_of(who, coarse_now_ms).message.empty());
  CHECK(who.handled == 1);
  coarse_now_ms = 0;
}

TEST_CASE("half a time is made whole near now") {
  constexpr std::int64_t then = 1'700'000'000'000;
  CHECK(whole_ms(static_cast<std::uint32_t>(then), then) == then);
  CHECK(whole_ms(static_cast<std::uint32_t>(then), then + 86'400'000) == then);
  CHECK(whole_ms(static_cast<std::uint32_t>(then + 50), then) == then + 50);
}
