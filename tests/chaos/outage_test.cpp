#include <csignal>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "actors/market/simulated_market.hpp"
#include "messages/market_codec.hpp"
#include "messages/paths.hpp"
#include "messages/timestamp.hpp"
#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using nlohmann::json;
using test::floor_plan;
using test::floor_process;

namespace {

constexpr std::chrono::seconds patience{120};
constexpr duration_ns interval = 20 * ns_per_ms;
constexpr std::int64_t seed = 7;
const std::vector<std::string> tickers = {"AAPL", "META", "GOOGL"};

floor_plan plan_of(const std::string& session) {
  floor_plan plan;
  plan.tickers = tickers;
  plan.simulated_lines = fmt::format("interval_ms = {}\nseed = {}\nsession = \"{}\"\n",
                                     interval / ns_per_ms, seed, session);
  return plan;
}

/// Prices of one ticker as Firebase holds them, in the order of their keys.
std::vector<price_update> prices_in(const json& database, const std::string& ticker) {
  std::vector<price_update> result;
  const json::json_pointer place("/tickers/" + ticker + "/prices");
  if (!database.is_object() || !database.contains(place)) return result;
  const auto& at = database[place];
  for (const auto& [key, value] : at.items()) {
    auto parsed = parse_market_update(value.dump(), ticker, 0);
    INFO(key << ": " << value.dump());
    REQUIRE(parsed);
    result.push_back(std::get<price_update>(*parsed));
  }
  return result;
}

/// The first `count` prices that the feed of this test gives for `ticker`: the same seed gives the
/// same walk.
std::vector<std::string> expected_prices(const std::string& ticker, std::size_t count) {
  simulated_options options;
  options.seed = seed;
  options.interval_ns = interval;
  simulated_market market(options);
  market.want(ticker, true);
  std::vector<std::string> result;
  std::vector<price_batch> batches;
  for (std::size_t slot = 1; slot <= count; ++slot)
    market.poll(static_cast<timestamp_ns>(slot) * interval, batches);
  for (const auto& batch : batches)
    for (const auto& tick : batch.ticks)
      result.push_back(to_string(tick.price) + " x " + to_string(tick.volume));
  return result;
}

std::int64_t number(const test::table& rows) {
  return rows.empty() ? 0 : std::stoll(rows[0][0]);
}

void await_price_after(const floor_process& at, std::int64_t ms) {
  REQUIRE(test::eventually(
      [&] {
        return number(at.history("SELECT ifnull(max(init_ns), 0) / 1000000 FROM ticks")) > ms;
      },
      patience));
}

void send_during_outage(const floor_process& at) {
  const auto stop = at.outcry({"send", "stop", "--to", "AAPL", "--id", "during-1"});
  INFO(stop.output);
  CHECK(stop.code == 0);
  for (int i = 2; i <= 6; ++i)
    CHECK(at.outcry({"send", "set", "--to", "ALL", "--config", fmt::format("step={}", i), "--id",
                     fmt::format("during-{}", i)})
              .code == 0);
}

bool holds_prices_behind(const json& database, std::int64_t ms) {
  for (const auto& ticker : tickers) {
    const auto prices = prices_in(database, ticker);
    if (!prices.empty() && prices.back().tick.event_ns / ns_per_ms > ms) return true;
  }
  return false;
}

void check_all_is_there(floor_process& at) {
  CHECK(at.await_empty_outbox());
  for (int i = 1; i <= 6; ++i) {
    const auto found = at.await_final(fmt::format("during-{}", i));
    INFO(found.dump(2));
    REQUIRE(found.is_object());
    CHECK(found["state"] == "done");
    CHECK(found["acknowledgement"].size() == 3);
  }
  // The market closes: now the history can be counted.
  REQUIRE(at.stop() == 0);
  at.configure(plan_of("closed"));
  at.start();
  const auto delivered = [&] {
    return number(at.history("SELECT value FROM meta WHERE key = 'delivered_seq'"));
  };
  REQUIRE(test::eventually(
      [&] {
        return number(at.history(
                   fmt::format("SELECT count(*) FROM ticks WHERE seq > {}", delivered()))) == 0;
      },
      patience));
  const auto database = at.read("");
  std::size_t total = 0;
  for (const auto& ticker : tickers) {
    const auto prices = prices_in(database, ticker);
    total += prices.size();
    std::vector<std::string> found;
    bool rising = true;
    for (std::size_t i = 0; i < prices.size(); ++i) {
      found.push_back(to_string(prices[i].tick.price) + " x " + to_string(prices[i].tick.volume));
      rising = rising && (i == 0 || prices[i].tick.event_ns > prices[i - 1].tick.event_ns);
    }
    INFO(ticker << ": " << prices.size());
    CHECK(prices.size() > 50);
    CHECK(rising);
    CHECK((found == expected_prices(ticker, prices.size())));
  }
  CHECK(static_cast<std::int64_t>(total) == delivered());
}

/// Firebase goes away by `leave` and comes back by `come_back`, while prices flow and messages come
/// through the socket.
void check_outage(const std::function<void(floor_process&)>& leave,
                  const std::function<void(floor_process&)>& come_back) {
  floor_process at(plan_of("always"));
  at.start_firebase();
  at.start();
  REQUIRE(test::eventually([&] { return prices_in(at.read(""), "META").size() > 20; }, patience));
  leave(at);
  send_during_outage(at);
  const auto acknowledged =
      number(at.journal("SELECT max(at_ms) FROM lines JOIN messages m ON m.number = message"
                        " WHERE m.id LIKE 'during-%'"));
  // Prices are recorded behind the acknowledgements, so that there is something that could pass
  // them: what is owed goes first.
  await_price_after(at, acknowledged + 2000);
  come_back(at);
  bool in_order = true;
  REQUIRE(test::eventually(
      [&] {
        const auto database = at.read("");
        if (!database.is_object()) return false;
        const bool owed_is_there =
            database.contains(json::json_pointer("/pubsub-messages/during-6/acknowledgement"));
        if (!owed_is_there && holds_prices_behind(database, acknowledged + 1000)) in_order = false;
        return owed_is_there;
      },
      patience));
  CHECK(in_order);
  check_all_is_there(at);
}

}  // namespace

TEST_CASE("nothing is lost while Firebase refuses connections") {
  check_outage(
      [](floor_process& at) {
        at.firebase().signal(SIGTERM);
        REQUIRE(at.firebase().wait() == 0);
      },
      [](floor_process& at) { at.start_firebase(); });
}

TEST_CASE("nothing is lost while Firebase hangs") {
  check_outage([](floor_process& at) { at.firebase().signal(SIGSTOP); },
               [](floor_process& at) { at.firebase().signal(SIGCONT); });
}

TEST_CASE("nothing is lost when Firebase is killed in the middle of writes") {
  check_outage(
      [](floor_process& at) {
        at.firebase().signal(SIGKILL);
        REQUIRE(at.firebase().wait() == 128 + SIGKILL);
      },
      [](floor_process& at) { at.start_firebase(); });
}
