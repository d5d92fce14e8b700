#include "apps/outcry/console/source_words.hpp"
#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

constexpr int bar_columns = 10;

std::uint64_t final_lines(const message_row& x) {
  return x.done + x.ignored + x.error + x.no_answer + x.expired;
}

/// How many of the bots have answered for good.
double answered_part(const message_row& x) {
  const auto all = final_lines(x) + x.open;
  return all == 0 ? 1.0 : as_number(final_lines(x)) / as_number(all);
}

field converging_bar(const message_row& x) {
  const auto full = static_cast<int>(answered_part(x) * bar_columns);
  field result{{},
               x.error + x.no_answer + x.expired > 0 ? ink::bad
               : x.open > 0                          ? ink::warn
                                                     : ink::good};
  for (int i = 0; i < bar_columns; ++i) append_glyph(result.text, i < full ? U'\u2588' : U'\u2591');
  return result;
}

}  // namespace

std::vector<column> message_source::columns() {
  return {{"PRESSED", 8, false, 0, true},
          {"TYPE", 8},
          {"STATE", 8},
          {"CONVERGING", bar_columns, false, 0, true},
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
      return converging_bar(x);
    case 4:
      return number_words(x.done, ink::good);
    case 5:
      return number_words(x.open, ink::warn);
    case 6:
      return number_words(x.error, ink::bad);
    case 7:
      return number_words(x.no_answer, ink::bad);
    case 8:
      return number_words(x.expired, ink::bad);
    case 9:
      return number_words(x.ignored);
    default:
      return {x.id, ink::dim};
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
      return {answered_part(x), {}};
    case 4:
      return {as_number(x.done), {}};
    case 5:
      return {as_number(x.open), {}};
    case 6:
      return {as_number(x.error), {}};
    case 7:
      return {as_number(x.no_answer), {}};
    case 8:
      return {as_number(x.expired), {}};
    case 9:
      return {as_number(x.ignored), {}};
    default:
      return {0, x.id};
  }
}

void message_source::searched(std::size_t row, std::string& to) const {
  append_lower(to, {at(row).id, at(row).type, at(row).state});
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
