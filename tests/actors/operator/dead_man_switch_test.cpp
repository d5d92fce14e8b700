#include "actors/operator/dead_man_switch.hpp"

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

constexpr std::int64_t one_minute = 60'000;
constexpr std::int64_t one_hour = 60 * one_minute;
constexpr std::int64_t at_noon = 1'709'899'200'000;

/// One that was on and open at noon, when the operator was heard.
dead_man_switch switch_at_noon(std::int64_t span = 4 * one_hour) {
  return {span, std::nullopt, at_noon};
}

}  // namespace

TEST_CASE("dead man: fires a span after the last hearing, not earlier, and once") {
  auto x = switch_at_noon();
  CHECK(x.record().heard_at_ms == at_noon);
  CHECK(x.fires_at_ms() == at_noon + 4 * one_hour);
  CHECK_FALSE(x.is_due(at_noon + 4 * one_hour - 1));
  CHECK(x.is_due(at_noon + 4 * one_hour));
  CHECK(x.hear(at_noon + one_hour, at_noon + one_hour));
  CHECK_FALSE(x.is_due(at_noon + 5 * one_hour - 1));
  CHECK(x.is_due(at_noon + 5 * one_hour));
  CHECK(x.note_fired(x.stop_message(at_noon + 5 * one_hour).id, at_noon + 5 * one_hour));
  CHECK_FALSE(x.is_due(at_noon + 50 * one_hour));
  CHECK(x.status() == dead_man_status{4 * one_hour, at_noon + one_hour, at_noon + 5 * one_hour,
                                      at_noon + 5 * one_hour});
  // Heard again, it counts again.
  CHECK(x.hear(at_noon + 51 * one_hour, at_noon + 51 * one_hour));
  CHECK_FALSE(x.is_due(at_noon + 55 * one_hour - 1));
  CHECK(x.is_due(at_noon + 55 * one_hour));
}

TEST_CASE("dead man: what was said before the last hearing changes nothing") {
  auto x = switch_at_noon();
  const auto before = x.record();
  CHECK_FALSE(x.hear(at_noon - 1, at_noon + one_hour));
  CHECK_FALSE(x.hear(at_noon, at_noon + one_hour));
  CHECK_FALSE(x.hear_beat(at_noon - one_hour, at_noon + one_hour));
  CHECK(x.record() == before);
}

TEST_CASE("dead man: a heartbeat from the future counts once, as now") {
  auto x = switch_at_noon();
  const auto far = at_noon + 1000 * one_hour;
  CHECK(x.hear_beat(far, at_noon + one_hour));
  CHECK(x.record().heard_at_ms == at_noon + one_hour);
  // A stream that comes back tells it again; so does the one after a restart of the floor.
  CHECK_FALSE(x.hear_beat(far, at_noon + 2 * one_hour));
  dead_man_switch again(4 * one_hour, x.record(), at_noon + 3 * one_hour);
  CHECK_FALSE(again.hear_beat(far, at_noon + 3 * one_hour));
  CHECK(again.fires_at_ms() == at_noon + 5 * one_hour);
  CHECK_FALSE(again.hear_beat(far, far + 1));
  CHECK(again.is_due(at_noon + 5 * one_hour));
  // A right one after it is heard.
  CHECK(again.hear_beat(at_noon + 4 * one_hour, at_noon + 4 * one_hour));
  CHECK(again.fires_at_ms() == at_noon + 8 * one_hour);
  // So is another one from the future, and not for longer.
  CHECK(again.hear_beat(far + 1, at_noon + 5 * one_hour));
  CHECK(again.fires_at_ms() == at_noon + 9 * one_hour);
  CHECK(again.hear(far, at_noon + 6 * one_hour));
  CHECK(again.fires_at_ms() == at_noon + 10 * one_hour);
}

TEST_CASE("dead man: a restart neither forgets nor begins anew") {
  auto x = switch_at_noon();
  dead_man_switch again(4 * one_hour, x.record(), at_noon + 3 * one_hour);
  CHECK(again.fires_at_ms() == at_noon + 4 * one_hour);
  CHECK(again.record() == x.record());
  CHECK(again.stop_message(at_noon + 4 * one_hour).id == x.stop_message(at_noon).id);
  again.note_fired(again.stop_message(at_noon).id, at_noon + 4 * one_hour);
  dead_man_switch fired(4 * one_hour, again.record(), at_noon + 30 * one_hour);
  CHECK_FALSE(fired.is_due(at_noon + 90 * one_hour));
  CHECK(fired.fires_at_ms() == at_noon + 4 * one_hour);
}

TEST_CASE("dead man: a silence that ended while the floor was closed gets its grace once") {
  auto x = switch_at_noon();
  const auto opened = at_noon + 50 * one_hour;
  dead_man_switch second(4 * one_hour, x.record(), opened);
  CHECK(second.fires_at_ms() == opened + 15 * one_minute);
  CHECK_FALSE(second.is_due(opened));
  CHECK(second.pass(opened + 10 * one_minute));
  CHECK(second.is_due(opened + 15 * one_minute));
  // Dead after ten of its fifteen minutes, opened again days later.
  const auto later = opened + 70 * one_hour;
  dead_man_switch third(4 * one_hour, second.record(), later);
  CHECK(third.fires_at_ms() <= later + 5 * one_minute);
  CHECK(third.fires_at_ms() >= later + 4 * one_minute);
  CHECK(third.hear(later + one_minute, later + one_minute));
  CHECK(third.record().grace_used_ms == 0);
  CHECK(third.fires_at_ms() == later + one_minute + 4 * one_hour);
}

TEST_CASE("dead man: a floor that dies at once, again and again, uses up the grace") {
  auto record = switch_at_noon(one_hour).record();
  auto at = at_noon + 9 * one_hour;
  int opened = 0;
  for (; opened < 1000; ++opened, at += 1000) {
    dead_man_switch x(one_hour, record, at);
    if (x.is_due(at)) break;
    record = x.record();
  }
  CHECK(opened == 15 * 60 / 5);
}

TEST_CASE("dead man: the grace of a short span is the span") {
  auto x = switch_at_noon(one_minute);
  dead_man_switch again(one_minute, x.record(), at_noon + one_hour);
  CHECK(again.fires_at_ms() == at_noon + one_hour + one_minute);
  // A deadline that comes soon after the opening waits for the grace's end as well.
  dead_man_switch soon(one_minute, x.record(), at_noon + one_minute / 2);
  CHECK(soon.fires_at_ms() == at_noon + one_minute * 3 / 2);
}

TEST_CASE("dead man: it warns once, an one_hour or a tenth of the span ahead") {
  auto x = switch_at_noon(4 * one_hour);
  CHECK_FALSE(x.is_time_to_warn(at_noon + 4 * one_hour - 24 * one_minute - 1));
  CHECK(x.is_time_to_warn(at_noon + 4 * one_hour - 24 * one_minute));
  CHECK_FALSE(x.is_time_to_warn(at_noon + 4 * one_hour - 1));
  auto slow = switch_at_noon(100 * one_hour);
  CHECK_FALSE(slow.is_time_to_warn(at_noon + 99 * one_hour - 1));
  CHECK(slow.is_time_to_warn(at_noon + 99 * one_hour));
  CHECK(slow.hear(at_noon + 99 * one_hour, at_noon + 99 * one_hour));
  CHECK_FALSE(slow.is_time_to_warn(at_noon + 100 * one_hour));
  CHECK(slow.is_time_to_warn(at_noon + 198 * one_hour));
}

TEST_CASE("dead man: a clock that was set back does not postpone it") {
  auto x = switch_at_noon();
  CHECK_FALSE(x.pass(at_noon - one_minute));
  CHECK(x.fires_at_ms() == at_noon + 4 * one_hour);
  CHECK(x.pass(at_noon - 9 * one_hour));
  CHECK(x.fires_at_ms() == at_noon - 5 * one_hour);
}

TEST_CASE("dead man: its message is a stop for all that only it sends") {
  auto x = switch_at_noon();
  const auto stop = x.stop_message(at_noon + 4 * one_hour);
  CHECK(stop.id == "dead-man-1709899200000");
  CHECK(stop.type == "stop");
  CHECK(stop.to_all);
  CHECK(stop.created_by == dead_man_sender);
  CHECK(stop.pressed_at_ms == at_noon + 4 * one_hour);
  CHECK(stop.description == "The operator has not been heard for 4 h.");
  CHECK(is_from_dead_man(stop));
  auto forged = stop;
  forged.created_by = "uid";
  CHECK_FALSE(is_from_dead_man(forged));
  CHECK_FALSE(x.note_fired("dead-man-1", at_noon));
}

TEST_CASE("dead man: where it stands, as JSON") {
  CHECK(to_json(dead_man_status{90 * one_minute, 1000, 2000, 0}) ==
        R"({"hours":1.5,"heardAt":1000,"firesAt":2000})");
  CHECK(to_json(dead_man_status{24 * one_hour, 1000, 3000, 3000}) ==
        R"({"hours":24.0,"heardAt":1000,"firesAt":3000,"firedAt":3000})");
}

TEST_CASE("dead man: durations in words") {
  CHECK(duration_words(-5) == "0 s");
  CHECK(duration_words(59'999) == "59 s");
  CHECK(duration_words(20 * one_minute) == "20 min");
  CHECK(duration_words(one_hour) == "1 h");
  CHECK(duration_words(26 * one_hour + 3 * one_minute) == "26 h 3 min");
}
