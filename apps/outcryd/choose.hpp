#pragma once

#include <memory>

#include "actors/floor/house.hpp"
#include "actors/market/price_source.hpp"
#include "adapters/firebase/bridge.hpp"
#include "apps/config/config.hpp"

namespace outcry::app {

/// The source of prices that the configuration asks for. Throws std::runtime_error for people.
std::unique_ptr<price_source> choose_source(const config::config& settings);

/// The Realtime Database that the configuration asks for, with its credentials. Throws
/// std::invalid_argument or std::runtime_error for people. In a container network plain http to a
/// neighbour container is allowed.
firebase::bridge_options choose_mirror(const config::config& settings, const house_ptr& house,
                                       bool in_container_network);

}  // namespace outcry::app
