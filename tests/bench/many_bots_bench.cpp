// Many SCALE_T bots of 200 rows each on one ticker of a recorded day, at full speed on virtual
// time: no order lost or doubled, and what memory a bot takes. Usage: many_bots_bench FILE DAY
// [bots] [trades]

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <malloc.h>
#include <unistd.h>

#include "adapters/calendar/new_york.hpp"
#include "adapters/paper/sqlite_store.hpp"
#include "adapters/replay/tick_file.hpp"
#include "apps/outcry/backtest/trading_floor.hpp"
#include "tests/bench/figures.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;
using backtest::trading_floor;

constexpr double target_kib = 64;
constexpr int rows = 200;
constexpr int cash_of_each = 10'000;

struct plan {
  std::string file;
  timestamp_ns midnight = 0;
  std::string day;
  std::size_t bots = 0;
  std::size_t trades = 0;
};

/// Everything the broker was ever asked for, by client_order_id.
using broker_book = std::map<std::string, paper::order_record>;

/// Writes down what the broker stores.
class watching_store final : public paper::store {
public:
  explicit watching_store(broker_book& book) : book_(book) {}

  std::optional<paper::saved_state> load() override { return inner_.load(); }
  void save(const paper::changes& what) override {
    inner_.save(what);
    for (const auto* record : what.orders) {
      auto& seen = book_[record->order.request.client_order_id];
      if (!seen.order.id.empty() && seen.order.id != record->order.id)
        throw std::runtime_error(record->order.request.client_order_id + " is at the broker twice");
      seen = *record;
    }
  }
  std::optional<paper::order_record> find(std::string_view id) override { return inner_.find(id); }
  std::optional<paper::order_record> find_by_client_id(std::string_view id) override {
    return inner_.find_by_client_id(id);
  }

private:
  paper::memory_store inner_;
  broker_book& book_;
};

/// Ladders that begin at different prices.
std::string parameters_of(std::size_t bot) {
  return fmt::format(R"({{"cash":{},"start":{:.2f},"step":0.001,"rows":{}}})", cash_of_each,
                     167.4 - 0.01 * static_cast<double>(bot % 200), rows);
}

std::string id_of(std::size_t bot) {
  return fmt::format("scale_t-{:03}", bot);
}

std::size_t heap() {
  return mallinfo2().uordblks;
}

std::size_t resident() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t pages = 0;
  statm >> total >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

struct day_run {
  std::unique_ptr<trading_floor> floor;
  std::size_t trades = 0;
  double seconds = 0;
  double heap_per_bot_at_start = 0;  ///< bytes
  double resident_per_bot_at_start = 0;
  double heap_per_bot_at_end = 0;  ///< without the journal, which is on disk elsewhere
};

day_run run_day(const plan& what, std::function<std::unique_ptr<paper::store>()> open_store) {
  backtest::backtest_options options;
  options.ticker = "SPY";
  options.day = what.day;
  options.parameters = parameters_of(0);
  options.broker.cash =
      Money::from_integer(static_cast<std::int64_t>(what.bots + 1) * cash_of_each);
  options.open_store = std::move(open_store);
  replay::tick_file file{what.file};
  auto row = file.next();
  auto at = [&] { return what.midnight + row->time_ms * ns_per_ms; };
  day_run result;
  result.floor = std::make_unique<trading_floor>(options, at() - 5 * ns_per_s);
  auto& floor = *result.floor;
  floor.advance_to(at() - ns_per_s);
  auto heap_before = heap();
  auto resident_before = resident();
  for (std::size_t i = 1; i <= what.bots; ++i) floor.add_bot(id_of(i), "scale_t", parameters_of(i));
  // Their records are in the journal: a copy of it is as large as it is.
  auto journal_size = [&] {
    auto before = heap();
    auto copy = floor.journal();
    return heap() - before;
  };
  auto bots = static_cast<double>(what.bots);
  result.resident_per_bot_at_start = static_cast<double>(resident() - resident_before) / bots;
  result.heap_per_bot_at_start =
      (static_cast<double>(heap() - heap_before) - static_cast<double>(journal_size())) / bots;
  auto start = steady::now();
  for (; row && result.trades < what.trades; row = file.next(), ++result.trades)
    floor.hear(at(), row->price, row->size);
  result.seconds = seconds_since(start);
  floor.advance_to(floor.now() + 60 * ns_per_s);
  result.heap_per_bot_at_end =
      (static_cast<double>(heap() - heap_before) - static_cast<double>(journal_size())) / bots;
  return result;
}

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("defect: " + what);
}

/// Each order of the journal is at the broker once, and the other way round; what was filled is
/// booked, and owned by who asked for it.
void check(trading_floor& floor, const broker_book& book, std::size_t bots) {
  std::size_t sent = 0;
  for (const auto& [key, order] : floor.journal().orders()) {
    auto id = order.order.request.client_order_id;
    auto seen = book.find(id);
    if (seen == book.end()) {
      if (order.status != order_status::never_sent && order.status != order_status::rejected)
        fail(fmt::format("{} is {} and not at the broker", id, to_string(order.status)));
      continue;
    }
    ++sent;
    if (order.status == order_status::never_sent) fail(id + " was sent after all");
    if (order.order.filled_qty != seen->second.order.filled_qty ||
        order.status != seen->second.order.status)
      fail(id + " is not at the broker as in the journal");
  }
  if (sent != book.size()) fail("the broker has orders that the journal does not know");

  std::map<std::string, Quantity> booked;
  for (const auto& [seq, event] : floor.journal().events())
    booked[event.bot_id] += event.terms.side == order_side::buy ? event.qty : -event.qty;
  Quantity all;
  for (const auto& holding : floor.journal().read(load_trading{}).holdings) {
    all += holding.qty;
    if (booked[holding.bot_id] != holding.qty) fail(holding.bot_id + ": fills and holding differ");
  }
  auto state = floor.ask_broker();
  auto held = state.positions.empty() ? Quantity{} : state.positions[0].qty;
  if (held != all)
    fail(fmt::format("holdings {}, at the broker {}", to_string(all), to_string(held)));
  for (std::size_t i = 0; i <= bots; ++i) {
    auto status = floor.ask_bot(i);
    auto shares = nlohmann::json::parse(status.details).at("shares").get<std::string>();
    if (shares != to_string(booked[status.identity.id]))
      fail(status.identity.id + " counts on other shares than it owns");
  }
}

void run(const plan& what) {
  {
    // The broker's orders are in a file, too, as on a floor.
    test::temp_dir dir{test::memory_folder()};
    auto measured =
        run_day(what, [&] { return std::make_unique<paper::sqlite_store>(dir.file("paper.db")); });
    std::printf(
        "memory of a bot: %.1f KiB of heap when it has started (resident: %.1f with its record"
        " in the journal), %.1f KiB at the end of the day; target %.0f\n",
        measured.heap_per_bot_at_start / 1024, measured.resident_per_bot_at_start / 1024,
        measured.heap_per_bot_at_end / 1024, target_kib);
  }
  broker_book book;
  {
    auto watched = run_day(what, [&] { return std::make_unique<watching_store>(book); });
    std::size_t fills = 0;
    for (const auto& [seq, event] : watched.floor->journal().events())
      fills += event.qty.is_positive() ? 1 : 0;
    if (fills == 0) fail("nobody traded");
    check(*watched.floor, book, what.bots);
    std::printf("%zu bots of %d rows, %zu trades: %zu orders, %zu fills, none lost or doubled\n",
                what.bots + 1, rows, watched.trades, book.size(), fills);
    std::printf("  %.0f trades/s, %.1f M prices to bots/s\n",
                static_cast<double>(watched.trades) / watched.seconds,
                static_cast<double>(watched.trades * what.bots) / watched.seconds / 1e6);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: many_bots_bench FILE DAY [bots] [trades]\n");
    return 2;
  }
  if (!std::filesystem::exists(argv[1])) {
    std::printf("SKIPPED: %s is not there\n", argv[1]);
    return 0;
  }
  spdlog::set_level(spdlog::level::err);
  return guarded([&] {
    auto midnight = calendar::new_york_time(calendar::parse_day(argv[2]).value(), {});
    run({argv[1], midnight, argv[2], argument(argc, argv, 3, 200),
         argument(argc, argv, 4, 10'000'000)});
  });
}
