// Prices from their text to the bots of one ticker: parse_market_update, batches of up to 64, the
// pit, and 1 to 1000 counter bots, as deliveries (prices times bots) per second; in turns with a
// bare loop that parses with nlohmann's DOM and calls as many callbacks, the same without parsing,
// and a bare CAF fan-out of the same batches.
// Usage: price_path_bench [prices at 1 bot] [rounds] [most bots]

#include <array>
#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <semaphore>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/bots/strategies/counter.hpp"
#include "actors/market/pit.hpp"
#include "messages/market_codec.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/stage.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;

constexpr std::size_t ticks_per_batch = 64;
// Two windows on their way are fewer messages than a slow subscriber has: nothing is conflated.
constexpr std::size_t batches_per_window = 24;
constexpr std::size_t window = ticks_per_batch * batches_per_window;
static_assert(2 * batches_per_window <= slow_subscriber_depth);

/// Lets the sender be at most two windows ahead of the slowest receiver.
class credit {
public:
  explicit credit(std::size_t receivers) : receivers_(receivers) {}

  /// Sender: waits until the next window may be sent.
  void begin() {
    free_.acquire();
    open_[begun_++ % 2] = receivers_;
  }

  /// Receiver: has handled all of window `n`.
  void finished(std::size_t n) {
    if (--open_[n % 2] == 0) free_.release();
  }

  /// Sender: waits until everything sent has been handled.
  void drain() {
    free_.acquire();
    free_.acquire();
    free_.release(2);
  }

private:
  std::size_t receivers_;
  std::size_t begun_ = 0;
  std::array<std::atomic<std::size_t>, 2> open_{};
  std::counting_semaphore<2> free_{2};
};

/// The counter strategy, which also says when it has handled a window.
class credited_counter final : public strategy {
public:
  explicit credited_counter(credit& credits) : credits_(credits) {}

  void on_price(const price_tick& tick, trader& floor) override {
    counter_.on_price(tick, floor);
    if (++seen_ % window == 0) credits_.finished(seen_ / window - 1);
  }
  void on_order(const order_update& update) override { counter_.on_order(update); }
  tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const override {
    return counter_.check_parameters(changes);
  }
  void set_parameters(std::string_view parameters) override { counter_.set_parameters(parameters); }
  std::string snapshot() const override { return counter_.snapshot(); }
  void restore(std::string_view snapshot) override { counter_.restore(snapshot); }
  std::string details() const override { return counter_.details(); }

private:
  credit& credits_;
  counter counter_;
  std::size_t seen_ = 0;
};

using payloads = std::vector<std::string>;

payloads make_payloads() {
  payloads result;
  for (std::size_t i = 0; i < window; ++i)
    result.push_back(fmt::format(
        R"({{"data":{{"type":"price","timestamp":"2013-10-08 14:30:{:02}.{:06}+00:00",)"
        R"("price":"{}.{:04}","volume":"{}","symbol":"AAPL"}},)"
        R"("timestamp":"2013-10-08T14:30:{:02}.{:06}","sender":"bench"}})",
        i % 60, i * 600, 480 + i % 7, i * 3 % 10000, 100 + i % 900, i % 60, i * 600 + 9));
  return result;
}

price_batch parse_batch(std::span<const std::string> texts) {
  price_batch batch{"AAPL", {}, 0};
  batch.ticks.reserve(texts.size());
  for (const auto& text : texts) {
    auto parsed = parse_market_update(text, "AAPL", 1);
    if (!parsed) throw std::runtime_error(to_string(parsed.error()));
    batch.ticks.push_back(std::get<price_update>(*parsed).tick);
  }
  return batch;
}

/// One way from the payloads to the receivers.
class contender {
public:
  virtual ~contender() = default;
  /// Delivers all payloads `times` times to every receiver; returns when they have been handled.
  virtual void run(const payloads& texts, std::size_t times) = 0;
  /// How many deliveries the receivers have counted since the start.
  virtual std::size_t counted() = 0;
};

class our_way final : public contender {
public:
  explicit our_way(std::size_t bots) : credits_(bots) {
    auto book = std::make_shared<pit_book>();
    book->ticker = "AAPL";
    pit_ = system_.spawn(pit, book, pit_neighbours{}, std::make_shared<house>());
    auto services = std::make_shared<bot_services>();
    services->journal = system_.spawn(fake_journal);
    services->market = system_.spawn([this]() -> market_actor::behavior_type {
      return {[this](const find_pit&) { return pit_address{caf::actor_cast<caf::actor>(pit_)}; },
              [](const list_pits&) { return pit_list{}; }};
    });
    services->roster = system_.spawn([]() -> roster_actor::behavior_type {
      return {[](const bot_status&) {}, [](const unregister_bot&) {},
              [](const list_actors&) { return actor_list{}; },
              [](const list_bots&) { return bot_list{}; }};
    });
    services->house = std::make_shared<house>();
    services->strategies = [this](std::string_view, const std::string&) {
      return std::make_unique<credited_counter>(credits_);
    };
    people_ = {caf::actor_cast<caf::actor>(services->journal),
               caf::actor_cast<caf::actor>(services->market),
               caf::actor_cast<caf::actor>(services->roster), caf::actor_cast<caf::actor>(pit_)};
    for (std::size_t i = 0; i < bots; ++i) {
      bot_setup_ptr setup = std::make_shared<const bot_setup>(bot_setup{numbered_bot(i, 1), "{}"});
      bots_.push_back(
          system_.spawn(ticker_bot, setup, std::shared_ptr<const bot_services>(services)));
    }
    counted();  // a bot answers once it listens
  }

  ~our_way() override {
    for (const auto& bot : bots_) caf::anon_send_exit(bot, caf::exit_reason::kill);
    for (const auto& one : people_) caf::anon_send_exit(one, caf::exit_reason::kill);
  }

  void run(const payloads& texts, std::size_t times) override {
    for (std::size_t i = 0; i < times; ++i) {
      credits_.begin();
      for (std::size_t at = 0; at < window; at += ticks_per_batch)
        caf::anon_send(pit_, parse_batch(std::span(texts).subspan(at, ticks_per_batch)));
    }
    credits_.drain();
  }

  std::size_t counted() override {
    caf::scoped_actor self{system_};
    std::size_t sum = 0;
    for (const auto& bot : bots_)
      self->request(bot, caf::infinite, get_bot{})
          .receive(
              [&](const bot_status& status) {
                sum += nlohmann::json::parse(status.details).at("prices").get<std::size_t>();
              },
              [](caf::error&) { throw std::runtime_error("a bot does not answer"); });
    return sum;
  }

private:
  credit credits_;
  stage_config config_;
  caf::actor_system system_{config_};
  pit_actor pit_;
  std::vector<caf::actor> people_;
  std::vector<bot_impl> bots_;
};

struct bare_price {
  double price = 0;
  double volume = 0;
  const std::string* time = nullptr;
};

class bare_loop final : public contender {
public:
  bare_loop(std::size_t receivers, bool parses) : counts_(receivers), parses_(parses) {
    for (auto& one : counts_)
      callbacks_.emplace_back([&one](const bare_price& price) {
        ++one.count;
        one.last = price.price;
      });
  }

  void run(const payloads& texts, std::size_t times) override {
    for (std::size_t i = 0; i < times; ++i)
      for (const auto& text : texts) deliver(text);
  }

  std::size_t counted() override {
    std::size_t sum = 0;
    for (const auto& one : counts_) sum += one.count;
    return sum;
  }

private:
  struct slot {
    std::size_t count = 0;
    double last = 0;
  };

  void deliver(const std::string& text) {
    bare_price price{482.92, 100, &text};
    nlohmann::json document;
    if (parses_) {
      document = nlohmann::json::parse(text);
      const auto& data = document.at("data");
      if (data.at("type") != "price" || data.at("symbol") != "AAPL") return;
      price.price = std::stod(data.at("price").get_ref<const std::string&>());
      price.volume = std::stod(data.at("volume").get_ref<const std::string&>());
      price.time = &data.at("timestamp").get_ref<const std::string&>();
    }
    for (const auto& callback : callbacks_) callback(price);
  }

  std::vector<slot> counts_;
  std::vector<std::function<void(const bare_price&)>> callbacks_;
  bool parses_;
};

/// What a trivial receiver does with a batch: what the counter does.
caf::behavior bare_receiver(caf::event_based_actor*, credit* credits,
                            std::atomic<std::size_t>* total) {
  return {
      [credits, total, seen = std::size_t{0}, last = Price{}](const price_batch& batch) mutable {
        for (const auto& tick : batch.ticks) {
          ++seen;
          last = tick.price;
        }
        if (seen % window != 0) return;
        total->fetch_add(window);
        credits->finished(seen / window - 1);
      }};
}

caf::behavior bare_hub(caf::event_based_actor* self, std::vector<caf::actor> receivers) {
  return {[self, receivers](const price_batch&) {
    auto shared = self->current_mailbox_element()->move_content_to_message();
    for (const auto& one : receivers)
      one->enqueue(self->ctrl(), caf::make_message_id(), shared, self->context());
  }};
}

class bare_caf final : public contender {
public:
  bare_caf(std::size_t receivers, const payloads& texts) : credits_(receivers) {
    for (std::size_t i = 0; i < receivers; ++i)
      receivers_.push_back(system_.spawn(bare_receiver, &credits_, &total_));
    hub_ = system_.spawn(bare_hub, receivers_);
    for (std::size_t at = 0; at < window; at += ticks_per_batch)
      batches_.push_back(parse_batch(std::span(texts).subspan(at, ticks_per_batch)));
  }

  ~bare_caf() override {
    for (const auto& one : receivers_) caf::anon_send_exit(one, caf::exit_reason::kill);
    caf::anon_send_exit(hub_, caf::exit_reason::kill);
  }

  void run(const payloads&, std::size_t times) override {
    for (std::size_t i = 0; i < times; ++i) {
      credits_.begin();
      for (const auto& batch : batches_) caf::anon_send(hub_, batch);
    }
    credits_.drain();
  }

  std::size_t counted() override { return total_; }

private:
  credit credits_;
  std::atomic<std::size_t> total_{0};
  stage_config config_;
  caf::actor_system system_{config_};
  std::vector<caf::actor> receivers_;
  caf::actor hub_;
  std::vector<price_batch> batches_;
};

struct measured {
  const char* name;
  std::unique_ptr<contender> who;
  std::vector<double> rates{};
  std::vector<double> costs{};
};

void compare(std::size_t bots, std::size_t times, std::size_t rounds, const payloads& texts) {
  std::vector<measured> all;
  all.push_back({"outcry: parse, pit, bots", std::make_unique<our_way>(bots)});
  all.push_back({"bare loop, nlohmann DOM", std::make_unique<bare_loop>(bots, true)});
  all.push_back({"bare loop, no parsing", std::make_unique<bare_loop>(bots, false)});
  all.push_back({"bare CAF fan-out", std::make_unique<bare_caf>(bots, texts)});
  auto deliveries = times * window * bots;
  for (std::size_t round = 0; round < rounds; ++round)
    for (auto& one : all) {
      auto before = one.who->counted();
      auto cpu = cpu_seconds();
      auto start = steady::now();
      one.who->run(texts, times);
      one.rates.push_back(static_cast<double>(deliveries) / seconds_since(start));
      one.costs.push_back((cpu_seconds() - cpu) * 1e9 / static_cast<double>(deliveries));
      if (one.who->counted() - before != deliveries)
        throw std::runtime_error(fmt::format("{}: {} deliveries instead of {}", one.name,
                                             one.who->counted() - before, deliveries));
    }
  std::printf("%zu bots, %zu prices, all of them delivered\n", bots, times * window);
  std::printf("  %-26s %14s %22s %14s %18s\n", "", "deliveries/s", "outcry's ratio to it",
              "cpu ns each", "its cost to ours");
  auto rate = median(all.front().rates);
  auto cost = median(all.front().costs);
  for (const auto& one : all)
    std::printf("  %-26s %14.0f %22.2f %14.2f %18.2f\n", one.name, median(one.rates),
                rate / median(one.rates), median(one.costs), median(one.costs) / cost);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  auto prices = argument(argc, argv, 1, 300'000);
  auto rounds = argument(argc, argv, 2, 5);
  auto most = argument(argc, argv, 3, 1000);
  auto texts = make_payloads();
  std::printf("payloads of about %zu bytes, batches of %zu, median of %zu rounds\n",
              texts.front().size(), ticks_per_batch, rounds);
  for (std::size_t bots = 1; bots <= most; bots *= 10) {
    // Fewer prices for more bots, but enough of them to keep everybody busy.
    auto wanted = std::max(prices / bots, prices / 15);
    compare(bots, std::max<std::size_t>(wanted / window, 2), rounds, texts);
  }
}
