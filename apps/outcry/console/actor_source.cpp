#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "apps/outcry/console/source_words.hpp"
#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

enum actor_column : std::size_t {
  of_name,
  of_kind,
  of_state,
  of_since,
  of_mailbox,
  of_wait,
  of_in,
  of_out,
  of_mean,
  of_max,
  of_errors,
  of_restarts,
  of_backoff,
  of_serving,
  of_last_exit,
};

field mailbox_words(const actor_row& x) {
  auto text = count_words(x.mailbox);
  if (x.mailbox_bound == 0) return quiet(text, x.mailbox == 0);
  const auto full = static_cast<double>(x.mailbox) / static_cast<double>(x.mailbox_bound);
  if (x.mailbox > 0) text += fmt::format("/{}", count_words(x.mailbox_bound));
  return quiet(text, x.mailbox == 0, full >= 0.9 ? ink::bad : full >= 0.5 ? ink::warn : ink::plain);
}

field total_and_new(std::uint64_t total, std::uint64_t more) {
  if (more == 0) return {count_words(total), ink::dim};
  return {fmt::format("{} +{}", count_words(total), count_words(more)), ink::bad};
}

std::string serving_words(const actor_row& x, std::int64_t ms) {
  return x.serving ? x.serving->message + " " + span_words(ms) : std::string{};
}

struct state_look {
  std::string_view state;
  ink paint;
};

/// The worst last; worse still is one that nobody knows.
constexpr state_look state_looks[] = {
    {"running", ink::good},  {"stopped", ink::dim},     {"paused", ink::warn},
    {"starting", ink::warn}, {"restarting", ink::warn}, {"failed", ink::bad},
};

const state_look* look_of(std::string_view state) {
  return std::find_if(std::begin(state_looks), std::end(state_looks),
                      [&](const state_look& x) { return x.state == state; });
}

}  // namespace

std::int64_t serving_ms(const actor_row& x, std::int64_t now_ms) {
  if (!x.serving || x.serving->since_ms <= 0) return 0;
  return std::max<std::int64_t>(now_ms - x.serving->since_ms, 0);
}

field state_of(const actor_row& x, std::int64_t now_ms) {
  const auto at_it = serving_ms(x, now_ms);
  if (x.state == "running" && at_it >= stuck_ms) return {"stuck", ink::alarm};
  if (x.state == "running" && at_it >= busy_ms) return {"busy", ink::warn};
  const auto* known = look_of(x.state);
  if (known == std::end(state_looks)) return {x.state.empty() ? "unknown" : x.state, ink::bad};
  return {x.state, known->paint};
}

double trouble_of(const actor_row& x, std::int64_t now_ms) {
  constexpr double step = 1e15;
  const auto at_it = serving_ms(x, now_ms);
  if (x.state == "running" && at_it >= busy_ms)
    return (at_it >= stuck_ms ? 4.75 : 4.25) * step + static_cast<double>(at_it);
  const auto badness = look_of(x.state) - std::begin(state_looks);
  return static_cast<double>(badness) * step + static_cast<double>(x.mailbox);
}

std::vector<column> actor_source::columns() {
  return {
      {"NAME", 22},
      {"KIND", 10, false, 12},
      {"STATE", 10, false, 0, true},
      {"FOR", 5, true, 7},
      {"MAILBOX", 9, true, 1, true},
      {"WAIT", 5, true, 2, true},
      {"IN/s", 5, true, 4, true},
      {"OUT/s", 5, true, 8, true},
      {"MEAN~", 5, true, 5, true},
      {"MAX~", 5, true, 6, true},
      {"ERR", 8, true, 9, true},
      {"RST", 4, true, 10, true},
      {"BACK", 5, true, 11, true},
      {"HANDLING", 20, false, 13, true},
      {"LAST EXIT", 0, false, 3},
  };
}

field actor_source::show(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  const auto& r = x.row;
  const auto rate = [&](double value) {
    const auto now = book_.current(x, value);
    return quiet(rate_words(now), !(now > 0));
  };
  const auto served = serving_ms(r, now_ms_);
  switch (column) {
    case of_name:
      return {r.name, r.hidden ? ink::dim : ink::strong};
    case of_kind:
      return {r.kind, ink::dim};
    case of_state:
      return state_of(r, now_ms_);
    case of_since:
      return {r.since_ms > 0 ? span_words(now_ms_ - r.since_ms) : "-"};
    case of_mailbox:
      return mailbox_words(r);
    case of_wait:
      return quiet(r.oldest_wait_ms > 0 ? span_words(r.oldest_wait_ms) : "-", r.oldest_wait_ms <= 0,
                   r.oldest_wait_ms >= busy_ms ? ink::warn : ink::plain);
    case of_in:
      return rate(x.in_rate);
    case of_out:
      return rate(x.out_rate);
    case of_mean:
      return quiet(nanos_words(x.mean_ns), std::isnan(x.mean_ns));
    case of_max:
      return quiet(r.handler.max_ns > 0 ? nanos_words(static_cast<double>(r.handler.max_ns)) : "-",
                   r.handler.max_ns == 0,
                   r.handler.max_ns >= 1'000'000'000 ? ink::warn : ink::plain);
    case of_errors:
      return total_and_new(r.errors, book_.current(x, x.new_errors));
    case of_restarts:
      return quiet(count_words(r.restarts), r.restarts == 0,
                   book_.current(x, x.new_restarts) > 0 ? ink::bad : ink::warn);
    case of_backoff:
      return quiet(r.backoff_left_ms > 0 ? span_words(r.backoff_left_ms) : "-",
                   r.backoff_left_ms <= 0, ink::warn);
    case of_serving:
      return quiet(serving_words(r, served), served < busy_ms,
                   served >= stuck_ms ? ink::bad : ink::warn);
    default:
      return {r.last_exit, ink::bad};
  }
}

sort_key actor_source::key(std::size_t row, std::size_t column) const {
  const auto& x = at(row);
  const auto& r = x.row;
  switch (column) {
    case of_name:
      return {0, r.name};
    case of_kind:
      return {0, r.kind};
    case of_state:
      return {trouble_of(r, now_ms_), {}};
    case of_since:
      return {static_cast<double>(now_ms_ - r.since_ms), {}};
    case of_mailbox:
      return {static_cast<double>(r.mailbox), {}};
    case of_wait:
      return {static_cast<double>(r.oldest_wait_ms), {}};
    case of_in:
      return {book_.current(x, x.in_rate), {}};
    case of_out:
      return {book_.current(x, x.out_rate), {}};
    case of_mean:
      return {x.mean_ns, {}};
    case of_max:
      return {static_cast<double>(r.handler.max_ns), {}};
    case of_errors:
      return {static_cast<double>(r.errors), {}};
    case of_restarts:
      return {static_cast<double>(r.restarts), {}};
    case of_backoff:
      return {static_cast<double>(r.backoff_left_ms), {}};
    case of_serving:
      return {static_cast<double>(serving_ms(r, now_ms_)), {}};
    default:
      // The quiet ones last.
      return {r.last_exit.empty() ? 1.0 : 0.0, r.last_exit};
  }
}

void actor_source::searched(std::size_t row, std::string& to) const {
  const auto& r = at(row).row;
  const std::string_view serving = r.serving ? r.serving->message : std::string_view{};
  append_lower(to, {r.name, r.kind, state_of(r, now_ms_).text, serving, r.last_exit});
}

void append_lower(std::string& to, std::initializer_list<std::string_view> texts) {
  for (auto text : texts) {
    for (char c : text) to += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    to += '\n';
  }
}

}  // namespace outcry::console
