// From a Redis PUBLISH to an order on the wire: feed, pit, bot, order desk with its journal, and
// the broker port called. Compared with a bare hiredis callback that reads the same prices. Two
// floors at once, one with its journal on disk, where each intent is synced before it is sent, one
// with it in memory; prices are published to all in turns, and each is answered with one order.
// Usage: order_latency_bench [prices] [directory of the journal]

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/floor/roster.hpp"
#include "actors/market/broker_feed.hpp"
#include "actors/market/market.hpp"
#include "actors/trading/order_desk.hpp"
#include "adapters/memory/journal.hpp"
#include "adapters/redis/connection.hpp"
#include "adapters/redis/redis_source.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
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

constexpr std::size_t warm_up = 100;

std::string payload_of(const std::string& ticker, std::size_t n) {
  price_update update{ticker, {}};
  update.tick.price = Price::from_integer(480 + static_cast<std::int64_t>(n % 7));
  update.tick.volume = Quantity::from_integer(static_cast<std::int64_t>(n) + 1);
  update.tick.event_ns = 1'381'242'600 * ns_per_s + static_cast<std::int64_t>(n) * ns_per_ms;
  return to_envelope(to_json(update), "bench", update.tick.event_ns);
}

/// Asks for one share at each price.
class eager final : public strategy {
public:
  bool trades() const override { return true; }
  void on_price(const price_tick&, trader& floor) override {
    order_terms terms;
    terms.ticker = ticker_;
    terms.qty = Quantity::from_integer(1);
    floor.submit(terms);
  }
  void on_own_order(const own_order_event& event, trader&) override { held_ += event.qty; }
  Quantity position() const override { return held_; }
  tl::expected<std::string, invalid_field> check_parameters(std::string_view) const override {
    return "{}";
  }
  void set_parameters(std::string_view) override {}
  std::string snapshot() const override { return "{}"; }
  void restore(std::string_view) override {}
  std::string details() const override { return "{}"; }

  explicit eager(std::string ticker) : ticker_(std::move(ticker)) {}

private:
  std::string ticker_;
  Quantity held_;
};

/// What a broker that fills at once holds.
struct wire {
  travel_times* times = nullptr;
  std::map<std::string, broker_order> orders;
  Quantity held;
  std::string ticker;
  caf::actor listener;
};

/// The n-th order of its bot is the answer to the n-th price.
std::size_t number_in(const std::string& client_order_id) {
  return std::stoul(client_order_id.substr(client_order_id.rfind('-') + 1)) - 1;
}

broker_actor::behavior_type end_of_wire(broker_actor::pointer, std::shared_ptr<wire> at) {
  auto known = [at](const std::string& id) {
    broker_answer answer;
    auto found = at->orders.find(id);
    if (found == at->orders.end())
      answer.verdict = broker_verdict::not_found;
    else
      answer.order = found->second;
    return answer;
  };
  return {
      [at](const order_request& request) {
        at->times->arrives(number_in(request.client_order_id));
        broker_answer answer;
        auto& order = answer.order;
        order.id = "b-" + request.client_order_id;
        order.request = request;
        order.status = order_status::working;
        auto& kept = at->orders[request.client_order_id] = order;
        kept.status = order_status::filled;
        kept.filled_qty = request.terms.qty;
        kept.filled_avg_price = Price::from_integer(480);
        at->held += request.terms.qty;
        broker_update update;
        update.event = "fill";
        update.execution_id = "e-" + request.client_order_id;
        update.order = kept;
        update.price = kept.filled_avg_price;
        update.qty = request.terms.qty;
        update.position_qty = at->held;
        caf::anon_send(at->listener, update);
        return answer;
      },
      [known](const cancel_at_broker& wish) { return known(wish.client_order_id); },
      [known](const replace_at_broker& wish) { return known(wish.client_order_id); },
      [known](const find_at_broker& question) { return known(question.client_order_id); },
      [at](const get_broker_state&) {
        broker_state state;
        if (!at->held.is_zero()) state.positions.push_back({at->ticker, at->held, {}});
        return state;
      },
      [at](const listen_to_broker& who) {
        at->listener = who.listener;
        caf::anon_send(at->listener, link_status{"wire", link_state::live, 1, "", 0});
        caf::anon_send(at->listener, market_session{session_phase::regular, "2013-10-08", 0});
      },
      [](const get_links&) { return link_list{}; },
  };
}

/// A floor whose one bot orders at each price.
class trading_stage {
public:
  trading_stage(const redis::connection_options& where, const std::string& ticker,
                journal_actor journal, stage& at, travel_times& times) {
    auto services = std::make_shared<bot_services>();
    services->house = at.the_house();
    services->journal = std::move(journal);
    services->roster = at.place<roster_actor>(floor_tier::desk, "roster", roster);
    redis::redis_source_options options;
    options.connection = where;
    options.house = at.the_house();
    auto source = std::make_unique<redis::redis_source>(std::move(options));
    auto* link = source.get();
    auto book = std::make_shared<feed_book>();
    book->source = std::move(source);
    auto feed = at.place<feed_actor>(floor_tier::bridges, "feed", broker_feed, book, feed_options{},
                                     at.the_house());
    link->attach(feed);
    services->market = at.place<market_actor>(
        floor_tier::market, "market", market, std::make_shared<market_book>(),
        pit_neighbours{feed, {}, {}}, at.root(), at.the_house());
    wire_->times = &times;
    wire_->ticker = ticker;
    order_desk_services desk;
    desk.journal = services->journal;
    desk.broker = at.place<broker_actor>(floor_tier::broker, "broker", end_of_wire, wire_);
    desk.market = services->market;
    desk.house = at.the_house();
    services->orders = at.place<order_desk_actor>(floor_tier::desk, "orders", order_desk,
                                                  std::make_shared<order_book>(), desk);
    services->strategies = [](std::string_view, const std::string& wanted) {
      return std::make_unique<eager>(wanted);
    };
    caf::anon_send(feed, open_feed{});
    at.place_bot({"eager-" + ticker, ticker, "eager", "floor", bot_kind::hosted}, services);
    at.await_bots();
  }

private:
  std::shared_ptr<wire> wire_ = std::make_shared<wire>();
};

void compare(publisher& from, std::vector<contender>& all, std::size_t count, microseconds gap) {
  auto first = all.front().times->published();
  publish_all(from, all, count, gap);
  std::printf("a price every %.1f ms, %zu to each\n", static_cast<double>(gap.count()) / 1000,
              count);
  std::printf("  %-40s %9s %9s   %s\n", "", "p50 us", "p99 us", "ratio to the bare callback");
  auto bare = all[0].times->since(first);
  for (const auto& one : all) {
    auto took = one.times->since(first);
    auto p50 = percentile(took, 0.5);
    auto p99 = percentile(took, 0.99);
    std::printf("  %-40s %9.1f %9.1f   p50 %5.2f  p99 %5.2f\n", one.name, p50, p99,
                p50 / percentile(bare, 0.5), p99 / percentile(bare, 0.99));
  }
  std::fflush(stdout);
}

void run(std::size_t prices, const std::string& parent) {
  const struct {
    microseconds gap;
    std::size_t count;
  } paces[] = {{microseconds(20'000), std::max<std::size_t>(prices / 4, 1)},
               {microseconds(5000), prices}};
  std::size_t most = warm_up;
  for (const auto& pace : paces) most += pace.count;
  std::vector<contender> all;
  for (auto [name, ticker] : {std::pair{"bare hiredis callback, DOM", "BARE"},
                              {"order at the broker, journal in memory", "MEMO"},
                              {"order at the broker, journal on disk", "DISK"}})
    all.push_back({name, ticker, std::make_unique<travel_times>(most)});

  test::redis_server server;
  redis::connection_options where;
  where.address = *redis::parse_url(server.url());
  test::temp_dir dir{std::filesystem::path{parent}};
  bare_listener bare(server.port(), all[0].ticker,
                     [to = all[0].times.get()](const char* text, std::size_t size) {
                       auto document = nlohmann::json::parse(text, text + size);
                       const auto& volume = document.at("data").at("volume");
                       to->arrives(std::stoul(volume.get_ref<const std::string&>()) - 1);
                     });
  stage quick;
  stage durable;
  auto in_memory =
      quick.place<journal_actor>(floor_tier::store, "journal", memory::journal,
                                 std::make_shared<memory::journal_store>(std::string(32, 'a')));
  sqlite::journal_options kept;
  kept.settings.data_dir = dir.path().string();
  kept.settings.now_ms = [time = durable.the_house()->time] { return time->now_ms(); };
  auto on_disk =
      durable.place<journal_actor>(floor_tier::store, "journal", sqlite::journal_bridge, kept);
  trading_stage memo(where, all[1].ticker, in_memory, quick, *all[1].times);
  trading_stage disk(where, all[2].ticker, on_disk, durable, *all[2].times);

  publisher from(where, payload_of);
  for (const auto& one : all)
    if (!test::eventually([&] { return from.heard(one.ticker); }, patience))
      throw std::runtime_error(fmt::format("{}: is not subscribed", one.name));
  publish_all(from, all, warm_up, microseconds(5000));
  for (const auto& pace : paces) compare(from, all, pace.count, pace.gap);
}

}  // namespace

int main(int argc, char** argv) {
  if (!test::redis_server::available()) {
    std::puts("SKIPPED: redis-server is not installed");
    return 0;
  }
  spdlog::set_level(spdlog::level::err);
  auto parent = argc > 2 ? std::string(argv[2]) : std::filesystem::temp_directory_path().string();
  return guarded([&] { run(argument(argc, argv, 1, 1000), parent); });
}
