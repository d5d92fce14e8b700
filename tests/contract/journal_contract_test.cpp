// What the journal port promises, asked of both who keep it: random writes and questions go to the
// journal on disk and to the one in memory, and their answers must be the same.

#include <random>
#include <string>
#include <vector>

#include <caf/binary_serializer.hpp>
#include <caf/deep_to_string.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "adapters/memory/journal_store.hpp"
#include "adapters/sqlite/journal_store.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;

namespace {

/// Both journals, asked alike.
class both_journals {
public:
  both_journals()
      : on_disk_(dir_.file("journal.db")), in_memory_(on_disk_.read(load_floor{}).floor_id) {}

  /// True when it was taken.
  template <class Write>
  bool apply(const Write& write) {
    on_disk_.begin();
    const auto expected = apply_on_disk(write);
    on_disk_.commit();
    return same(expected, in_memory_.apply(write));
  }

  template <class Query>
  void ask(const Query& query) {
    INFO(caf::deep_to_string(query));
    same(on_disk_.read(query), in_memory_.read(query));
  }

private:
  auto apply_on_disk(const journal_write& write) { return on_disk_.apply(write); }
  auto apply_on_disk(const outbox_delivered& done) { return on_disk_.apply(done, 1); }

  template <class T, class Failure, class Refusal>
  static bool same(const tl::expected<T, Failure>& expected,
                   const tl::expected<T, Refusal>& found) {
    INFO("on disk: " << (expected ? "taken" : expected.error().text)
                     << ", in memory: " << (found ? "taken" : found.error().text));
    REQUIRE(found.has_value() == expected.has_value());
    return found && same(*expected, *found);
  }
  template <class T>
  static bool same(const T& expected, const T& found) {
    // The texts leave out what has no text of its own.
    CHECK(caf::deep_to_string(found) == caf::deep_to_string(expected));
    REQUIRE(bytes_of(found) == bytes_of(expected));
    return true;
  }
  template <class T>
  static std::vector<char> bytes_of(T x) {
    std::vector<char> result;
    caf::binary_serializer out{nullptr, result};
    REQUIRE_FALSE(out(x));
    return result;
  }

  test::temp_dir dir_{test::memory_folder()};
  sqlite::journal_store on_disk_;
  memory::journal_store in_memory_;
};

/// Makes up writes and questions about few enough things that they meet each other.
class chance {
public:
  explicit chance(unsigned seed) : engine_(seed) {}

  std::int64_t up_to(std::int64_t n) { return static_cast<std::int64_t>(engine_() % n); }
  bool one_in(std::int64_t n) { return up_to(n) == 0; }
  std::string bot() { return std::string("bot-") + "abcd"[up_to(4)]; }
  std::string ticker() { return one_in(2) ? "AAPL" : "BRK.B"; }
  std::string message() { return fmt::format("m{}", up_to(12)); }
  std::string day() { return fmt::format("2013-10-0{}", 1 + up_to(5)); }
  Quantity qty() {
    return Quantity::from_units(up_to(2'000'000'000'000'000) - 1'000'000'000'000'000);
  }
  Money money() { return Money::from_units(up_to(2'000'000'000'000'000) - 1'000'000'000'000'000); }
  Price price() { return Price::from_units(1 + up_to(200'000'000'000'000)); }

  ledger_line line(const std::string& id) {
    ledger_line x;
    x.bot_id = id;
    x.ticker = ticker();
    x.container = "floor";
    x.addressed = one_in(2);
    x.status = one_in(2) ? line_status::done : line_status::pending;
    x.reason = one_in(3) ? "why not" : "";
    x.result = one_in(2) ? "{\"a\":1}" : "";
    x.at_ms = up_to(100);
    x.late = one_in(4);
    return x;
  }

  ledger adopted() {
    ledger x;
    x.message.id = message();
    x.message.type = one_in(3) ? "stop" : one_in(2) ? "kill" : "start";
    x.message.selected = {ticker()};
    x.message.config = "{}";
    x.adopted_at_ms = up_to(50);
    x.state = message_state::working;
    for (const auto* id : {"bot-a", "bot-b", "bot-c"})
      if (one_in(2)) x.lines.push_back(line(id));
    return x;
  }

  order_record order() {
    order_record x;
    x.bot_id = bot();
    x.number = static_cast<std::uint64_t>(1 + up_to(40));
    x.status = one_in(2)   ? order_status::working
               : one_in(2) ? order_status::filled
                           : order_status::never_sent;
    auto& terms = x.order.request.terms;
    terms.ticker = ticker();
    terms.qty = qty();
    terms.limit_price = price();
    x.order.request.client_order_id = fmt::format("{}-{}", x.bot_id, x.number);
    if (one_in(30)) x.order.request.client_order_id = "bot-a-1";
    x.order.filled_qty = qty();
    x.asked_ns = up_to(1000);
    x.updated_ns = up_to(1000);
    x.reason = one_in(3) ? "a reason" : "";
    if (one_in(3)) {
      x.parent = static_cast<std::uint64_t>(1 + up_to(40));
      x.order.request.parent = fmt::format("{}-{}", x.bot_id, x.parent);
    }
    if (one_in(4)) x.exited = qty();
    return x;
  }

  order_event event() {
    order_event x;
    x.seq = one_in(20) ? last_seq_ : ++last_seq_;
    x.bot_id = bot();
    x.number = static_cast<std::uint64_t>(1 + up_to(40));
    x.event = "fill";
    x.execution_id = fmt::format("x{}", x.seq);
    x.terms.ticker = ticker();
    x.status = order_status::filled;
    x.qty = qty();
    x.price = price();
    x.at_ns = up_to(1000);
    if (one_in(3)) x.parent = static_cast<std::uint64_t>(1 + up_to(40));
    return x;
  }

  bot_record record() {
    bot_record x;
    x.bot_id = bot();
    x.desired = one_in(3) ? desired_state::stopped : desired_state::running;
    x.parameters = "{}";
    x.snapshot = fmt::format("{{\"n\":{}}}", up_to(1000));
    x.version = static_cast<std::uint64_t>(up_to(30));
    x.intents = static_cast<std::uint64_t>(up_to(30));
    x.last_event = up_to(last_seq_ + 1);
    x.claimed = qty();
    if (one_in(2)) x.asked = {1, 7};
    return x;
  }

  journal_write write() {
    journal_write x;
    if (one_in(4)) x.adopted.push_back(adopted());
    if (one_in(5))
      x.states.push_back(
          {message(), one_in(2) ? message_state::done : message_state::working, "code", "reason"});
    if (one_in(4)) x.lines.push_back({message(), line(bot())});
    if (one_in(3)) x.bots.push_back(record());
    if (one_in(8)) x.stopped_bots = {bot()};
    x.stopped_at_ms = up_to(100);
    if (one_in(8)) x.guests.push_back({bot(), ticker(), "python", "box", bot_kind::controlled});
    if (one_in(10)) x.departed_guests = {bot()};
    if (one_in(8)) {
      halt_state halt;
      halt.kind = one_in(2) ? halt_kind::killed : halt_kind::none;
      halt.message_id = message();
      x.halt.push_back(halt);
      if (one_in(8)) x.halt.push_back(halt);
    }
    for (auto n = up_to(3); n > 0; --n) x.owed.push_back({"path", std::to_string(up_to(9))});
    if (one_in(2)) x.orders.push_back(order());
    if (one_in(2)) x.order_events.push_back(event());
    if (one_in(3)) x.holdings.push_back({bot(), ticker(), qty(), money(), price(), day(), money()});
    if (one_in(5)) x.tickers.push_back({ticker(), qty(), one_in(2) ? "halted" : ""});
    if (one_in(3)) {
      performance_record earned;
      earned.bot_id = bot();
      earned.ticker = ticker();
      earned.day = day();
      earned.latest.total = money();
      x.performance.push_back(earned);
    }
    if (one_in(10)) {
      risk_limits limits;
      limits.max_position = Money::from_integer(up_to(1000));
      x.account_limits.push_back(limits);
    }
    return x;
  }

  find_orders orders_wanted() {
    find_orders x;
    if (one_in(2)) x.bot_id = bot();
    if (one_in(4)) x.number = static_cast<std::uint64_t>(1 + up_to(40));
    if (one_in(5)) x.client_order_id = fmt::format("bot-a-{}", 1 + up_to(40));
    if (one_in(4)) x.ticker = ticker();
    x.only_open = one_in(3);
    if (one_in(4)) x.before_asked_ns = up_to(1000);
    x.limit = static_cast<std::uint32_t>(one_in(20) ? up_to(2) * 1001 : 1 + up_to(60));
    return x;
  }

private:
  std::mt19937_64 engine_;
  std::int64_t last_seq_ = 0;
};

void ask_everything(both_journals& at, chance& any) {
  at.ask(load_floor{});
  at.ask(load_trading{});
  at.ask(load_bot{any.bot()});
  at.ask(load_bot{"nobody"});
  at.ask(find_line{any.message(), any.bot()});
  at.ask(any.orders_wanted());
  at.ask(read_order_events{any.bot(), any.up_to(100), static_cast<std::uint32_t>(any.up_to(30))});
  at.ask(read_order_events{"", any.up_to(100), static_cast<std::uint32_t>(any.up_to(30))});
  at.ask(get_performance{any.one_in(2) ? "" : any.day()});
  at.ask(find_ledgers{any.one_in(2) ? any.message() : "", static_cast<std::uint32_t>(any.up_to(10)),
                      any.up_to(40)});
  at.ask(read_outbox{any.up_to(40), static_cast<std::uint32_t>(any.up_to(20))});
}

}  // namespace

TEST_CASE("the journal in memory answers as the one on disk does") {
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    both_journals at;
    chance any{seed};
    for (int step = 0; step < 250; ++step) {
      INFO("seed " << seed << ", step " << step);
      const auto write = any.write();
      INFO(caf::deep_to_string(write));
      ++(at.apply(write) ? taken : refused);
      if (any.one_in(10)) at.apply(outbox_delivered{any.up_to(60), {any.up_to(60)}, "too long"});
      ask_everything(at, any);
    }
  }
  // Both kinds were tried.
  CHECK(taken > 500);
  CHECK(refused > 100);
}
