#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>

#include <CLI/CLI.hpp>
#include <caf/scoped_actor.hpp>
#include <curl/curl.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include "actors/floor/actor_log.hpp"
#include "adapters/sqlite/data_dir_lock.hpp"
#include "apps/config/load.hpp"
#include "apps/outcryd/bots_only.hpp"
#include "apps/outcryd/house_plan.hpp"
#include "apps/outcryd/trading.hpp"
#include "apps/outcryd/version.hpp"

namespace outcry::app {

namespace {

/// The floor ends everybody within its own limit; this is for a floor that does not answer.
constexpr std::chrono::milliseconds stop_timeout{4800};

/// Sent to ourselves when the floor is open, so that one thread can wait for that and for the end.
const int floor_is_open = SIGRTMIN;

/// Signals are taken by one thread that waits for them; blocked in all others.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, floor_is_open);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

house_ptr make_house(const config::config& settings) {
  auto result = std::make_shared<house>();
  result->has_mirror = !settings.firebase.url.empty();
  result->random = [] {
    thread_local std::mt19937_64 generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(generator);
  };
  return result;
}

void configure(floor_system_config& system) {
  // One shared queue: an idle floor sleeps and wakes at once, where work stealing polls.
  system.set("scheduler.policy", caf::atom("sharing"));
  system.set("scheduler.max-throughput", 50);
}

int close_floor(caf::actor_system& system, const floor_actor& floor, const std::string& why) {
  stop_report report;
  caf::scoped_actor self{system};
  self->request(floor, stop_timeout, stop_floor{why})
      .receive([&](const stop_report& r) { report = r; },
               [&](caf::error&) { report.left.push_back("floor"); });
  self->send_exit(floor, caf::exit_reason::user_shutdown);
  for (const auto& name : report.left) spdlog::error("{} is left behind", name);
  // Whoever had to be killed may still hold a thread of its own.
  return report.left.empty() && report.killed.empty() ? 0 : 1;
}

/// Waits for SIGINT or SIGTERM, and says meanwhile that the floor is open, when it is.
int wait_for_end(const sigset_t& signals, const config::config& settings) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0 || signal == floor_is_open)
    if (signal == floor_is_open)
      spdlog::info("the floor \"{}\" is open in {}", settings.floor.name,
                   settings.floor.data_dir.string());
  return signal;
}

int run_floor(const config::config& settings, bool in_container_network, bool bots_only) {
  auto signals = block_signals();
  sqlite::data_dir_lock lock(settings.floor.data_dir.string());
  // Before anybody else logs.
  auto log = std::make_shared<actor_log>();
  floor_system_config system_config;
  configure(system_config);
  caf::actor_system system{system_config};
  int result = 0;
  {
    auto root = system.spawn(floor, stop_limits{});
    open_house at{system, settings, make_house(settings), root, in_container_network};
    at.log = log;
    at.when_ready = [] { ::kill(::getpid(), floor_is_open); };
    try {
      bots_only ? open_bots_only(at) : open_floor(at);
      int signal = wait_for_end(signals, settings);
      say_working_orders(at);
      result = close_floor(system, at.floor, signal == SIGINT ? "interrupted" : "asked to end");
    } catch (const std::exception& e) {
      if (close_floor(system, at.floor, "it could not open") == 0) throw;
      spdlog::critical("{}", e.what());
      std::_Exit(1);  // as below
    }
  }
  if (result != 0) std::_Exit(result);  // waiting for those left behind would be for ever
  spdlog::info("the floor is closed");
  return result;
}

}  // namespace

int main_of_outcryd(int argc, char** argv) {
  CLI::App app{"The floor of Outcry: runs in the foreground until SIGINT or SIGTERM."};
  std::string file;
  app.add_option("--config", file, "configuration file (TOML)")
      ->envname("OUTCRY_CONFIG")
      ->required();
  bool in_container_network = false;
  app.add_flag("--container", in_container_network, "allow plain http to a neighbour container");
  bool bots_only = false;
  app.add_flag("--bots-only", bots_only,
               "host the bots of this configuration for a main floor that shares its Redis: prices "
               "and commands come from there");
  app.set_version_flag("--version", version);
  CLI11_PARSE(app, argc, argv);
  spdlog::set_default_logger(spdlog::stderr_color_mt("outcryd"));
  spdlog::set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  auto settings = config::load_config(file, config::process_environment());
  if (!settings) {
    for (const auto& error : settings.error()) std::cerr << to_string(error) << '\n';
    return 2;
  }
  auto problems = wrong_parameters(*settings, file);
  if (bots_only)
    for (const auto& problem : why_not_bots_only(*settings))
      problems.push_back(file + ": " + problem);
  for (const auto& problem : problems) std::cerr << problem << '\n';
  if (!problems.empty()) return 2;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  try {
    return run_floor(*settings, in_container_network, bots_only);
  } catch (const std::exception& e) {
    spdlog::critical("{}", e.what());
    return 1;
  }
}

}  // namespace outcry::app

int main(int argc, char** argv) {
  return outcry::app::main_of_outcryd(argc, argv);
}
