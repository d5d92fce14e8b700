#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <pthread.h>
#include <signal.h>

#include "adapters/firebase/auth/sign_in.hpp"
#include "adapters/firebase/exposure/keeper.hpp"
#include "adapters/firebase/local/server.hpp"
#include "adapters/http/open_files.hpp"
#include "apps/config/endpoint.hpp"
#include "apps/config/load.hpp"

namespace {

struct arguments {
  std::string config;
  std::string listen;
  std::string data_dir;
  std::string rules;
  std::string page;
  std::string certificate;
  std::string key;
  bool trust_machine = false;
  bool container = false;
};

constexpr int bad_usage = 2;

/// Until a signal that ends us comes; meanwhile looks after what the home network may reach.
void wait_for_end(const sigset_t& endings, outcry::firebase::exposure::keeper* keeper) {
  constexpr timespec half_a_second{0, 500'000'000};
  while (sigtimedwait(&endings, nullptr, &half_a_second) < 0)
    if (keeper != nullptr) keeper->look();
}

/// The configuration with the command line's words in force. Prints what is wrong and ends.
outcry::config::config settings_of(const arguments& given) {
  namespace config = outcry::config;
  auto variables = config::process_environment();
  auto settings = config::load_config(given.config, variables);
  if (!settings) {
    for (const auto& error : settings.error())
      std::fprintf(stderr, "outcry-firebase: %s\n", to_string(error).c_str());
    std::exit(bad_usage);
  }
  if (given.config.empty() && given.data_dir.empty() &&
      !variables.contains("OUTCRY_FLOOR_DATA_DIR")) {
    throw std::runtime_error(
        "no data folder: expected --config, --data-dir or "
        "OUTCRY_FLOOR_DATA_DIR");
  }
  if (!given.listen.empty()) settings->local_firebase.listen = given.listen;
  if (!given.data_dir.empty()) settings->floor.data_dir = given.data_dir;
  if (!given.page.empty()) settings->local_firebase.page = given.page;
  if (!given.rules.empty()) settings->local_firebase.rules = given.rules;
  return *settings;
}

outcry::firebase::local::server::options options_of(const arguments& given) {
  auto settings = settings_of(given);
  const auto& wanted = settings.local_firebase;
  auto listen = outcry::config::parse_endpoint(wanted.listen);
  if (!listen) {
    throw std::runtime_error("listen: expected " + std::string{outcry::config::endpoint_form} +
                             ", found \"" + wanted.listen + "\"");
  }
  if (given.certificate.empty() != given.key.empty()) {
    throw std::runtime_error("--certificate and --key belong together");
  }
  if (!listen->loopback && !given.container) {
    const bool passcode = outcry::firebase::auth::sign_in::passcode_set(settings.floor.data_dir);
    if (!passcode || given.certificate.empty()) {
      throw std::runtime_error(
          "listen: " + wanted.listen +
          " can be reached from other machines; that takes a passcode (outcry passcode set) and "
          "--certificate and --key. Else expected 127.0.0.1, [::1] or localhost (inside a "
          "container network: --container)");
    }
  }
  outcry::firebase::local::server::options opts;
  opts.data_dir = settings.floor.data_dir;
  opts.http.address = listen->address;
  opts.http.port = listen->port;
  opts.guard.hosts = wanted.hosts;
  opts.guard.origins = wanted.origins;
  opts.rules = wanted.rules;
  opts.page = wanted.page;
  opts.signing.web.trust_machine = given.trust_machine && listen->loopback;
  if (!wanted.cloud_project.empty()) {
    opts.signing.cloud.emplace();
    opts.signing.cloud->project = wanted.cloud_project;
    opts.signing.cloud->operators = wanted.cloud_operators;
  }
  if (!given.certificate.empty()) {
    opts.http.tls = outcry::http::tls_files{given.certificate, given.key};
  }
  return opts;
}

/// Nobody but this machine reaches what is listened on, unless a keeper opens more.
bool only_this_machine(const outcry::firebase::local::server::options& opts) {
  const auto where = outcry::config::parse_endpoint(
      outcry::firebase::exposure::host_of(opts.http.address, opts.http.port));
  return where && where->loopback;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli(
      "The local Firebase: the Realtime Database at home, for REST and for the Firebase SDKs.");
  cli.name("outcry-firebase");
  arguments given;
  cli.add_option("--config", given.config, "the floor's configuration file")
      ->check(CLI::ExistingFile);
  cli.add_option("--listen", given.listen, "address:port, instead of the configured one");
  cli.add_option("--data-dir", given.data_dir, "the data folder, instead of the configured one");
  cli.add_option("--rules", given.rules, "security rules (database.rules.json)")
      ->check(CLI::ExistingFile);
  cli.add_option("--page", given.page, "a folder of files to serve: the phone's page")
      ->check(CLI::ExistingDirectory);
  cli.add_option("--certificate", given.certificate, "a certificate (PEM): speak TLS")
      ->check(CLI::ExistingFile);
  cli.add_option("--key", given.key, "the certificate's private key (PEM)")
      ->check(CLI::ExistingFile);
  cli.add_flag("--trust-machine", given.trust_machine,
               "without a passcode, pages on this machine may sign in");
  cli.add_flag("--container", given.container,
               "allow an address that is not this machine's own loopback");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  spdlog::set_default_logger(spdlog::stderr_logger_mt("outcry-firebase"));

  // Blocked before any thread starts, so that only sigwait below ever takes them.
  sigset_t endings;
  sigemptyset(&endings);
  sigaddset(&endings, SIGINT);
  sigaddset(&endings, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &endings, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // A limit on file sizes shall look like a full disk, not end the process.
  signal(SIGXFSZ, SIG_IGN);

  try {
    auto opts = options_of(given);
    const auto outside_hosts = std::make_shared<outcry::http::host_list>();
    opts.guard.more = outside_hosts;
    // A phone holds one, an SDK that polls six.
    outcry::http::allow_open_files(opts.http.max_connections + opts.http.max_sockets + 256);
    const bool six = opts.http.address.find(':') != std::string::npos;
    outcry::firebase::local::server server(opts);
    std::optional<outcry::firebase::exposure::keeper> keeper;
    if (only_this_machine(opts)) {
      keeper.emplace(outcry::firebase::exposure::keeper::options{
          opts.data_dir,
          [&server](outcry::http::options where) { return server.also_at(std::move(where)); },
          outside_hosts});
    }
    std::printf("outcry-firebase: %s://%s%s%s:%u, data in %s\n", opts.http.tls ? "https" : "http",
                six ? "[" : "", opts.http.address.c_str(), six ? "]" : "", unsigned{server.port()},
                opts.data_dir.c_str());
    std::fflush(stdout);
    wait_for_end(endings, keeper ? &*keeper : nullptr);
    keeper.reset();
    server.stop();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "outcry-firebase: %s\n", failure.what());
    return 1;
  }
  return 0;
}
