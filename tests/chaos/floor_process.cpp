#include "tests/chaos/floor_process.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "adapters/http/token_file.hpp"
#include "messages/paths.hpp"

namespace outcry::test {

namespace {

using nlohmann::json;

// Generous: the machine may be busy with other tests, and nothing waits longer than it must.
constexpr std::chrono::seconds patience{90};

bool is_final(const json& message) {
  const auto state = message.is_object() ? message.value("state", "") : "";
  return state == "done" || state == "failed" || state == "expired";
}

// A key's "%" stands for itself: in a URL it is written as %25.
std::string target(const std::string& path) {
  std::string result = "/";
  for (const char c : path) result += c == '%' ? std::string("%25") : std::string(1, c);
  return result + ".json";
}

}  // namespace

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

json message(const std::string& type, const std::vector<std::string>& to, const json& config) {
  json target = {{"type", to.empty() ? "ALL" : "SELECTED"}};
  if (!to.empty()) target["selected"] = to;
  return {{"type", type},
          {"target", target},
          {"config", config},
          {"description", "test"},
          {"state", "sent"},
          {"pressedAt", now_ms()},
          {"createdAt", {{".sv", "timestamp"}}},
          {"createdBy", "tester"}};
}

table rows_of(const std::filesystem::path& file, const std::string& sql) {
  const SQLite::Database db(file.string(), SQLite::OPEN_READONLY, 10'000);
  SQLite::Statement query(db, sql);
  table result;
  while (query.executeStep()) {
    auto& row = result.emplace_back();
    for (int i = 0; i < query.getColumnCount(); ++i) row.push_back(query.getColumn(i).getString());
  }
  return result;
}

floor_process::floor_process(floor_plan plan) : port_(free_port()) {
  configure(std::move(plan));
}

void floor_process::configure(floor_plan plan) {
  if (plan.data_dir.empty()) plan.data_dir = dir_.path() / "data";
  if (plan.firebase_dir.empty()) plan.firebase_dir = plan.data_dir;
  plan_ = std::move(plan);
  std::filesystem::create_directories(plan_.data_dir);
  std::ofstream out(config_file());
  out << fmt::format("[floor]\ndata_dir = \"{}\"\n{}\n", plan_.data_dir.string(),
                     plan_.floor_lines);
  out << fmt::format("[feed.simulated]\n{}\n", plan_.simulated_lines);
  if (!plan_.firebase_lines.empty()) {
    out << fmt::format("[firebase]\n{}\n", plan_.firebase_lines);
  } else if (plan_.firebase_dir != plan_.data_dir) {
    out << fmt::format("[firebase]\nurl = \"http://127.0.0.1:{}\"\ntoken_file = \"{}\"\n", port_,
                       (plan_.firebase_dir / "floor.token").string());
    out << "history = \"all\"\n\n";
  }
  out << fmt::format("[local_firebase]\nlisten = \"127.0.0.1:{}\"\n{}\n", port_,
                     plan_.local_firebase_lines);
  for (const auto& ticker : plan_.tickers)
    out << fmt::format("[[bots]]\nticker = \"{}\"\nstrategy = \"counter\"\n\n", ticker);
  out << plan_.bot_lines;
}

void floor_process::start_firebase() {
  process::options options;
  options.arguments = {OUTCRY_FIREBASE_PROGRAM, "--config", config_file(), "--data-dir",
                       plan_.firebase_dir.string()};
  options.output_file = dir_.file(fmt::format("firebase-{}.log", ++runs_));
  firebase_ = process(options);
  const bool up = eventually([&] { return accepts(port_) || !firebase_.running(); }, patience);
  if (!up || !firebase_.running())
    throw std::runtime_error("outcry-firebase did not start: " + firebase_.output());
}

void floor_process::run(const std::string& program,
                        std::map<std::string, std::string> environment) {
  process::options options;
  options.arguments = {program, "--config", config_file()};
  options.environment = std::move(environment);
  options.output_file = dir_.file(fmt::format("floor-{}.log", ++runs_));
  floor_ = process(options);
}

bool floor_process::await_open() {
  const auto open = [&] { return floor_.output().find("\" is open in ") != std::string::npos; };
  eventually([&] { return open() || !floor_.running(); }, patience);
  return open();
}

void floor_process::start() {
  launch();
  if (!await_open()) throw std::runtime_error("outcryd did not open: " + floor_.output());
}

void floor_process::launch() {
  run(OUTCRYD_PROGRAM, {});
}

void floor_process::launch_dying(const std::string& crash_at) {
  run(OUTCRYD_CRASH_PROGRAM, {{"OUTCRY_CRASH_AT", crash_at}});
}

void floor_process::kill() {
  floor_.signal(SIGKILL);
  floor_.wait(patience);
}

int floor_process::stop() {
  floor_.signal(SIGTERM);
  return floor_.wait(patience);
}

floor_process::result floor_process::outcry(std::vector<std::string> arguments,
                                            const std::string& slot) const {
  const std::string output = dir_.file("output-" + slot);
  std::filesystem::remove(output);
  arguments.insert(arguments.begin(), {OUTCRY_PROGRAM, "--config", config_file()});
  process run({std::move(arguments), {}, {}, output});
  const int code = run.wait(patience);
  return {code, run.output()};
}

floor_process::result floor_process::outcryd(std::vector<std::string> arguments,
                                             std::map<std::string, std::string> environment) const {
  const std::string output = dir_.file("output-outcryd");
  std::filesystem::remove(output);
  arguments.insert(arguments.begin(), OUTCRYD_PROGRAM);
  process run({std::move(arguments), std::move(environment), {}, output});
  const int code = run.wait(patience);
  return {code, run.output()};
}

std::unique_ptr<rest_client> floor_process::connect() const {
  return std::make_unique<rest_client>(port_,
                                       http::read_token(plan_.firebase_dir / "operator.token"));
}

json floor_process::read(const std::string& path) const {
  return json::parse(connect()->get(target(path)).body, nullptr, false);
}

long floor_process::put(const std::string& id, const json& message) const {
  return connect()->put(target(paths::message(id)), message.dump()).status;
}

json floor_process::await_final(const std::string& id) const {
  json found;
  const bool final = eventually(
      [&] {
        found = read(paths::message(id));
        return is_final(found);
      },
      patience);
  return final ? found : json();
}

bool floor_process::await_empty_outbox() const {
  return eventually([&] { return count("SELECT count(*) FROM outbox") == 0; }, patience);
}

table floor_process::journal(const std::string& sql) const {
  return rows_of(plan_.data_dir / "journal.db", sql);
}

table floor_process::history(const std::string& sql) const {
  return rows_of(plan_.data_dir / "history.db", sql);
}

std::int64_t floor_process::count(const std::string& sql) const {
  const auto rows = journal(sql);
  return rows.empty() ? 0 : std::stoll(rows.at(0).at(0));
}

}  // namespace outcry::test
