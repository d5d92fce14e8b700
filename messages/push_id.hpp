#pragma once

#include <cstdint>
#include <string>

namespace outcry {

/// A key in the form of Firebase's push ids: 8 characters of time, then 12 characters, all of the
/// alphabet "-0..9A..Z_a..z", so that keys sort by time and, within a millisecond, by `sequence`.
/// Made from the journal's order instead of randomness, so that a repeated write lands on the same
/// key. `time_ms` 0 to 2^48-1; `sequence` 0 to 2^63-1; throws std::out_of_range otherwise. Form:
/// Firebase's published push id format (8 characters of time, base 64 in ASCII order).
std::string make_push_id(std::int64_t time_ms, std::int64_t sequence);

/// A fresh id for a message made on this machine: a push id with 72 random bits behind the time
/// (the low 8 of `random_high`, all of `random_low`). Throws std::out_of_range as above.
std::string make_random_push_id(std::int64_t time_ms, std::uint64_t random_high,
                                std::uint64_t random_low);

}  // namespace outcry
