#include <csignal>
#include <filesystem>
#include <fstream>

#include <SQLiteCpp/Database.h>
#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/calendar/us_equity_calendar.hpp"
#include "adapters/paper/sqlite_store.hpp"
#include "adapters/sqlite/store_error.hpp"
#include "tests/adapters/paper/kept_store.hpp"
#include "tests/adapters/paper/random_day.hpp"
#include "tests/adapters/paper/trader.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::test;
using enum order_side;

namespace {

std::unique_ptr<paper::exchange> open_broker(std::unique_ptr<paper::store> kept,
                                             const paper::exchange_options& options = {}) {
  return std::make_unique<paper::exchange>(
      options, std::make_unique<calendar::us_equity_calendar>(), std::move(kept));
}

std::unique_ptr<paper::exchange> open_file(const std::string& path,
                                           const paper::exchange_options& options = {}) {
  return open_broker(std::make_unique<paper::sqlite_store>(path), options);
}

void print(paper::exchange& broker, std::string_view at, std::string_view volume = "0",
           timestamp_ns now = monday_10) {
  broker.on_trade(broker.handle_of("SPY"), {price(at), qty(volume), now, now}, now);
}

/// What another process sees of `act`, which is killed without warning right after it.
template <class Act>
void in_killed_process(const Act& act) {
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      act();
    } catch (...) {
      ::_exit(1);
    }
    ::raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("an exchange goes on from its file as if it had never ended") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    std::filesystem::remove(path);
    std::filesystem::remove(path + "-wal");
    std::filesystem::remove(path + "-shm");
    random_day day{seed};
    std::mt19937 restarts{seed};
    const auto steady = open_broker(std::make_unique<paper::memory_store>());
    auto filed = open_file(path);
    for (int i = 0; i < 150; ++i) {
      INFO("seed " << seed << ", step " << i);
      if (restarts() % 8 == 0) {
        filed->flush();
        filed.reset();
        filed = open_file(path);
      }
      const auto step = day.next(*steady);
      const auto answer = step.act(*steady);
      REQUIRE(step.act(*filed) == answer);
      const auto updates = steady->take_updates();
      REQUIRE(filed->take_updates() == updates);
      REQUIRE(filed->open_orders() == steady->open_orders());
      REQUIRE(filed->positions() == steady->positions());
      REQUIRE(filed->free_buying_power() == steady->free_buying_power());
      REQUIRE(filed->account().equity == steady->account().equity);
      for (const auto& update : updates) {
        REQUIRE(filed->find(update.order.id) == steady->find(update.order.id));
      }
    }
  }
}

TEST_CASE("every field of a record comes back, as first written and as changed") {
  temp_dir dir;
  paper::sqlite_store kept{dir.file("paper.db")};
  CHECK(!kept.load());
  paper::changes what;
  what.account = {money("-1.000000000001"), ~std::uint64_t{0}, 3, 4, 5};
  paper::order_record record;
  record.sequence = 7;
  auto& order = record.order;
  order.id = "id";
  order.request.client_order_id = "client 'id'";
  order.request.terms = {"BRK.B",
                         order_side::sell,
                         order_type::stop_limit,
                         time_in_force::gtc,
                         qty("0.000000001"),
                         money("2.5"),
                         price("3.25"),
                         price("99999999999.000000000001"),
                         true};
  order.status = order_status::accepted;
  order.replaces = "older";
  order.created_ns = 1;
  order.updated_ns = 2;
  order.submitted_ns = 3;
  order.request.parent = "another client's";
  record.reserved = money("12.5");
  record.expires_ns = 4;
  what.orders = {&record};
  what.positions = {{"BRK.B", qty("-2"), price("10"), price("11")}, {"F", {}, {}, price("12")}};
  kept.save(what);
  const auto check = [&] {
    const auto saved = kept.load();
    REQUIRE(saved);
    CHECK(saved->account == what.account);
    CHECK(saved->positions == what.positions);
    CHECK(saved->open_orders == std::vector{record});
    CHECK(kept.find("id") == record);
    CHECK(kept.find_by_client_id("client 'id'") == record);
  };
  check();

  // The seed stays, and so does what an order asks for.
  what.account = {money("8"), ~std::uint64_t{0}, 10, 11, 12};
  order.status = order_status::partially_filled;
  order.filled_qty = qty("0.1");
  order.filled_avg_price = price("0.3");
  order.replaced_by = "newer";
  order.reason = "why";
  order.updated_ns = 20;
  order.filled_ns = 21;
  order.expired_ns = 22;
  order.canceled_ns = 23;
  order.failed_ns = 24;
  order.replaced_ns = 25;
  record.filled_value = money("26");
  record.fees = money("27");
  record.reserved = money("28");
  record.elected = true;
  record.exited = qty("0.05");
  what.positions = {{"BRK.B", qty("3"), price("4"), price("5")}, {"F", qty("6"), price("7"), {}}};
  kept.save(what);
  check();

  order.status = order_status::canceled;
  kept.save(what);
  CHECK(kept.load()->open_orders.empty());
  CHECK(kept.find("id") == record);
}

TEST_CASE("of two orders with one client_order_id the second is not kept, nor what came with it") {
  temp_dir dir;
  paper::sqlite_store kept{dir.file("paper.db")};
  paper::order_record first;
  first.sequence = 1;
  first.order.id = "a";
  first.order.request.client_order_id = "same";
  first.order.status = order_status::working;
  auto second_record = first;
  second_record.sequence = 2;
  second_record.order.id = "b";
  kept.save({{.cash = money("1")}, {&first}, {}});
  CHECK_THROWS_AS(kept.save({{.cash = money("2")}, {&second_record}, {}}), sqlite::store_error);
  CHECK(kept.find_by_client_id("same") == first);
  CHECK(!kept.find("b"));
  CHECK(kept.load()->account.cash == money("1"));
}

TEST_CASE("a file from before orders had exits goes on") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  order_maker make;
  const auto entry = make.limit(buy, "10", "100");
  {
    const auto broker = open_file(path);
    REQUIRE(broker->submit(entry, monday_10));
    print(*broker, "100", "4");
    broker->flush();
  }
  {
    SQLite::Database file(path, SQLite::OPEN_READWRITE);
    file.exec("ALTER TABLE orders DROP COLUMN parent");
    file.exec("ALTER TABLE orders DROP COLUMN exited");
    file.exec("PRAGMA user_version = 1");
  }
  const auto broker = open_file(path);
  REQUIRE(broker->open_orders().size() == 1);
  auto stop = make.stop(sell, "10", "95");
  stop.parent = entry.client_order_id;
  REQUIRE(broker->submit(stop, monday_10));
  print(*broker, "94");
  print(*broker, "94");
  CHECK(broker->positions().empty());
}

TEST_CASE("an entry with exits is in the file as a whole, and so is what a print made of it") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  order_maker make;
  auto entry = make.limit(buy, "10", "100");
  const auto stop = make.stop(sell, "10", "95");
  const auto target = make.limit(sell, "4", "105");
  entry.exits = {{stop.client_order_id, stop.terms}, {target.client_order_id, target.terms}};
  for (auto& exit : entry.exits) exit.terms.lasts = time_in_force::gtc;
  in_killed_process([&] {
    if (!open_file(path)->submit(entry, monday_10)) ::_exit(1);
  });
  REQUIRE(open_file(path)->open_orders().size() == 3);
  in_killed_process([&] { print(*open_file(path), "100", "6"); });
  {
    const auto broker = open_file(path);
    CHECK(broker->find_by_client_id(stop.client_order_id)->status == order_status::working);
    CHECK(broker->find_by_client_id(stop.client_order_id)->request.parent == entry.client_order_id);
  }
  in_killed_process([&] { print(*open_file(path), "105"); });
  in_killed_process([&] { print(*open_file(path), "94"); });  // elects, and fills the entry
  in_killed_process([&] { print(*open_file(path), "94"); });
  const auto broker = open_file(path);
  CHECK(broker->positions().empty());
  CHECK(broker->open_orders().empty());
  CHECK(broker->find_by_client_id(stop.client_order_id)->filled_qty == qty("6"));
}

TEST_CASE("a stop order stays elected") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  order_maker make;
  in_killed_process([&] {
    const auto broker = open_file(path);
    broker->submit(make.stop(buy, "1", "101"), monday_10);
    print(*broker, "101");
  });
  const auto broker = open_file(path);
  print(*broker, "100");
  const auto updates = broker->take_updates();
  REQUIRE(updates.size() == 1);
  CHECK(line_of(updates[0]) == "fill 1 @ 100 [1]");
}

TEST_CASE("what was answered or told survives a killed process") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  order_maker make;
  const auto resting = make.limit(buy, "10", "99");
  const auto cancelled = make.limit(buy, "1", "50");
  in_killed_process([&] {
    auto broker = open_file(path);
    const auto id = broker->submit(cancelled, monday_10)->id;
    if (!broker->submit(resting, monday_10)) ::_exit(1);
    print(*broker, "98.50", "4");
    if (!broker->cancel(id, monday_10)) ::_exit(1);
  });
  const auto broker = open_file(path);
  const auto order = broker->find_by_client_id(resting.client_order_id);
  REQUIRE(order);
  CHECK(order->status == order_status::partially_filled);
  CHECK(order->filled_qty == qty("4"));
  CHECK(order->request == resting);
  CHECK(broker->account().cash == money("99606"));
  CHECK(broker->account().buying_power == money("99012"));
  CHECK(broker->find_by_client_id(cancelled.client_order_id)->status == order_status::canceled);
  const auto again = broker->submit(cancelled, monday_10);
  REQUIRE(!again);
  CHECK(again.error().reason == "client_order_id must be unique");
  print(*broker, "98", "6");
  const auto updates = broker->take_updates();
  REQUIRE(updates.size() == 1);
  CHECK(line_of(updates[0]) == "fill 6 @ 98 [10]");
}

TEST_CASE("orders that should have ended meanwhile end when time is told again") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  order_maker make;
  auto gtc = make.limit(buy, "1", "99");
  gtc.terms.lasts = time_in_force::gtc;
  {
    const auto broker = open_file(path);
    REQUIRE(broker->submit(make.limit(buy, "1", "99"), monday_10));
    REQUIRE(broker->submit(gtc, monday_10));
  }
  const auto broker = open_file(path);
  broker->on_time(monday_10 + 24 * hour);
  lines heard;
  for (const auto& update : broker->take_updates()) heard.push_back(line_of(update));
  CHECK(heard == lines{"expired", "done_for_day", "new"});
}

TEST_CASE("cash and seed of an existing account are its own") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  order_maker make;
  paper::exchange_options options;
  options.cash = money("500");
  options.seed = ~std::uint64_t{0};
  std::string first;
  {
    const auto broker = open_file(path, options);
    first = broker->submit(make.limit(buy, "1", "99"), monday_10)->id;
  }
  const auto broker = open_file(path, {});
  CHECK(broker->account().cash == money("500"));
  const auto next = broker->submit(make.limit(buy, "1", "99"), monday_10)->id;
  const auto memory = open_broker(std::make_unique<paper::memory_store>(), options);
  CHECK(memory->submit(make.limit(buy, "1", "99"), monday_10)->id == first);
  CHECK(memory->submit(make.limit(buy, "1", "99"), monday_10)->id == next);
}

TEST_CASE("the file is private, and any other file is refused as it is") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  open_file(path);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  const auto text = dir.file("text");
  std::ofstream{text} << std::string(5000, 'x');
  CHECK_THROWS_AS(open_file(text), sqlite::store_error);
}

TEST_CASE("a call whose state cannot be written leaves all as it was") {
  auto state = std::make_shared<kept_state>();
  const auto broker = open_broker(std::make_unique<kept_store>(state));
  order_maker make;
  const auto first = make.limit(buy, "10", "99");
  const auto id = broker->submit(first, monday_10)->id;
  print(*broker, "99", "3");
  broker->take_updates();
  const auto orders = broker->open_orders();
  const auto free = broker->free_buying_power();
  // A time that no store has heard of.
  const auto known = monday_10 + second;
  const auto later = known + second;
  broker->on_time(known);

  const auto fails = [&](auto act) {
    state->failing_saves = 1;
    CHECK_THROWS_WITH(act(), "disk full");
    CHECK(broker->open_orders() == orders);
    CHECK(broker->free_buying_power() == free);
    CHECK(broker->positions().front().qty == qty("3"));
    CHECK(broker->take_updates().empty());
    CHECK(broker->clock() == known);
  };
  const auto second_order = make.limit(buy, "1", "98");
  fails([&] { broker->submit(second_order, later); });
  fails([&] { broker->cancel(id, later); });
  fails([&] { broker->replace(id, {.qty = qty("1")}, later); });
  fails([&] { broker->on_time(monday_10 + 24 * hour); });
  fails([&] { broker->book_outside_trade("SPY", buy, qty("1"), price("99"), later); });
  state->failing_saves = 1;
  CHECK_THROWS_WITH(print(*broker, "99", "7"), "disk full");
  CHECK(broker->open_orders() == orders);

  // And it goes on once it can write again, with ids that no failed call has used up.
  print(*broker, "99", "7", later);
  const auto updates = broker->take_updates();
  REQUIRE(updates.size() == 1);
  CHECK(line_of(updates[0]) == "fill 7 @ 99 [10]");
  const auto twin = open_broker(std::make_unique<paper::memory_store>());
  REQUIRE(twin->submit(first, monday_10));
  print(*twin, "99", "3");
  twin->take_updates();
  print(*twin, "99", "7", later);
  CHECK(twin->take_updates() == updates);
}

TEST_CASE("a batch is one transaction of many calls") {
  auto state = std::make_shared<kept_state>();
  const auto batched = open_broker(std::make_unique<kept_store>(state));
  const auto plain = open_broker(std::make_unique<paper::memory_store>());
  const auto day = [](paper::exchange& broker) {
    order_maker make;
    const auto first = make.limit(buy, "10", "99");
    const auto id = broker.submit(first, monday_10)->id;
    print(broker, "99", "3");
    REQUIRE(broker.cancel(id, monday_10));
    CHECK(broker.open_orders().empty());
    CHECK(!broker.cancel(id, monday_10));
    CHECK(!broker.submit(first, monday_10));
    REQUIRE(broker.submit(make.limit(sell, "3", "100"), monday_10));
    print(broker, "100", "1");
    broker.on_time(monday_10 + 24 * hour);
  };
  const auto saves = state->saves;
  SECTION("with the same outcome") {
    batched->batch([&] { day(*batched); });
    CHECK(state->saves == saves + 1);
    day(*plain);
    CHECK(batched->take_updates() == plain->take_updates());
    CHECK(batched->positions() == plain->positions());
    CHECK(batched->free_buying_power() == plain->free_buying_power());
    CHECK(batched->open_orders().empty());
  }
  SECTION("or none, when something in it throws") {
    const auto fails = [&] {
      day(*batched);
      throw std::runtime_error{"enough"};
    };
    CHECK_THROWS_WITH(batched->batch(fails), "enough");
    CHECK(state->saves == saves);
    CHECK(batched->take_updates().empty());
    CHECK(batched->positions().empty());
  }
  SECTION("or none, when it cannot be written") {
    state->failing_saves = 1;
    CHECK_THROWS_WITH(batched->batch([&] { day(*batched); }), "disk full");
    CHECK(batched->take_updates().empty());
    CHECK(batched->positions().empty());
    CHECK(batched->account().cash == money("100000"));
    CHECK(batched->clock() == 0);
    day(*batched);
    day(*plain);
    CHECK(batched->take_updates() == plain->take_updates());
  }
}

TEST_CASE("a broker that can neither write nor read takes no more calls") {
  auto state = std::make_shared<kept_state>();
  const auto broker = open_broker(std::make_unique<kept_store>(state));
  order_maker make;
  state->failing_saves = 1;
  state->unreadable = true;
  CHECK_THROWS_WITH(broker->submit(make.limit(buy, "1", "99"), monday_10), "disk full");
  CHECK_THROWS_AS(broker->submit(make.limit(buy, "1", "99"), monday_10), std::logic_error);
}

TEST_CASE("each call is one transaction, and a print that changes nothing is none") {
  auto state = std::make_shared<kept_state>();
  const auto broker = open_broker(std::make_unique<kept_store>(state));
  order_maker make;
  const auto saves_of = [&](auto act) {
    const auto before = state->saves;
    act();
    return state->saves - before;
  };
  CHECK(saves_of([&] { print(*broker, "100"); }) == 0);
  CHECK(saves_of([&] { broker->submit(make.limit(buy, "5", "99"), monday_10); }) == 1);
  CHECK(saves_of([&] { broker->submit(make.limit(buy, "5", "99"), monday_10); }) == 1);
  CHECK(saves_of([&] { print(*broker, "100"); }) == 0);
  CHECK(saves_of([&] { print(*broker, "99"); }) == 1);
  CHECK(saves_of([&] { broker->on_time(monday_10 + second); }) == 0);
  CHECK(saves_of([&] { broker->flush(); }) == 1);
}

TEST_CASE("a full disk is told with the file's name") {
  temp_dir dir;
  const auto path = dir.file("paper.db");
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    int result = 1;
    try {
      const auto broker = open_file(path);
      order_maker make;
      const rlimit limit{200'000, 200'000};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      for (int i = 0; i < 1'000; ++i) broker->submit(make.limit(buy, "1", "1"), monday_10);
    } catch (const sqlite::store_error& error) {
      result = std::string{error.what()}.find(path) == std::string::npos ? 2 : 0;
    } catch (...) {
      result = 3;
    }
    ::_exit(result);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  // What was taken before is there.
  CHECK(!open_file(path)->open_orders().empty());
}
