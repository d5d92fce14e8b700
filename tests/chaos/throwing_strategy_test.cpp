#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "actors/market/simulated_market.hpp"
#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using nlohmann::json;
using test::floor_process;

namespace {

constexpr std::chrono::seconds patience{60};
constexpr duration_ns interval = 20 * ns_per_ms;
constexpr std::int64_t seed = 7;
constexpr std::uint64_t stumble = 10'000;

/// One of the things that the command line lists: `verb` is "bots" or "actors".
json listed(const floor_process& at, const std::string& verb, const std::string& key,
            const std::string& name) {
  const auto all = json::parse(at.outcry({verb, "--json"}).output, nullptr, false);
  if (all.is_array())
    for (const auto& one : all)
      if (one.value(key, "") == name) return one;
  return json::object();
}

std::string state_of(const floor_process& at, const std::string& bot) {
  return listed(at, "bots", "id", bot).value("state", "");
}

std::int64_t restarts(const floor_process& at, const std::string& bot) {
  return listed(at, "actors", "name", "bot:" + bot).value("restarts", std::int64_t{-1});
}

/// What a bot last said to a message of the command line: its acknowledgement.
json answer_of(const floor_process::result& sent, const std::string& bot) {
  json found = json::object();
  std::istringstream lines(sent.output);
  for (std::string line; std::getline(lines, line);) {
    const auto item = json::parse(line, nullptr, false);
    if (!item.is_object()) continue;
    if (item.contains("ledger") && item["ledger"]["acknowledgement"].contains(bot))
      found = item["ledger"]["acknowledgement"][bot];
    if (item.contains("line") && item["line"]["bot"] == bot)
      found = item["line"]["acknowledgement"];
  }
  return found;
}

json details_of(const floor_process& at, const std::string& ticker) {
  const auto sent = at.outcry({"send", "status", "--to", ticker, "--json"});
  const auto answer = answer_of(sent, "counter-" + ticker);
  INFO(sent.output);
  REQUIRE(answer.contains("result"));
  return answer["result"]["details"];
}

/// Checks that one bot heard every price once: after n prices it has seen the n-th of its ticker's
/// walk, but for those before it came, always as many.
class listener {
public:
  listener(const floor_process& at, std::string ticker) : at_(at), ticker_(std::move(ticker)) {
    simulated_options options;
    options.seed = seed;
    options.interval_ns = interval;
    simulated_market market(options);
    market.want(ticker_, true);
    std::vector<price_batch> batches;
    for (std::int64_t slot = 1; slot <= most; ++slot) market.poll(slot * interval, batches);
    for (const auto& batch : batches)
      for (const auto& tick : batch.ticks) walk_.push_back(to_string(tick.price));
  }

  void look() {
    const auto details = details_of(at_, ticker_);
    const auto heard = details["prices"].get<std::size_t>();
    REQUIRE(heard > heard_);
    heard_ = heard;
    REQUIRE(heard + 5 < walk_.size());
    std::erase_if(missed_, [&](std::size_t n) { return walk_[heard - 1 + n] != details["last"]; });
    INFO(ticker_ << ": " << details.dump());
    CHECK_FALSE(missed_.empty());
  }

private:
  static constexpr std::int64_t most = 20'000;

  const floor_process& at_;
  std::string ticker_;
  std::vector<std::string> walk_;
  std::size_t heard_ = 0;
  std::vector<std::size_t> missed_ = {0, 1, 2, 3, 4};  ///< how many may have come before it
};

void check_undisturbed(const floor_process& at) {
  const auto all = json::parse(at.outcry({"actors", "--json"}).output, nullptr, false);
  REQUIRE(all.is_array());
  CHECK(all.size() > 10);
  for (const auto& one : all) {
    if (one["name"] == "bot:counter-AAPL") continue;
    INFO(one.dump());
    CHECK(one["state"] == "running");
    CHECK(one["restarts"] == 0);
  }
}

test::floor_plan plan() {
  test::floor_plan result;
  result.simulated_lines = fmt::format("interval_ms = {}\nseed = {}\n", interval / ns_per_ms, seed);
  return result;
}

bool set_step(const floor_process& at, const std::string& ticker, int step) {
  return at.outcry({"send", "set", "--to", ticker, "--config", fmt::format("step={}", step)})
             .code == 0;
}

}  // namespace

TEST_CASE("a bot whose strategy throws goes on with what it knew, and fails past the limit") {
  floor_process at(plan());
  at.start_firebase();
  at.launch_dying("");
  REQUIRE(at.await_open());
  listener meta(at, "META");
  listener googl(at, "GOOGL");
  const auto look = [&] {
    for (int i = 0; i < 3; ++i) {
      meta.look();
      googl.look();
    }
  };
  look();

  // Once: back with count and parameters. With a count of less than 10,000 it would throw again.
  REQUIRE(set_step(at, "AAPL", 1000));
  REQUIRE(test::eventually(
      [&] { return restarts(at, "counter-AAPL") > 0 && state_of(at, "counter-AAPL") == "running"; },
      patience));
  auto aapl = details_of(at, "AAPL");
  CHECK(aapl["count"] >= stumble);
  CHECK(aapl["step"] == 1000);
  const auto prices = aapl["prices"].get<std::int64_t>();
  REQUIRE(
      test::eventually([&] { return details_of(at, "AAPL")["prices"] > prices + 20; }, patience));
  aapl = details_of(at, "AAPL");
  INFO(aapl.dump());
  // Every price counted 1 before the step changed and 1000 since: none was counted by halves.
  CHECK((aapl["count"].get<std::int64_t>() - aapl["prices"].get<std::int64_t>()) % 999 == 0);
  CHECK(restarts(at, "counter-AAPL") == 1);
  look();
  check_undisturbed(at);

  // Always: it is failed, and says so to whoever asks.
  REQUIRE(set_step(at, "AAPL", 666));
  REQUIRE(test::eventually([&] { return state_of(at, "counter-AAPL") == "failed"; }, patience));
  CHECK(listed(at, "actors", "name", "bot:counter-AAPL")["state"] == "failed");
  const auto asked = at.outcry({"send", "set", "--to", "ALL", "--config", "step=2", "--json"});
  INFO(asked.output);
  CHECK(asked.code != 0);
  const auto answer = answer_of(asked, "counter-AAPL");
  CHECK(answer["status"] == "error");
  CHECK(answer["code"] == "bot_failed");
  CHECK(answer_of(asked, "counter-META")["status"] == "done");
  CHECK(answer_of(asked, "counter-GOOGL")["status"] == "done");
  look();
  check_undisturbed(at);
  CHECK(at.stop() == 0);
}
