#pragma once

#include "tests/chaos/floor_process.hpp"

// A floor that trades, as a process, and whether its books agree with its broker's.

namespace outcry::test {

/// [[bots]] sections: `count` ladders on `ticker`, called <prefix>1,
/// <prefix>2, ..., whose rows are so close together that a price of `write_swings` crosses some.
std::string ladder_bots(const std::string& ticker, int count, const std::string& prefix);

/// Writes a day for the replay, of trades `every_ms` apart: 200,000 of them, whose price swings
/// over those rows all the time.
void write_swings(const std::filesystem::path& file, std::uint32_t seed, int every_ms);

/// Rows of the paper broker's file.
table broker_rows(const floor_process& at, const std::string& sql);

/// Checks, with all bots stopped, once what is on its way has come: every order at the broker is in
/// the journal, once, as the broker has it; every order of the journal that the broker has not was
/// never sent; the bots' holdings and what is held outside are the broker's positions; every fill
/// has been told once; no ticker is halted.
void check_books(const floor_process& at);

/// Stops all bots, protective orders included, and requires that every one of them confirms it.
void stop_all(const floor_process& at);

void start_all(const floor_process& at);

}  // namespace outcry::test
