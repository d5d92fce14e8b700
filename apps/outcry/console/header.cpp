#include "apps/outcry/console/header.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/outcry/console/source_words.hpp"
#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

const link_row* link_named(const book& at, std::string_view name) {
  const auto* found = at.links().find(name);
  return found == nullptr ? nullptr : &found->row;
}

/// How long ago the youngest price of any pit came in; -1 = there is none.
std::int64_t feed_age_ms(const book& at, std::int64_t now_ms) {
  std::int64_t result = -1;
  for (const auto& x : at.pits().all()) {
    if (x.row.age_ms < 0) continue;
    const auto age = x.row.age_ms + std::max<std::int64_t>(now_ms - x.told_at_ms, 0);
    if (result < 0 || age < result) result = age;
  }
  return result;
}

field feed_piece(const book& at, std::int64_t now_ms) {
  const auto* link = link_named(at, "feed");
  if (link == nullptr) link = link_named(at, "broker");
  const auto age = feed_age_ms(at, now_ms);
  const auto state = link == nullptr ? std::string{} : link->state;
  auto text = fmt::format("feed {}{}", state.empty() ? "" : state + " ",
                          age < 0 ? "no price" : span_words(age));
  return {text, state.empty() ? ink::plain : ink_of(state)};
}

/// Of the connections of this kind, "redis" or "redis.bots", the worst.
const link_row* worst_of(const book& at, std::string_view kind) {
  const link_row* result = nullptr;
  for (const auto& x : at.links().all()) {
    const std::string_view name = x.row.name;
    if (!name.starts_with(kind) || (name.size() > kind.size() && name[kind.size()] != '.'))
      continue;
    if (result == nullptr || worst_first(x.row.state) > worst_first(result->state)) result = &x.row;
  }
  return result;
}

field link_piece(const book& at, const char* name) {
  const auto* link = worst_of(at, name);
  if (link == nullptr) return {fmt::format("{} -", name), ink::dim};
  auto text = fmt::format("{} {}", name, link->state);
  if (link->lag_ms.value_or(0) >= 100) text += " " + span_words(*link->lag_ms);
  return {text, ink_of(link->state)};
}

field outbox_piece(const book& at) {
  const auto* link = link_named(at, "firebase");
  if (link == nullptr || !link->backlog) return {"outbox -", ink::dim};
  return {fmt::format("outbox {}", count_words(*link->backlog)),
          *link->backlog > 1000 ? ink::warn : ink::plain};
}

field bots_piece(const floor_row& x) {
  field result{"bots"};
  for (const auto& [state, count] : x.bots) {
    if (count == 0) continue;
    result.text += fmt::format(" {} {}", count, state);
    if (ink_of(state) == ink::bad) result.paint = ink::bad;
  }
  if (result.text == "bots") result = {"bots 0", ink::dim};
  return result;
}

field halt_piece(const floor_row& x, std::int64_t now_ms) {
  if (!x.halt.empty() && x.halt != "none") return {"halt " + x.halt, ink::alarm};
  if (x.dead_man && x.dead_man->fired_at_ms > 0)
    return {"dead man fired " + span_words(now_ms - x.dead_man->fired_at_ms) + " ago", ink::alarm};
  if (x.dead_man && x.dead_man->fires_at_ms > 0)
    return {"stops all in " + span_words(x.dead_man->fires_at_ms - now_ms), ink::plain};
  return {"halt none", ink::dim};
}

void draw_title(grid& on, const book& at, std::int64_t now_ms, const standing& how) {
  on.blank(0, ink::bar);
  const auto& x = at.floor();
  const auto clock = at.looks() == 0 ? std::string{} : clock_words(now_ms);
  on.put_right(0, on.columns() - 1, clock, ink::bar, 8);
  int column = on.put(0, 1, "outcry ", ink::title);
  const int end = on.columns() - 1 - width_of(clock);
  auto add = [&](const std::string& text, ink paint) {
    column = on.put(0, column, text, paint, std::max(end - column, 0));
  };
  if (at.looks() > 0)
    add(fmt::format("{} {}  up {}  ", x.name, x.version, span_words(now_ms - x.started_ms)),
        ink::bar);
  if (!how.live)
    add(" NO FLOOR ", ink::alarm);
  else if (how.quiet_ms > how.interval_ms + grace_ms)
    add(fmt::format(" NO WORD FOR {} ", span_words(how.quiet_ms)), ink::alarm);
  else
    add(fmt::format("every {}", span_words(how.interval_ms)), ink::bar);
  if (how.frozen) add("  FROZEN ", ink::alarm);
}

ink ink_of_level(severity x) {
  return x == severity::ok ? ink::good : x == severity::bad ? ink::alarm : ink::warn;
}

void draw_verdict(grid& on, int row, const standing& how, const verdict& said) {
  if (!how.live) {
    on.put(row, 0, how.why.empty() ? "looking for the floor" : how.why, ink::bad);
    return;
  }
  if (said.headline.empty()) return;
  std::string level;
  for (char c : to_string(said.level))
    level += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const int column = on.put(row, 0, " " + level + " ", ink_of_level(said.level));
  on.put(row, column + 1, said.headline, said.level == severity::ok ? ink::plain : ink::strong);
}

}  // namespace

std::vector<field> header_pieces(const book& at, std::int64_t now_ms) {
  const auto& x = at.floor();
  const auto dead = at.dead_letter_rate();
  return {bots_piece(x),
          {fmt::format("{} msg/s", rate_words(at.handled_rate()))},
          {fmt::format("rss {}", bytes_words(x.rss_bytes))},
          feed_piece(at, now_ms),
          link_piece(at, "redis"),
          link_piece(at, "firebase"),
          outbox_piece(at),
          halt_piece(x, now_ms),
          {fmt::format("dead letters {}/s", rate_words(dead)), dead > 0 ? ink::warn : ink::dim},
          {fmt::format("actors {}", count_words(at.actors().all().size()))}};
}

int draw_header(grid& on, int most, const book& at, std::int64_t now_ms, const standing& how,
                const verdict& said) {
  if (most <= 0) return 0;
  if (most == 1) return draw_verdict(on, 0, how, said), 1;
  draw_title(on, at, now_ms, how);
  int row = 1;
  if (at.looks() > 0 && most > 2) {
    int column = 0;
    for (const auto& x : header_pieces(at, now_ms)) {
      const int width = width_of(x.text);
      if (column > 0 && column + width > on.columns()) {
        if (row + 2 >= most) break;
        ++row;
        column = 0;
      }
      column = on.put(row, column, x.text, x.paint) + 3;
    }
    ++row;
  }
  draw_verdict(on, row, how, said);
  return row + 1;
}

}  // namespace outcry::console
