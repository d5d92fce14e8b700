#include <fmt/format.h>

#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

field quiet(std::string text, bool nothing, ink paint = ink::plain) {
  return {std::move(text), nothing ? ink::dim : paint};
}

field number_words(std::uint64_t x, ink paint = ink::plain) {
  return quiet(count_words(x), x == 0, paint);
}

field span_or_none(std::int64_t ms) {
  return quiet(ms < 0 ? "-" : span_words(ms), ms < 0);
}

double as_number(std::int64_t x) {
  return static_cast<double>(x);
}

double as_number(std::uint64_t x) {
  return static_cast<double>(x);
}

/// The states people should look at first.
double worst_first(std::string_view state) {
  const auto paint = ink_of(state);
  return paint == ink::bad ? 3 : paint == ink::warn ? 2 : paint == ink::dim ? 0 : 1;
}

}  // namespace

ink ink_of(std::string_view state) {
  for (std::string_view good : {"live", "running", "done", "ok", "connected", "open"})
    if (state == good) return ink::good;
  for (std::string_view bad : {"down", "failed", "stale", "error", "lost", "refused", "dead"})
    if (state == bad) return ink::bad;
  for (std::string_view quiet_word : {"closed", "off", "idle", "expired"})
    if (state == quiet_word) return ink::dim;
  return ink::warn;
}

std::int64_t pit_source::age_ms(const pit_entry& x) const {
  // Told at an earlier look, it has grown older since.
  if (x.row.age_ms < 0) return -1;
  return x.row.age_ms + std::max<std::int64_t>(now_ms_ - x.told_at_ms, 0);
}

std::vector<column> pit_source::columns() {
  return {{"TICKER", 12},
          {"STATE", 8, false, 0, true},
          {"PRICE", 12, true, 1},
          {"AGE", 5, true, 0, true},
          {"RATE/s", 6, true, 2, true},
          {"SUBS", 5, true, 3, true},
          {"CONFL/s", 7, true, 4, true},
          {"DROP/s", 6, true, 5, true},
          {"CONFLATED", 9, true, 6, true},
          {"DROPPED", 7, true, 7, true}};
}

field pit_source::show(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  const auto rate = [&](double value, ink paint) {
    const auto now = book_.current(x, value);
    return quiet(rate_words(now), !(now > 0), paint);
  };
  switch (column) {
    case 0:
      return {x.row.name, ink::strong};
    case 1:
      return {x.row.state, ink_of(x.row.state)};
    case 2:
      return quiet(x.row.price.empty() ? "-" : x.row.price, x.row.price.empty());
    case 3:
      return span_or_none(age_ms(x));
    case 4:
      return rate(x.rate, ink::plain);
    case 5:
      return number_words(x.row.subscribers);
    case 6:
      return rate(x.conflated_rate, ink::warn);
    case 7:
      return rate(x.dropped_rate, ink::bad);
    case 8:
      return number_words(x.row.conflated);
    default:
      return number_words(x.row.dropped, ink::bad);
  }
}

sort_key pit_source::key(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  switch (column) {
    case 0:
      return {0, x.row.name};
    case 1:
      return {worst_first(x.row.state), {}};
    case 2:
      return {0, x.row.price};
    case 3:
      return {as_number(age_ms(x)), {}};
    case 4:
      return {book_.current(x, x.rate), {}};
    case 5:
      return {as_number(x.row.subscribers), {}};
    case 6:
      return {book_.current(x, x.conflated_rate), {}};
    case 7:
      return {book_.current(x, x.dropped_rate), {}};
    case 8:
      return {as_number(x.row.conflated), {}};
    default:
      return {as_number(x.row.dropped), {}};
  }
}

void pit_source::searched(std::size_t row, std::string& to) const {
  append_lower(to, {at(row).row.name, at(row).row.state});
}

std::vector<column> link_source::columns() {
  return {{"LINK", 10},
          {"STATE", 12, false, 0, true},
          {"FOR", 5, true, 1, true},
          {"LAG", 5, true, 2, true},
          {"BACKLOG", 7, true, 2, true},
          {"RECONN", 6, true, 3, true},
          {"LAST ERROR", 0}};
}

field link_source::show(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  switch (column) {
    case 0:
      return {x.name, ink::strong};
    case 1:
      return {x.state, ink_of(x.state)};
    case 2:
      return {x.since_ms > 0 ? span_words(now_ms_ - x.since_ms) : "-"};
    case 3:
      return span_or_none(x.lag_ms);
    case 4:
      return quiet(x.backlog < 0 ? "-" : count_words(static_cast<std::uint64_t>(x.backlog)),
                   x.backlog <= 0, ink::warn);
    case 5:
      return number_words(x.reconnects, ink::warn);
    default:
      return {x.last_error, ink::bad};
  }
}

sort_key link_source::key(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  switch (column) {
    case 0:
      return {0, x.name};
    case 1:
      return {worst_first(x.state), {}};
    case 2:
      return {as_number(now_ms_ - x.since_ms), {}};
    case 3:
      return {as_number(x.lag_ms), {}};
    case 4:
      return {as_number(x.backlog), {}};
    case 5:
      return {as_number(x.reconnects), {}};
    default:
      return {x.last_error.empty() ? 1.0 : 0.0, x.last_error};
  }
}

void link_source::searched(std::size_t row, std::string& to) const {
  append_lower(to, {at(row).name, at(row).state, at(row).last_error});
}

std::vector<column> message_source::columns() {
  return {{"PRESSED", 8, false, 0, true},
          {"TYPE", 8},
          {"STATE", 8},
          {"DONE", 6, true, 0, true},
          {"OPEN", 6, true, 0, true},
          {"ERROR", 6, true, 1, true},
          {"NO ANSW", 7, true, 2, true},
          {"EXPIRED", 7, true, 4, true},
          {"IGNORED", 7, true, 3, true},
          {"ID", 0}};
}

field message_source::show(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  switch (column) {
    case 0:
      return {clock_words(x.pressed_ms), ink::dim};
    case 1:
      return {x.type, ink::strong};
    case 2:
      return {x.state, ink_of(x.state)};
    case 3:
      return number_words(x.done, ink::good);
    case 4:
      return number_words(x.open, ink::warn);
    case 5:
      return number_words(x.error, ink::bad);
    case 6:
      return number_words(x.no_answer, ink::bad);
    case 7:
      return number_words(x.expired, ink::bad);
    case 8:
      return number_words(x.ignored);
    default:
      return {x.name, ink::dim};
  }
}

sort_key message_source::key(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  switch (column) {
    case 0:
      return {as_number(x.pressed_ms), {}};
    case 1:
      return {0, x.type};
    case 2:
      return {worst_first(x.state), {}};
    case 3:
      return {as_number(x.done), {}};
    case 4:
      return {as_number(x.open), {}};
    case 5:
      return {as_number(x.error), {}};
    case 6:
      return {as_number(x.no_answer), {}};
    case 7:
      return {as_number(x.expired), {}};
    case 8:
      return {as_number(x.ignored), {}};
    default:
      return {0, x.name};
  }
}

void message_source::searched(std::size_t row, std::string& to) const {
  append_lower(to, {at(row).name, at(row).type, at(row).state});
}

std::vector<column> grave_source::columns() {
  return {{"NAME", 22},
          {"KIND", 12, false, 3},
          {"DIED", 9, true, 0, true},
          {"LIVED", 5, true, 1},
          {"REASON", 0}};
}

field grave_source::show(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  switch (column) {
    case 0:
      return {x.name, ink::strong};
    case 1:
      return {x.kind, ink::dim};
    case 2:
      return {span_words(now_ms_ - x.died_ms) + " ago"};
    case 3:
      return {span_words(x.lived_ms)};
    default:
      return {x.reason, ink::bad};
  }
}

sort_key grave_source::key(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  switch (column) {
    case 0:
      return {0, x.name};
    case 1:
      return {0, x.kind};
    case 2:
      return {as_number(x.died_ms), {}};
    case 3:
      return {as_number(x.lived_ms), {}};
    default:
      return {0, x.reason};
  }
}

void grave_source::searched(std::size_t row, std::string& to) const {
  append_lower(to, {at(row).name, at(row).kind, at(row).reason});
}

}  // namespace outcry::console
