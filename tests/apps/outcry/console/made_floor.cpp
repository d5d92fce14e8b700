#include "tests/apps/outcry/console/made_floor.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "adapters/control/server.hpp"
#include "tests/support/process.hpp"

namespace outcry::test {

using nlohmann::json;

json made_actor(const std::string& name, const json& more) {
  json result = {{"name", name},
                 {"kind", name.substr(0, name.find(':'))},
                 {"state", "running"},
                 {"since_ms", 1'700'000'000'000},
                 {"mailbox", 0},
                 {"mailbox_bound", 1000},
                 {"handled", 0},
                 {"errors", 0},
                 {"refused", 0},
                 {"restarts", 0},
                 {"last_exit", ""},
                 {"enqueued", 0},
                 {"sent", 0},
                 {"parent", ""},
                 {"hidden", false},
                 {"started_ms", 1'700'000'000'000},
                 {"backoff_left_ms", 0},
                 {"serving", nullptr},
                 {"oldest_wait_ms", 0},
                 {"handler", {{"sampled", 0}, {"busy_ns", 0}, {"max_ns", 0}}}};
  if (more.is_object()) result.update(more);
  return result;
}

json made_snapshot(std::int64_t at_ms) {
  json actors = json::array();
  actors.push_back(made_actor("feed"));
  actors.push_back(made_actor("pit:AAPL", {{"parent", "feed"}}));
  actors.push_back(made_actor("pit:META", {{"parent", "feed"}}));
  actors.push_back(made_actor("bot:counter-AAPL", {{"parent", "pit:AAPL"}, {"mailbox", 12}}));
  actors.push_back(made_actor("bot:counter-META", {{"parent", "pit:META"}}));
  actors.push_back(made_actor("relay"));
  actors.push_back(made_actor("session:1", {{"hidden", true}}));
  auto pit = [](const char* ticker) {
    return json{
        {"ticker", ticker}, {"state", "live"}, {"has_price", true}, {"last", {{"price", "187.25"}}},
        {"ticks", 10},      {"conflated", 0},  {"subscribers", 2},  {"age_ms", 120},
        {"received", 10},   {"dropped", 0}};
  };
  auto link = [](const char* name, json backlog) {
    return json{
        {"name", name},     {"state", "live"}, {"since_ms", 1'700'000'000'000}, {"reconnects", 0},
        {"last_error", ""}, {"lag_ms", 3},     {"backlog", std::move(backlog)}};
  };
  return {{"seq", 1},
          {"at_ms", at_ms},
          {"floor",
           {{"name", "home"},
            {"version", "0.1.0"},
            {"started_ms", 1'700'000'000'000},
            {"now_ms", at_ms},
            {"pid", 77},
            {"rss_bytes", 214 << 20},
            {"halt", "none"},
            {"bots", {{"running", 2}}},
            {"handled", 1000},
            {"dead_letters", 0},
            {"dead_man", nullptr}}},
          {"actors", actors},
          {"pits", {pit("AAPL"), pit("META")}},
          {"links", {link("redis", nullptr), link("firebase", 0), link("feed", nullptr)}},
          {"messages",
           {{{"id", "m1"},
             {"type", "stop"},
             {"state", "working"},
             {"pressed_ms", at_ms - 2000},
             {"lines",
              {{"done", 1},
               {"ignored", 0},
               {"error", 0},
               {"no_answer", 0},
               {"expired", 0},
               {"open", 1}}}}}},
          {"graves",
           {{{"name", "bot:old"},
             {"kind", "bot"},
             {"died_ms", at_ms - 60'000},
             {"reason", "strategy_error: division by zero"},
             {"lived_ms", 1200}}}}};
}

class made_floor::core {
public:
  explicit core(std::string socket)
      : socket_(socket.empty() ? dir_.file("outcry.sock") : std::move(socket)) {
    snapshot_ = made_snapshot(made_ms);
    start();
  }

  void start() {
    if (server_) return;
    control::server::options options;
    options.path = socket_;
    options.greeting = R"({"outcry":1,"name":"home","version":"0.1.0"})";
    control::server::events on;
    on.line = [this](control::connection_id from, const control::peer&, std::string line) {
      hear(from, json::parse(line));
    };
    on.closed = [this](control::connection_id from) { forget(from); };
    server_.emplace(std::move(options), std::move(on));
  }

  void stop() {
    server_.reset();
    std::lock_guard lock{mutex_};
    watching_.clear();
    tracing_.clear();
  }

  void hear(control::connection_id from, const json& request) {
    const auto id = request.at("id").get<std::uint64_t>();
    const auto op = request.at("op").get<std::string>();
    std::lock_guard lock{mutex_};
    requests_.push_back(request);
    if (op == "inspect") {
      server_->send(from, line_of(id, {{"snapshot", snapshot_}}));
      watching_.emplace_back(from, id);
      return;
    }
    if (op == "trace") {
      tracing_.emplace_back(from, id);
      return;
    }
    auto found = answers_.find(op + " " + request.value("name", std::string{}));
    if (found == answers_.end()) found = answers_.find(op);
    if (found == answers_.end()) {
      server_->finish(
          from,
          json{{"id", id}, {"error", {{"code", "unknown_target"}, {"reason", "nobody"}}}}.dump());
      return;
    }
    for (const auto& item : found->second) server_->send(from, line_of(id, item));
    server_->finish(from, json{{"id", id}, {"end", true}}.dump());
  }

  void forget(control::connection_id from) {
    std::lock_guard lock{mutex_};
    std::erase_if(watching_, [&](const auto& x) { return x.first == from; });
    std::erase_if(tracing_, [&](const auto& x) { return x.first == from; });
  }

  static std::string line_of(std::uint64_t id, const json& item) {
    return json{{"id", id}, {"item", item}}.dump();
  }

  using places = std::vector<std::pair<control::connection_id, std::uint64_t>>;

  void tell(const places& all, const json& item) {
    for (const auto& [to, id] : all) server_->send(to, line_of(id, item));
  }

  temp_dir dir_;
  std::string socket_;
  mutable std::mutex mutex_;
  json snapshot_;
  std::map<std::string, std::vector<json>> answers_;
  std::vector<json> requests_;
  places watching_;
  places tracing_;
  std::optional<control::server> server_;
};

made_floor::made_floor(const std::string& socket) : core_(std::make_unique<core>(socket)) {}

made_floor::~made_floor() {
  core_->stop();
}

std::string made_floor::socket() const {
  return core_->socket_;
}

void made_floor::set_snapshot(json snapshot) {
  std::lock_guard lock{core_->mutex_};
  core_->snapshot_ = std::move(snapshot);
  core_->tell(core_->watching_, {{"snapshot", core_->snapshot_}});
}

void made_floor::tell_delta(const json& delta) {
  std::lock_guard lock{core_->mutex_};
  core_->tell(core_->watching_, {{"delta", delta}});
}

void made_floor::set_answer(const std::string& to, std::vector<json> items) {
  std::lock_guard lock{core_->mutex_};
  core_->answers_[to] = std::move(items);
}

void made_floor::tell_trace(const json& traced) {
  std::lock_guard lock{core_->mutex_};
  core_->tell(core_->tracing_, {{"traced", traced}});
}

void made_floor::end_traces(const std::string& reason) {
  std::lock_guard lock{core_->mutex_};
  for (const auto& [to, id] : core_->tracing_)
    core_->server_->finish(to, json{{"id", id}, {"end", true}, {"reason", reason}}.dump());
  core_->tracing_.clear();
}

std::vector<json> made_floor::requests() const {
  std::lock_guard lock{core_->mutex_};
  return core_->requests_;
}

json made_floor::wait_for(const std::string& op) const {
  json found;
  eventually([&] {
    for (const auto& x : requests())
      if (x.at("op") == op) found = x;
    return !found.is_null();
  });
  return found;
}

std::size_t made_floor::traces() const {
  std::lock_guard lock{core_->mutex_};
  return core_->tracing_.size();
}

void made_floor::stop() {
  core_->stop();
}

void made_floor::start() {
  core_->start();
}

}  // namespace outcry::test
