#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/sqlite/journal_engine.hpp"
#include "messages/journal.hpp"
#include "messages/market.hpp"

namespace outcry::sqlite::test {

inline constexpr std::int64_t sample_time_ms = 1'381'238'400'000;

/// Settings with a clock that stands still.
inline journal_settings settings_in(const std::string& data_dir) {
  return {.data_dir = data_dir, .now_ms = [] { return sample_time_ms; }};
}

inline ledger_line sample_line(const std::string& bot_id) {
  ledger_line x;
  x.bot_id = bot_id;
  x.container = "floor";
  x.ticker = "AAPL";
  x.addressed = true;
  return x;
}

/// A stop message as adopted, expecting `bots` (in order of their ids), no field left at default.
inline ledger sample_ledger(const std::string& id, const std::vector<std::string>& bots = {
                                                       "counter-AAPL", "counter-META"}) {
  ledger x;
  x.message.id = id;
  x.message.type = "stop";
  x.message.selected = {"AAPL", "MÜNCHEN\"'"};
  x.message.config = R"({"protective":"cancel"})";
  x.message.description = "lunch";
  x.message.pressed_at_ms = sample_time_ms - 2;
  x.message.created_at_ms = sample_time_ms - 1;
  x.message.created_by = "local:me";
  x.state = message_state::working;
  x.adopted_at_ms = sample_time_ms;
  x.unmatched = {"MÜNCHEN\"'"};
  for (const auto& bot : bots) x.lines.push_back(sample_line(bot));
  return x;
}

inline journal_write adopting(const ledger& x) {
  journal_write write;
  write.adopted = {x};
  return write;
}

inline journal_write owing(const std::string& path, const std::string& value = "1") {
  journal_write write;
  write.owed = {{path, value}};
  return write;
}

/// A tick that entered the floor `ms` milliseconds after the sample time.
inline price_tick sample_tick(std::int64_t ms) {
  price_tick x;
  x.price = Price::from_units(int128{107'550'000'000'000} + ms);
  x.volume = Quantity::from_integer(100);
  x.init_ns = (sample_time_ms + ms) * ns_per_ms + 123;
  x.event_ns = x.init_ns - 4567;
  return x;
}

inline price_batch sample_batch(const std::string& ticker, std::size_t count) {
  price_batch x;
  x.ticker = ticker;
  for (std::size_t i = 0; i < count; ++i) x.ticks.push_back(sample_tick(static_cast<int>(i)));
  return x;
}

/// The one answer to one request.
template <class Answer>
Answer one(journal_engine& engine, journal_request request) {
  return std::get<Answer>(engine.run({&request, 1}).front());
}

}  // namespace outcry::sqlite::test
