#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/outcryd/house_plan.hpp"

namespace outcry::app {

/// Broker, order desk and performance, and the account among the bots. Nothing with broker.kind
/// "none". Throws what is wrong for people: std::runtime_error or an exception of SQLite.
void open_trading(open_house& at);

/// Says how many orders stay with the broker while the floor is closed. Waits for at most a second.
void say_working_orders(open_house& at);

/// What is wrong with the bots' parameters, by their own strategies: one sentence each, with file
/// and line.
std::vector<std::string> wrong_parameters(const config::config& settings,
                                          const std::filesystem::path& file);

}  // namespace outcry::app
