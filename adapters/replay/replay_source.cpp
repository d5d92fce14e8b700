#include "adapters/replay/replay_source.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "adapters/calendar/new_york.hpp"

namespace outcry::replay {

namespace {

constexpr int scanned_rows = 1000;
constexpr std::size_t ticks_per_poll = 1000;
constexpr std::size_t ticks_per_batch = 256;
// Rows of unwanted tickers cost little but are not free: the feed must get its turn too.
constexpr std::size_t rows_per_poll = 50'000;
constexpr duration_ns ask_again_ns = 100 * ns_per_ms;
constexpr duration_ns shortest_loop_ns = ns_per_s;
constexpr double fastest_speed = 1e6;

std::string day_text(const date::year_month_day& day) {
  return date::format("%F", day);
}

}  // namespace

replay_source::replay_source(replay_options options) : options_(std::move(options)) {
  bool legal = options_.speed == 0 || (options_.speed > 0 && options_.speed <= fastest_speed);
  if (!legal)
    throw std::runtime_error(
        fmt::format("replay speed: expected 0 for as fast as possible, or up to {}, found {}",
                    fastest_speed, options_.speed));
  for (auto& file : list_files(options_.dir)) tracks_.push_back({std::move(file), {}, {}});
  day_ = day_of(options_.dir);
  if (day_) midnight_ = calendar::new_york_time(*day_, {});
  scan();
}

void replay_source::scan() {
  for (auto& one : tracks_) {
    tick_file rows(one.file.path);
    for (int i = 0; i < scanned_rows; ++i) {
      auto row = rows.next();
      if (!row) break;
      if (i != 0) continue;
      one.has_rows = true;
      first_ms_ = has_rows_ ? std::min(first_ms_, row->time_ms) : row->time_ms;
      has_rows_ = true;
    }
  }
}

source_pace replay_source::pace() const {
  return options_.speed == 0 ? source_pace::lockstep : source_pace::timed;
}

replay_source::track* replay_source::find(const std::string& ticker) {
  auto place =
      std::lower_bound(tracks_.begin(), tracks_.end(), ticker,
                       [](const track& a, const std::string& b) { return a.file.ticker < b; });
  return place != tracks_.end() && place->file.ticker == ticker ? &*place : nullptr;
}

void replay_source::want(const std::string& ticker, bool wanted) {
  if (auto* found = find(ticker)) {
    found->wanted = wanted;
  } else if (wanted && unknown_.insert(ticker).second) {
    spdlog::warn("the replay of {} has no file for {}", options_.dir, ticker);
  }
}

bool replay_source::in_session(timestamp_ns) const {
  return started_ && !ended_;
}

bool replay_source::anybody_waits() const {
  return std::any_of(tracks_.begin(), tracks_.end(),
                     [](const track& x) { return x.wanted && x.has_rows; });
}

std::optional<timestamp_ns> replay_source::poll(timestamp_ns now, std::vector<price_batch>& out) {
  if (!failure_.empty()) throw std::runtime_error(failure_);
  if (ended_) return std::nullopt;
  try {
    if (!started_) begin(now);
    if (options_.speed == 0 && has_rows_ && !anybody_waits()) return now + ask_again_ns;
    return play(now, out);
  } catch (const std::exception& e) {
    failure_ = e.what();
    throw;
  }
}

void replay_source::begin(timestamp_ns now) {
  if (!day_) {
    day_ = calendar::new_york_day(now);
    midnight_ = calendar::new_york_time(*day_, {});
  }
  start_ = now;
  started_ = true;
  rewind();
}

void replay_source::rewind() {
  next_ = {};
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    tracks_[i].rows.emplace(tracks_[i].file.path);
    take_head(i);
  }
}

void replay_source::take_head(std::size_t index) {
  auto& one = tracks_[index];
  one.head = one.rows->next();
  if (one.head) next_.emplace(one.head->time_ms, index);
}

timestamp_ns replay_source::due(std::int64_t time_ms) const {
  auto passed = static_cast<double>((time_ms - first_ms_) * ns_per_ms);
  return start_ + static_cast<timestamp_ns>(std::ceil(passed / options_.speed));
}

std::optional<timestamp_ns> replay_source::play(timestamp_ns now, std::vector<price_batch>& out) {
  const auto own = out.size();  // batches in front of it are the caller's
  std::size_t emitted = 0;
  for (std::size_t rows = 0; rows < rows_per_poll && emitted < ticks_per_poll; ++rows) {
    if (next_.empty()) {
      // Out of session before the last ticks have been handed on, their receivers would skip them.
      bool ends = !options_.loop || !has_rows_;
      return ends && out.size() > own ? now : finish(now);
    }
    auto index = next_.top().second;
    auto& from = tracks_[index];
    if (options_.speed > 0) {
      auto at = due(from.head->time_ms);
      if (at > now) return at;
    }
    last_ms_ = from.head->time_ms;
    if (from.wanted) {
      emit(from, now, own, out);
      ++emitted;
    }
    next_.pop();
    take_head(index);
  }
  return now;
}

void replay_source::emit(const track& from, timestamp_ns now, std::size_t own,
                         std::vector<price_batch>& out) const {
  bool goes_on = out.size() > own && out.back().ticker == from.file.ticker &&
                 out.back().ticks.size() < ticks_per_batch;
  if (!goes_on) out.push_back({from.file.ticker, {}, 0});
  const auto& row = *from.head;
  out.back().ticks.push_back({row.price, row.size, midnight_ + row.time_ms * ns_per_ms, now});
}

std::optional<timestamp_ns> replay_source::finish(timestamp_ns now) {
  if (!options_.loop || !has_rows_) {
    ended_ = true;
    for (auto& one : tracks_) one.rows.reset();
    return std::nullopt;
  }
  if (options_.speed > 0) start_ = std::max(due(last_ms_), start_ + shortest_loop_ns);
  rewind();
  return std::max(now, start_);
}

std::string replay_source::describe() const {
  auto text = fmt::format("replay of {} ({}, New York)", options_.dir,
                          day_ ? day_text(*day_) : "it names no day: today");
  if (day_ && !day_of(options_.dir))
    text = fmt::format("replay of {} (it names no day: {}, today in New York)", options_.dir,
                       day_text(*day_));
  text += options_.speed == 0 ? " as fast as possible" : fmt::format(" at {}x", options_.speed);
  if (options_.loop) text += ", again and again";
  if (!unknown_.empty()) text += fmt::format("; it has no file for {}", fmt::join(unknown_, ", "));
  return text;
}

}  // namespace outcry::replay
