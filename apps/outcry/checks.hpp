#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

enum class verdict { ok, warn, fail };

/// One line of the doctor.
struct check {
  std::string what;  ///< "redis"
  verdict result = verdict::ok;
  std::string found;   ///< what is there
  std::string advice;  ///< what to do; "" = nothing
};

/// A word for a verdict, as printed.
const char* to_string(verdict x);

std::vector<check> check_configuration(const session& at, const std::vector<std::string>& problems);

/// Writable, and room on the disk. The thresholds are for a home computer: below 1 GiB somebody
/// should look, below 100 MiB the journal is about to fail.
std::vector<check> check_disk(const config::config& settings);

/// Same, for a known amount of free bytes.
check judge_free_space(std::uint64_t free_bytes);

/// The socket, and what the floor says of its halt, its connections, what Firebase refused, and
/// its actors.
std::vector<check> check_floor(const config::config& settings);

/// Actors as the floor lists them (`to_json` of actor_status): each one that has failed or is being
/// restarted is a failure of its own, the first twenty by name.
std::vector<check> judge_actors(const std::vector<nlohmann::json>& actors);

std::vector<check> check_redis(const config::config& settings);

/// Reads /floor, and compares the clocks.
std::vector<check> check_firebase(const config::config& settings);

/// What keeping every price in a database in the cloud costs: for information. Empty when that is
/// not configured.
std::vector<check> check_history_cost(const config::config& settings);

/// Our clock against the server's, which tells whole seconds: two seconds are within its error.
check judge_clock(std::int64_t skew_ms, std::int64_t limit_s);

}  // namespace outcry::cli
