#include "apps/outcry/console/source_words.hpp"
#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

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
      return {x.row.ticker, ink::strong};
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
      return {0, x.row.ticker};
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
  append_lower(to, {at(row).row.ticker, at(row).row.state});
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
      return span_or_none(x.lag_ms.value_or(-1));
    case 4:
      return quiet(x.backlog ? count_words(*x.backlog) : "-", x.backlog.value_or(0) == 0,
                   ink::warn);
    case 5:
      return number_words(x.reconnects, ink::warn);
    default:
      return {x.last_error, x.state == "live" ? ink::dim : ink::bad};
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
      return {as_number(x.lag_ms.value_or(-1)), {}};
    case 4:
      return {x.backlog ? as_number(*x.backlog) : -1.0, {}};
    case 5:
      return {as_number(x.reconnects), {}};
    default:
      return {x.last_error.empty() ? 1.0 : 0.0, x.last_error};
  }
}

void link_source::searched(std::size_t row, std::string& to) const {
  append_lower(to, {at(row).name, at(row).state, at(row).last_error});
}

}  // namespace outcry::console
