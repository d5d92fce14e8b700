#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/client.hpp"
#include "apps/config/load.hpp"
#include "apps/outcry/find_config.hpp"
#include "apps/outcry/firebase_checks.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/redis_options.hpp"
#include "apps/outcry/verb_list.hpp"
#include "apps/outcry/verbs.hpp"
#include "apps/outcry/verbs_expose.hpp"
#include "apps/outcry/verbs_inspection.hpp"
#include "apps/outcry/verbs_signal_lists.hpp"
#include "apps/outcry/waiting.hpp"

namespace {

using namespace outcry;
using namespace outcry::cli;

/// Everything the command line can say.
struct command_line {
  std::string config_file;
  bool json = false;
  bool write = false;
  bool firebase = false;
  send_options send;
  log_options log;
  std::vector<std::string> tickers;
  std::string channel;
  std::string payload;
  std::vector<std::string> channels;
};

class program {
public:
  program() {
    app_.require_subcommand(1);
    // Options of the program may also stand behind the verb.
    app_.fallthrough();
    app_.set_version_flag("--version", OUTCRY_VERSION);
    app_.add_option("--config", said_.config_file,
                    "The floor's configuration file. Else OUTCRY_CONFIG, ./outcry.toml, "
                    "./.outcry/outcry.toml");
    app_.add_flag("--json", said_.json, "JSON instead of text");
    app_.footer(
        "Exit codes: 0 done, 1 some bot did not, 2 usage or configuration, 3 the floor (publish "
        "and "
        "subscribe: Redis) cannot be reached.");
    add_send();
    add_wish_verbs(verbs_);
    add_reading();
    add_inspection_verbs(verbs_);
    add_console_verb(verbs_);
    add_trading_verbs(verbs_);
    add_ladder_verbs(verbs_);
    add_backtest_verb(verbs_);
    add_signal_verbs(verbs_);
    add_signal_list_verbs(verbs_);
    add_passcode_verbs(verbs_);
    add_expose_verb(verbs_);
    add_notify_verbs(verbs_);
    add_redis();
    add_others();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
      return app_.exit(e) == 0 ? all_done : bad_usage;
    }
    watch_signals();
    try {
      return act();
    } catch (const control::floor_unreachable& e) {
      complain(e.what());
      return no_floor;
    } catch (const redis_unreachable& e) {
      complain(e.what());
      return no_floor;
    } catch (const control::request_refused& e) {
      complain(fmt::format("the floor refuses ({}): {}", e.code(), harmless(e.what())));
      return e.code() == "invalid_input" ? bad_usage : not_done;
    } catch (const std::invalid_argument& e) {
      complain(e.what());
      return bad_usage;
    } catch (const nlohmann::json::exception& e) {
      complain(std::string{"the floor's answer makes no sense: "} + e.what());
      return no_floor;
    } catch (const std::exception& e) {
      complain(e.what());
      return not_done;
    }
  }

private:
  CLI::App* verb(const char* name, const char* what, verb_list::action act) {
    return verbs_.add(name, what, std::move(act));
  }

  void add_send() {
    auto* send = verb("send", "Send an operator message and see who does it",
                      [this](const session& at) { return cli::send(at, said_.send); });
    send->add_option("type", said_.send.type, "stop, start, status, set, exit, enter, kill")
        ->required();
    send->add_option("--to", said_.send.to, "ALL, or tickers and bot ids: AAPL,META")
        ->required()
        ->delimiter(',')
        ->allow_extra_args(false);
    send->add_option("--config", said_.send.config,
                     "An argument of the message: KEY=VALUE. (A file's name is taken as the "
                     "floor's configuration.)")
        ->allow_extra_args(false);
    send->add_option("--description", said_.send.description, "For people");
    send->add_option("--id", said_.send.id, "The message's id; the same id is done only once");
    send->add_option("--wait", said_.send.wait_s, "Seconds to wait for the bots")
        ->check(CLI::Range(0, 600))
        ->capture_default_str();
    send_ = send;
  }

  void add_reading() {
    auto* log = verb("log", "Messages and their acknowledgements, newest first",
                     [this](const session& at) { return cli::log(at, said_.log); });
    log->add_option("id", said_.log.id, "This message only");
    log->add_option("--limit", said_.log.limit, "How many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    verb("bots", "Every bot of the floor", cli::bots);
    verb("pits", "Every ticker and its last price", cli::pits);
    verb("status", "The floor in five lines", cli::status);
    auto* tail = verb("tail", "What passes, live: prices, orders, feed states",
                      [this](const session& at) { return cli::tail(at, said_.tickers); });
    tail->add_option("ticker", said_.tickers, "These only");
  }

  void add_redis() {
    auto* publish =
        verb("publish", "Publish a JSON object on a Redis channel",
             [this](const session& at) { return cli::publish(at, said_.channel, said_.payload); });
    publish->add_option("channel", said_.channel)->required();
    publish->add_option("json", said_.payload, "The object, or - for one object a line")
        ->required();
    auto* subscribe =
        verb("subscribe", "Print what is published on Redis channels, live",
             [this](const session& at) { return cli::subscribe(at, said_.channels); });
    subscribe->add_option("channel", said_.channels, "Names; with * a pattern")->required();
  }

  void add_others() {
    auto* init = verbs_.add_offline("init", "Print the default configuration",
                                    [this](const session&) { return cli::init(said_.write); });
    init->add_flag("--write", said_.write, "Write ./outcry.toml instead");
    doctor_ = verb("doctor", "Look at everything and say what to do", {});
    auto* firebase =
        doctor_->add_flag("--firebase", said_.firebase,
                          "Look at the database only, closely: credentials, rules, indexes, clock");
    live_ = add_live_options(*doctor_);
    firebase->excludes("--live");
  }

  exit_code act() {
    session at;
    at.json = said_.json;
    bool needs_floor = true;
    const auto* action = verbs_.said(needs_floor);
    if (action == nullptr) return bad_usage;
    if (!needs_floor) return (*action)(at);
    auto given = said_.config_file;
    if (send_->parsed())
      if (auto file = take_config_file(said_.send.config); !file.empty()) given = file;
    at.config_file = find_config(given);
    auto loaded = config::load_config(at.config_file, config::process_environment());
    std::vector<std::string> problems;
    if (loaded)
      at.settings = *loaded;
    else
      for (const auto& x : loaded.error()) problems.push_back(to_string(x));
    if (doctor_->parsed() && live_->live)
      return doctor_live(at, problems, std::chrono::seconds(live_->seconds));
    if (doctor_->parsed())
      return said_.firebase ? doctor_firebase(at, problems) : cli::doctor(at, problems);
    for (const auto& x : problems) complain(x);
    if (!problems.empty()) return bad_usage;
    return (*action)(at);
  }

  command_line said_;
  CLI::App app_{"Speaks to an Outcry trading floor", "outcry"};
  verb_list verbs_{app_};
  CLI::App* send_ = nullptr;
  CLI::App* doctor_ = nullptr;
  std::shared_ptr<live_options> live_;
};

}  // namespace

int main(int argc, char** argv) {
  return program{}.run(argc, argv);
}
