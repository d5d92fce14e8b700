// Prices through the relay's history lane into the local Firebase over a link with a round trip of
// 40 ms: prices per second of a backlog that is being delivered, as a ratio to one awaited PUT per
// price over the same link.
// Usage: relay_bench [prices] [awaited puts]

#include <cstdio>
#include <stdexcept>
#include <thread>

#include <caf/scoped_actor.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/relay.hpp"
#include "adapters/sqlite/history_bridge.hpp"
#include "messages/market_codec.hpp"
#include "tests/bench/delaying_proxy.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/local_firebase.hpp"
#include "tests/bench/stage.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;

constexpr std::chrono::milliseconds one_way{20};
constexpr std::chrono::seconds patience{300};
constexpr std::size_t ticks_per_batch = 64;

price_tick make_tick(std::size_t n) {
  price_tick tick;
  tick.price = Price::from_integer(100 + static_cast<std::int64_t>(n % 50));
  tick.volume = Quantity::from_integer(100);
  tick.event_ns = tick.init_ns =
      1'381'242'600 * ns_per_s + static_cast<std::int64_t>(n) * ns_per_ms;
  return tick;
}

template <class T, class... Ts>
T ask(caf::actor_system& system, const history_actor& whom, const Ts&... what) {
  caf::scoped_actor self{system};
  T result;
  self->request(whom, patience, what...)
      .receive([&](const T& answer) { result = answer; },
               [&](caf::error& reason) { throw std::runtime_error(system.render(reason)); });
  return result;
}

/// Puts `prices` prices into the history, durably.
void fill(caf::actor_system& system, const history_actor& history, std::size_t prices) {
  for (std::size_t at = 0; at < prices; at += ticks_per_batch) {
    price_batch batch{"AAPL", {}, 0};
    for (std::size_t i = at; i < std::min(prices, at + ticks_per_batch); ++i)
      batch.ticks.push_back(make_tick(i));
    ask<history_receipt>(system, history, batch);
  }
  ask<history_page>(system, history, read_history{0, 1});
}

/// Seconds until the relay has delivered the whole history.
double deliver(stage& at, const history_actor& history, const local_firebase& cloud,
               std::uint16_t by_port) {
  auto start = steady::now();
  relay_services services;
  services.journal = at.place<journal_actor>(floor_tier::store, "journal", fake_journal);
  services.history = history;
  services.mirror = at.place<mirror_actor>(floor_tier::store, "firebase", firebase::bridge,
                                           cloud.bridge(at.the_house(), by_port));
  services.house = at.the_house();
  at.place(floor_tier::relay, "relay", relay, services);
  for (;;) {
    auto page = ask<history_page>(at.system(), history, read_history{0, 1});
    if (page.delivered_seq == page.last_seq) return seconds_since(start);
    if (steady::now() - start > patience) throw std::runtime_error("not delivered in time");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

double put_one_by_one(firebase::client& client, std::size_t puts) {
  auto put = [&](std::size_t i) {
    auto answer =
        client.put(fmt::format("copies/{}", i), to_json(price_update{"AAPL", make_tick(i)}));
    if (!answer) throw std::runtime_error("a PUT: " + answer.error);
  };
  put(0);  // connects
  auto start = steady::now();
  for (std::size_t i = 1; i <= puts; ++i) put(i);
  return seconds_since(start);
}

void check_delivered(const local_firebase& cloud, std::size_t prices) {
  firebase::client direct(cloud.url(), cloud.identity());
  firebase::query keys;
  keys.shallow = true;
  auto answer = direct.get("tickers/AAPL/prices", keys);
  auto found = nlohmann::json::parse(answer.body, nullptr, false);
  if (!answer || found.size() != prices)
    throw std::runtime_error(
        fmt::format("{} prices in Firebase instead of {}; {}", found.size(), prices, answer.error));
}

}  // namespace

int main(int argc, char** argv) {
  spdlog::set_level(spdlog::level::err);
  auto prices = argument(argc, argv, 1, 50'000);
  auto puts = argument(argc, argv, 2, 50);
  test::temp_dir dir;
  local_firebase cloud;
  delaying_proxy link(cloud.port(), one_way);
  stage at;
  sqlite::history_options options;
  options.settings.data_dir = dir.path().string();
  auto history =
      at.place<history_actor>(floor_tier::store, "history", sqlite::history_bridge, options);
  fill(at.system(), history, prices);
  firebase::client client(cloud.url(link.port()), cloud.identity());
  auto awaited = static_cast<double>(puts) / put_one_by_one(client, puts);
  auto relayed = static_cast<double>(prices) / deliver(at, history, cloud, link.port());
  check_delivered(cloud, prices);
  std::printf(
      "%zu prices over a round trip of %lld ms: relay %.0f prices/s, one awaited PUT per "
      "price %.1f prices/s, ratio %.0f (target: at least 100)\n",
      prices, static_cast<long long>(2 * one_way.count()), relayed, awaited, relayed / awaited);
}
