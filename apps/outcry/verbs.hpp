#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/config/config.hpp"
#include "apps/outcry/exit_code.hpp"

namespace outcry::cli {

/// What every verb is given.
struct session {
  std::string config_file;  ///< as found; "" = none
  config::config settings;
  bool json = false;
};

struct send_options {
  std::string type;
  std::vector<std::string> to;      ///< names, or the one word ALL
  std::vector<std::string> config;  ///< KEY=VALUE
  std::string arguments{};          ///< a JSON object, more of them; "" = none
  std::string description;
  std::string id;  ///< "" = the floor makes one
  std::int64_t wait_s = 15;
};

struct log_options {
  std::string id;  ///< "" = the newest
  std::uint32_t limit = 20;
};

/// Each returns the program's exit code. They throw control::floor_unreachable and
/// control::request_refused, publish and subscribe redis_unreachable, which `main` turns into
/// sentences.
exit_code send(const session& at, const send_options& what);
exit_code log(const session& at, const log_options& what);
exit_code bots(const session& at);
exit_code pits(const session& at);
exit_code status(const session& at);
exit_code tail(const session& at, const std::vector<std::string>& tickers);
exit_code publish(const session& at, const std::string& channel, const std::string& json);
exit_code subscribe(const session& at, const std::vector<std::string>& channels);

/// Looks at everything and says what to do. Also for a configuration that is wrong: `problems`
/// are its errors.
exit_code doctor(const session& at, const std::vector<std::string>& problems);

/// Prints the default configuration, or writes it to ./outcry.toml unless there is one.
exit_code init(bool write);

}  // namespace outcry::cli
