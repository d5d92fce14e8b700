// From a Redis PUBLISH to a strategy: prices with their send times kept beside them, published one
// by one in turns to a bare hiredis callback, to parts of our way and to the whole floor, all of
// them subscribed at once, each to a ticker of its own; after that again with many idle bots.
// Usage: redis_latency_bench [prices] [idle bots]

#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/floor/roster.hpp"
#include "actors/market/broker_feed.hpp"
#include "actors/market/market.hpp"
#include "actors/operator/relay.hpp"
#include "adapters/redis/connection.hpp"
#include "adapters/redis/redis_source.hpp"
#include "adapters/redis/subscriber.hpp"
#include "adapters/sqlite/history_bridge.hpp"
#include "messages/channels.hpp"
#include "messages/market_codec.hpp"
#include "tests/bench/bare_listener.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/publisher.hpp"
#include "tests/bench/stage.hpp"
#include "tests/bench/travel_times.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;
using std::chrono::microseconds;

constexpr std::size_t idle_tickers = 10;
constexpr std::size_t warm_up = 200;

/// The n-th price of a ticker carries n as its volume: nothing lost, doubled or out of order
/// stays unseen.
std::string payload_of(const std::string& ticker, std::size_t n) {
  price_update update{ticker, {}};
  update.tick.price = Price::from_integer(480 + static_cast<std::int64_t>(n % 7));
  update.tick.volume = Quantity::from_integer(static_cast<std::int64_t>(n) + 1);
  update.tick.event_ns = 1'381'242'600 * ns_per_s + static_cast<std::int64_t>(n) * ns_per_ms;
  return to_envelope(to_json(update), "bench", update.tick.event_ns);
}

std::size_t number_in(const price_tick& tick) {
  return static_cast<std::size_t>(std::stoull(to_string(tick.volume))) - 1;
}

/// The number that a payload says, read as a bot would; none that was ever sent when it is broken.
std::size_t number_by_dom(const char* text, std::size_t size) {
  constexpr auto broken = std::numeric_limits<std::size_t>::max();
  try {
    auto document = nlohmann::json::parse(text, text + size);
    const auto& data = document.at("data");
    if (data.at("type") != "price" || data.at("timestamp").get_ref<const std::string&>().empty() ||
        std::stod(data.at("price").get_ref<const std::string&>()) <= 0)
      return broken;
    return std::stoul(data.at("volume").get_ref<const std::string&>()) - 1;
  } catch (const std::exception&) {
    return broken;
  }
}

/// Passes a batch on, or is the one it was meant for.
caf::behavior link_of_chain(caf::event_based_actor* self, caf::actor next, travel_times* times) {
  return {[self, next, times](const price_batch& batch) {
    if (next) {
      auto shared = self->current_mailbox_element()->move_content_to_message();
      next->enqueue(self->ctrl(), caf::make_message_id(), shared, self->context());
      return;
    }
    for (const auto& tick : batch.ticks) times->arrives(number_in(tick));
  }};
}

/// Our subscriber and our parser, with so many bare actors behind them.
class chain {
public:
  chain(caf::actor_system& system, const redis::connection_options& where,
        const std::string& ticker, std::size_t actors, travel_times& times) {
    caf::actor first;
    for (std::size_t i = 0; i < actors; ++i) {
      first = system.spawn(link_of_chain, first, &times);
      actors_.push_back(first);
    }
    redis::subscriber_options options;
    options.connection = where;
    options.on_batch = [ticker, first, &times](std::span<const redis::message> batch) {
      price_batch prices{ticker, {}, 0};
      for (const auto& one : batch) {
        auto parsed = parse_market_update(one.payload, ticker, 1);
        if (parsed) prices.ticks.push_back(std::get<price_update>(*parsed).tick);
      }
      if (first)
        caf::anon_send(first, std::move(prices));
      else
        for (const auto& tick : prices.ticks) times.arrives(number_in(tick));
    };
    wire_ = std::make_unique<redis::subscriber>(std::move(options));
    wire_->subscribe(channels::ticker_updates(ticker));
    wire_->start();
  }
  ~chain() {
    wire_->stop();
    for (const auto& one : actors_) caf::anon_send_exit(one, caf::exit_reason::kill);
  }

private:
  std::vector<caf::actor> actors_;
  std::unique_ptr<redis::subscriber> wire_;
};

/// Says when a price has reached it.
class probe final : public strategy {
public:
  explicit probe(travel_times& times) : times_(times) {}
  void on_price(const price_tick& tick, trader&) override { times_.arrives(number_in(tick)); }
  void on_order(const order_update&) override {}
  tl::expected<std::string, invalid_field> check_parameters(std::string_view) const override {
    return "{}";
  }
  void set_parameters(std::string_view) override {}
  std::string snapshot() const override { return "{}"; }
  void restore(std::string_view) override {}
  std::string details() const override { return "{}"; }

private:
  travel_times& times_;
};

/// A floor with prices from Redis, as outcryd opens it: with history on disk and a relay, whose
/// Firebase says "stored" at once.
std::shared_ptr<bot_services> open_floor(stage& at, const redis::connection_options& where,
                                         const test::temp_dir& dir, travel_times& times) {
  auto services = std::make_shared<bot_services>();
  services->house = at.the_house();
  services->journal = at.place<journal_actor>(floor_tier::store, "journal", fake_journal);
  sqlite::history_options kept;
  kept.settings.data_dir = dir.path().string();
  relay_services outside;
  outside.history =
      at.place<history_actor>(floor_tier::store, "history", sqlite::history_bridge, kept);
  services->roster = at.place<roster_actor>(floor_tier::desk, "roster", roster);
  outside.journal = services->journal;
  outside.mirror = at.place<mirror_actor>(floor_tier::store, "firebase", fake_mirror);
  outside.house = at.the_house();
  services->relay = at.place<relay_actor>(floor_tier::relay, "relay", relay, outside);
  redis::redis_source_options options;
  options.connection = where;
  options.house = at.the_house();
  auto source = std::make_unique<redis::redis_source>(std::move(options));
  auto* wire = source.get();
  auto book = std::make_shared<feed_book>();
  book->source = std::move(source);
  auto feed = at.place<feed_actor>(floor_tier::bridges, "feed", broker_feed, book, feed_options{},
                                   at.the_house());
  wire->attach(feed);
  pit_neighbours neighbours{feed, outside.history, services->relay};
  services->market =
      at.place<market_actor>(floor_tier::market, "market", market, std::make_shared<market_book>(),
                             neighbours, at.root(), at.the_house());
  services->strategies = [&times](std::string_view name,
                                  const std::string& ticker) -> std::unique_ptr<strategy> {
    if (name == "probe") return std::make_unique<probe>(times);
    return make_strategy(name, ticker);
  };
  caf::anon_send(feed, open_feed{});
  return services;
}

void compare(publisher& from, std::vector<contender>& all, std::size_t count, microseconds gap,
             std::size_t idle_bots) {
  auto first = all.front().times->published();
  publish_all(from, all, count, gap);
  std::printf("a price every %.1f ms, %zu to each, %zu idle bots\n",
              static_cast<double>(gap.count()) / 1000, count, idle_bots);
  std::printf("  %-34s %9s %9s   %-21s %-21s\n", "", "p50 us", "p99 us", "ratio to DOM callback",
              "ratio without parsing");
  auto bare = all[0].times->since(first);
  auto parsing = all[1].times->since(first);
  for (const auto& one : all) {
    auto took = one.times->since(first);
    auto p50 = percentile(took, 0.5);
    auto p99 = percentile(took, 0.99);
    std::printf("  %-34s %9.1f %9.1f   p50 %5.2f  p99 %5.2f  p50 %5.2f  p99 %5.2f\n", one.name, p50,
                p99, p50 / percentile(parsing, 0.5), p99 / percentile(parsing, 0.99),
                p50 / percentile(bare, 0.5), p99 / percentile(bare, 0.99));
  }
  std::fflush(stdout);
}

void run(std::size_t prices, std::size_t idle_bots) {
  // What is slow to wait for is measured with fewer.
  const struct {
    microseconds gap;
    std::size_t count;
  } paces[] = {{microseconds(20'000), std::max<std::size_t>(prices / 8, 1)},
               {microseconds(5000), std::max<std::size_t>(prices / 4, 1)},
               {microseconds(500), prices}};

  std::vector<contender> all;
  std::size_t most = warm_up;
  for (const auto& pace : paces) most += 2 * pace.count;
  for (auto [name, ticker] : {std::pair{"bare hiredis callback, no parsing", "BARE"},
                              {"bare hiredis callback, DOM", "DOMP"},
                              {"our subscriber and parser", "SUBS"},
                              {"  the same and 1 bare actor", "ONEA"},
                              {"  the same and 3 bare actors", "TRIA"},
                              {"the floor: feed, pit, bot", "AAPL"}})
    all.push_back({name, ticker, std::make_unique<travel_times>(most)});
  auto times = [&](std::size_t i) { return all[i].times.get(); };

  test::redis_server server;
  redis::connection_options where;
  where.address = *redis::parse_url(server.url());
  test::temp_dir dir;
  stage at;
  bare_listener bare(server.port(), all[0].ticker,
                     [to = times(0)](const char*, std::size_t) { to->arrives(); });
  bare_listener parsing(server.port(), all[1].ticker,
                        [to = times(1)](const char* text, std::size_t size) {
                          to->arrives(number_by_dom(text, size));
                        });
  chain no_actor(at.system(), where, all[2].ticker, 0, *times(2));
  chain one_actor(at.system(), where, all[3].ticker, 1, *times(3));
  chain three_actors(at.system(), where, all[4].ticker, 3, *times(4));
  auto services = open_floor(at, where, dir, *times(5));
  at.place_bot({"probe-AAPL", "AAPL", "probe", "floor", bot_kind::hosted}, services);
  at.await_bots();

  publisher from(where, payload_of);
  for (const auto& one : all)
    if (!test::eventually([&] { return from.heard(one.ticker); }, patience))
      throw std::runtime_error(fmt::format("{}: is not subscribed", one.name));
  publish_all(from, all, warm_up, microseconds(500));
  for (const auto& pace : paces) compare(from, all, pace.count, pace.gap, 0);
  for (std::size_t i = 0; i < idle_bots; ++i) at.place_bot(numbered_bot(i, idle_tickers), services);
  at.await_bots();
  for (const auto& pace : paces) compare(from, all, pace.count, pace.gap, idle_bots);
  std::printf("target: p50 of the floor at most 2 times that of a bare hiredis callback\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (!test::redis_server::available()) {
    std::puts("SKIPPED: redis-server is not installed");
    return 0;
  }
  spdlog::set_level(spdlog::level::err);
  return guarded([&] { run(argument(argc, argv, 1, 2000), argument(argc, argv, 2, 1000)); });
}
