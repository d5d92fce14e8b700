#pragma once

#include <cstddef>
#include <string>

#include <nlohmann/json.hpp>

#include "adapters/inspection_http/family_book.hpp"

namespace outcry::inspection_http {

/// How many actors get series of their own; the sums by kind are always of all of them. Bots and
/// pits come last among those, each sort by name, so that the same ones are shown every time.
constexpr std::size_t most_actor_series = 2000;

/// What Prometheus is told of a floor: text in its exposition format. `snapshot` as the op
/// `inspect` gives it, `verdict` the verdict or null. Members that are missing or of another kind
/// are left out, so that a floor that knows less says less. Never throws for what stands in them.
std::string exposition(const nlohmann::json& snapshot, const nlohmann::json& verdict,
                       std::size_t most_actors = most_actor_series);

/// The parts of it.
void add_floor(family_book& to, const nlohmann::json& snapshot, const nlohmann::json& verdict);
void add_actors(family_book& to, const nlohmann::json& snapshot, std::size_t most_actors);
void add_surroundings(family_book& to, const nlohmann::json& snapshot);

}  // namespace outcry::inspection_http
