#include <random>

#include "adapters/memory/journal.hpp"
#include "tests/contract/trading_rig.hpp"
#include "tests/support/faulty_broker.hpp"
#include "tests/support/rounds.hpp"

// A SCALE_T bot, its order desk and the paper exchange behind a wire that fails, driven by chance:
// what must hold after every step, and what must agree in the end.

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

constexpr timestamp_ns monday = 1'721'052'000 * ns_per_s;  // 10:00 in New York, 2024-07-15
constexpr int steps = 50;

class random_life {
public:
  explicit random_life(std::uint32_t seed) : chance_(seed), faults_(seed % 3 != 0) {
    clock_->set(monday);
    auto its_house = std::make_shared<house>();
    its_house->time = clock_;
    paper::exchange_options account;
    account.cash = Money::from_integer(10'000);
    broker_ = std::make_shared<faulty_broker>(its_house, account);
    if (faults_) {
      broker_->choose = [this] { return some_fault(); };
      broker_->choose_update = [this](const broker_update&) {
        const auto n = below(20);
        return n == 0 ? update_fault::lost : n == 1 ? update_fault::twice : update_fault::none;
      };
    }
    open();
  }
  ~random_life() { broker_->forget_listener(); }

  void live() {
    for (step_ = 0; step_ < steps; ++step_) {
      one_step();
      check();
    }
    settle();
  }

private:
  std::uint32_t below(std::uint32_t n) {
    return std::uniform_int_distribution<std::uint32_t>{0, n - 1}(chance_);
  }

  request_fault some_fault() {
    switch (below(15)) {
      case 0:
        return request_fault::unanswered;
      case 1:
        return request_fault::lost;
      case 2:
        return request_fault::unreachable;
      case 3:
        return request_fault::refused;
      case 4:
        return request_fault::rejected_later;
      default:
        return request_fault::none;
    }
  }

  void open() {
    rig_ = std::make_unique<trading_rig>(clock_->now());
    rig_->open(rig_->spawn(memory::journal, books_),
               caf::actor_cast<broker_actor>(rig_->spawn(faulty_broker_actor, broker_)),
               R"({"cash":5000,"start":100,"step":0.01,"rows":10})");
    ask_again();
  }

  /// As the command desk does: whoever has not answered for good.
  void ask_again() {
    for (const auto& message : sent_)
      if (!is_final(stored(message).status)) rig_->tell_again(message);
  }

  ledger_line stored(const operator_message& message) {
    const auto line =
        rig_->request_sync<ledger_line>(rig_->the_journal, find_line{message.id, rig_->bot_id});
    REQUIRE(line);
    return *line;
  }

  void pass(std::chrono::nanoseconds by) {
    clock_->advance(by.count());
    rig_->advance(by);
  }

  void trade() {
    cents_ = std::clamp(cents_ + static_cast<int>(below(301)) - 150, 8500, 10400);
    const auto at = *Price::parse(std::to_string(cents_ / 100) + "." +
                                  (cents_ % 100 < 10 ? "0" : "") + std::to_string(cents_ % 100));
    pass(1s);
    rig_->price(at);
    broker_->print("SPY", at, Quantity::from_integer(below(4)));
    rig_->run();
  }

  void command(const char* type) {
    ask_again();  // in their order
    sent_.push_back(rig_->command("m" + std::to_string(sent_.size()), type));
    frozen_.reset();
  }

  void one_step() {
    const auto n = below(40);
    if (n < 26)
      trade();
    else if (n < 30)
      pass(std::chrono::seconds{1 + below(20)});
    else if (n == 30)
      command("stop");
    else if (n == 31)
      command("exit");
    else if (n == 32)
      command("kill");
    else if (n < 36)
      command("start");
    else if (n == 36 && kills_++ < 3)
      rig_->kill_bot();
    else if (n == 37)
      restart();
    else if (n == 38)
      cancel_at_broker();
    else if (faults_)
      toggle_stream();
  }

  /// An exit whose order no print has filled, and what waits for that exit.
  static bool waits_for_a_price(const ledger_line& line) {
    return line.reason.starts_with("to be filled: ") ||
           line.reason == "the exit before it is not done yet";
  }

  void restart() {
    broker_->forget_listener();
    rig_.reset();
    open();
  }

  void cancel_at_broker() {
    const auto open = broker_->exchange().open_orders();
    if (open.empty()) return;
    broker_->cancel(open.front().request.client_order_id);
    rig_->run();
  }

  void toggle_stream() {
    if (broker_->stream_is_up())
      broker_->drop_stream();
    else
      broker_->restore_stream();
    rig_->run();
  }

  std::size_t orders_sent() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        broker_->sent(), [](const auto& line) { return line.starts_with("order "); }));
  }

  void check() {
    INFO("step " << step_);
    CHECK(broker_->exchange().account().cash >= Money{});
    // One order at a time; an exit's follows the one it has seen end.
    CHECK(broker_->exchange().open_orders().size() <= 1);
    if (frozen_)
      CHECK(orders_sent() == *frozen_);
    else if (!sent_.empty() && (sent_.back().type == "stop" || sent_.back().type == "kill") &&
             std::ranges::all_of(sent_, [&](const auto& x) { return is_final(stored(x).status); }))
      frozen_ = orders_sent();
    const auto known = rig_->figures();
    if (!known) return;
    CHECK(rig_->shares_in(*known) == rig_->held());
    CHECK(rig_->money_in(*known, "cash") >= Money{});
    CHECK(rig_->status()->reason.empty());
  }

  /// In peace everybody comes to know the same.
  void settle() {
    broker_->choose = nullptr;
    broker_->choose_update = nullptr;
    if (!broker_->stream_is_up()) broker_->restore_stream();
    pass(5s);
    ask_again();
    pass(800s);
    check();
    const auto known = rig_->figures();
    REQUIRE(known);
    Quantity at_broker;
    for (const auto& position : broker_->exchange().positions()) at_broker += position.qty;
    CHECK(rig_->held() == at_broker);
    CHECK(rig_->shares_in(*known) == at_broker);
    for (const auto& ticker : rig_->positions().tickers) {
      CHECK(ticker.halted.empty());
      CHECK(ticker.outside.is_zero());
    }
    // Realized and unrealized are what cash and holdings have changed by.
    const auto mark = *Price::parse(known->at("price").get<std::string>());
    const auto equity = broker_->exchange().account().cash + multiply(mark, at_broker);
    const auto earned = equity - Money::from_integer(10'000);
    const auto off = earned - rig_->money_in(*known, "profit");
    CHECK(off < *Money::parse("0.000001"));
    CHECK(-off < *Money::parse("0.000001"));
    for (const auto& message : sent_) {
      const auto line = stored(message);
      INFO(message.type << ": " << to_string(line.status) << " " << line.reason);
      CHECK((is_final(line.status) || waits_for_a_price(line)));
    }
    trades += static_cast<std::size_t>(std::ranges::count_if(
        books_->events(), [](const auto& x) { return x.second.qty.is_positive(); }));
  }

  std::mt19937 chance_;
  bool faults_;
  std::shared_ptr<manual_clock> clock_ = std::make_shared<manual_clock>();
  std::shared_ptr<faulty_broker> broker_;
  std::shared_ptr<memory::journal_store> books_ =
      std::make_shared<memory::journal_store>("00112233445566778899aabbccddeeff");
  std::unique_ptr<trading_rig> rig_;
  std::vector<operator_message> sent_;
  std::optional<std::size_t> frozen_;  ///< orders sent when the last stop was done
  int cents_ = 10'000;
  std::uint32_t kills_ = 0;
  int step_ = 0;

public:
  static inline std::size_t trades = 0;
};

}  // namespace

TEST_CASE("trading: whatever happens, ladder, desk and broker agree") {
  const std::uint32_t seeds = rounds(300);
  for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed);
    random_life{seed}.live();
  }
  // It did trade.
  CHECK(random_life::trades > seeds * std::size_t{3});
}
