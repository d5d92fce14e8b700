#include "actors/market/simulated_market.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace outcry {

namespace {

constexpr std::int64_t minutes_per_day = 24 * 60;
constexpr std::int64_t max_slots_per_poll = 8;

// FNV-1a (Fowler, Noll, Vo): std::hash may differ between builds, a simulated market must not.
std::uint64_t stable_hash(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  return hash;
}

Price cents(std::int64_t n) {
  return Price::from_units(int128{n} * (detail::decimal_one / 100));
}

}  // namespace

bool trading_session::contains(timestamp_ns t) const {
  auto minute = (t / (60 * ns_per_s)) % minutes_per_day;
  if (open_minute <= close_minute) return minute >= open_minute && minute < close_minute;
  return minute >= open_minute || minute < close_minute;
}

simulated_market::simulated_market(simulated_options options) : options_(std::move(options)) {}

void simulated_market::want(const std::string& ticker, bool wanted) {
  auto [place, fresh] = walks_.try_emplace(ticker);
  auto& w = place->second;
  w.wanted = wanted;
  if (!fresh) return;
  w.random.seed(options_.seed ^ stable_hash(ticker));
  auto given = options_.start_prices.find(ticker);
  w.last = given != options_.start_prices.end()
               ? given->second
               : cents(static_cast<std::int64_t>(2'000 + stable_hash(ticker) % 50'000));
}

price_tick simulated_market::step(walk& w, timestamp_ns event, timestamp_ns now) const {
  auto move = static_cast<std::int64_t>(w.random() % 7) - 3;
  w.last = std::max(w.last + cents(move), cents(1));
  price_tick tick;
  tick.price = w.last;
  tick.volume = Quantity::from_integer(static_cast<std::int64_t>(1 + w.random() % 10) * 100);
  tick.event_ns = event;
  tick.init_ns = now;
  return tick;
}

std::optional<timestamp_ns> simulated_market::poll(timestamp_ns now,
                                                   std::vector<price_batch>& out) {
  auto slot = now / options_.interval_ns;
  // After a pause of the machine the walk goes on from now: no burst of old prices.
  auto first = std::max(last_slot_ + 1, slot - max_slots_per_poll + 1);
  if (last_slot_ < 0) first = slot;
  for (auto& [ticker, w] : walks_) {
    if (!w.wanted) continue;
    price_batch batch{ticker, {}, 0};
    for (auto s = first; s <= slot; ++s)
      if (in_session(s * options_.interval_ns))
        batch.ticks.push_back(step(w, s * options_.interval_ns, now));
    if (!batch.ticks.empty()) out.push_back(std::move(batch));
  }
  last_slot_ = std::max(slot, last_slot_);
  return (last_slot_ + 1) * options_.interval_ns;
}

std::string simulated_market::describe() const {
  return fmt::format("simulated market, seed {}, a price every {} ms", options_.seed,
                     options_.interval_ns / ns_per_ms);
}

}  // namespace outcry
