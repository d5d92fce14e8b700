#include "adapters/sqlite/signal_store.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "adapters/sqlite/signal_schema.hpp"
#include "tests/adapters/sqlite/signal_samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

/// A store that can be closed and opened again.
struct reopened {
  outcry::test::temp_dir dir;
  std::unique_ptr<signal_engine> engine = make();

  std::unique_ptr<signal_engine> make() const {
    return std::make_unique<signal_engine>(dir.path().string());
  }
  void again() {
    engine.reset();
    engine = make();
  }
  template <class Answer>
  Answer ask(const signal_request& x) {
    return one<Answer>(*engine, x);
  }
  void refuses(const signal_request& x, const std::string& word) {
    const auto failure = ask<journal_failure>(x);
    CHECK(failure.code == ec::invalid_input);
    CHECK_THAT(failure.text, Catch::Contains(word));
  }
  signal_record stored(const std::string& source_id) {
    auto found = ask<signal_list>(find_signals{0, 0, "discord:77", source_id, "", {}, 1}).signals;
    REQUIRE(found.size() == 1);
    return found.front();
  }
  std::vector<std::int64_t> ids(const find_signals& query) {
    std::vector<std::int64_t> result;
    for (const auto& x : ask<signal_list>(query).signals) result.push_back(x.id);
    return result;
  }
};

}  // namespace

TEST_CASE("a message with its signal and update comes back as it was after a restart") {
  reopened store;
  auto x = storing("1");
  x.message.contributor = "http:bob";
  x.signals = {sample_signal("1")};
  x.signals[0].trade = {sample_trade(x.signals[0])};
  x.updates = {sample_update("1")};
  const auto receipt = store.ask<store_receipt>(x);
  CHECK_FALSE(receipt.duplicate);
  CHECK(receipt.verdict == x.verdict);
  x.signals[0].id = 1;
  x.updates[0].id = 1;
  CHECK(receipt.signals == x.signals);
  CHECK(receipt.updates == x.updates);
  store.again();
  const auto messages = store.ask<message_list>(find_messages{}).messages;
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].id == 1);
  CHECK(messages[0].message == x.message);
  CHECK(messages[0].verdict == x.verdict);
  CHECK(store.ask<signal_list>(find_signals{}).signals == x.signals);
  CHECK(store.ask<update_list>(find_updates{"discord:77", "1", 50}).updates == x.updates);
  CHECK(store.ask<update_list>(find_updates{"discord:77", "2", 50}).updates.empty());
}

TEST_CASE("a message that is known changes nothing and is answered with what is stored") {
  reopened store;
  auto first = storing("1");
  first.signals = {sample_signal("1")};
  first.updates = {sample_update("1")};
  const auto stored = store.ask<store_receipt>(first);
  auto second = storing("1");
  second.message.text = "other";
  second.verdict = {"nothing", "", "", 0, ""};
  second.signals = {sample_signal("1")};
  second.signals[0].version = 9;
  second.signals[0].ticker = "OTHER";
  const auto receipt = store.ask<store_receipt>(second);
  CHECK(receipt.duplicate);
  CHECK(receipt.verdict == first.verdict);
  CHECK(receipt.signals == stored.signals);
  CHECK(receipt.updates == stored.updates);
  CHECK(store.ask<message_list>(find_messages{}).messages.size() == 1);
  CHECK(store.stored("1").ticker == "XYZ");
  CHECK_FALSE(store.ask<store_receipt>(storing("1", 7)).duplicate);
  CHECK(store.ask<store_receipt>(storing("1", 7)).duplicate);
}

TEST_CASE("a signal is one for its source and id, others replace it by their version") {
  reopened store;
  auto x = sample_signal("1");
  x = store.ask<store_receipt>(store_signals{{x}, {}}).signals.front();
  auto other = sample_signal("1");
  other.ticker = "OTHER";
  other.version = 99;
  other.trade = {sample_trade(other)};
  CHECK(store.ask<store_receipt>(store_signals{{other}, {}}).signals.front() == x);
  CHECK(store.stored("1") == x);
  auto same = x;
  same.state = signal_state::closed;
  CHECK(store.ask<store_receipt>(store_signals{{same}, {}}).signals.front() == x);
  auto next = same;
  next.version = 2;
  next.trade = {sample_trade(x)};
  CHECK(store.ask<store_receipt>(store_signals{{next}, {}}).signals.front() == next);
  CHECK(store.ask<store_receipt>(store_signals{{x}, {}}).signals.front() == next);
  CHECK(store.stored("1") == next);
}

TEST_CASE("a trade is replaced by its own version alone") {
  reopened store;
  auto x = sample_signal("1");
  x.trade = {sample_trade(x, 5)};
  x = store.ask<store_receipt>(store_signals{{x}, {}}).signals.front();
  auto next = x;
  next.version = 2;
  next.trade[0].version = 4;
  next.trade[0].reason = "late word";
  auto stored = store.ask<store_receipt>(store_signals{{next}, {}}).signals.front();
  CHECK(stored.version == 2);
  CHECK(stored.trade == x.trade);
  next.trade[0].version = 6;
  CHECK(store.ask<store_receipt>(store_signals{{next}, {}}).signals.front().trade == next.trade);
  next.version = 3;
  next.trade.clear();
  CHECK(store.ask<store_receipt>(store_signals{{next}, {}}).signals.front().trade.size() == 1);
}

TEST_CASE("an update is one for its message and edit, others replace it by their version") {
  reopened store;
  auto x = store.ask<store_receipt>(store_signals{{}, {sample_update("4")}}).updates.front();
  auto again = sample_update("4");
  again.version = 9;
  CHECK(store.ask<store_receipt>(store_signals{{}, {again}}).updates.front() == x);
  CHECK(store.ask<store_receipt>(store_signals{{}, {sample_update("4", 8)}}).updates[0].id == 2);
  auto next = x;
  next.version = 2;
  next.code = "too_old";
  CHECK(store.ask<store_receipt>(store_signals{{}, {next}}).updates.front() == next);
  CHECK(store.ask<store_receipt>(store_signals{{}, {x}}).updates.front() == next);
}

TEST_CASE("what makes no sense is refused by name and leaves its neighbours unharmed") {
  reopened store;
  auto bad = storing("1");
  bad.message.source = "";
  store.refuses(bad, "source");
  bad = storing(std::string(129, 'x'));
  store.refuses(bad, "source_id");
  bad = storing("1");
  bad.signals = {sample_signal("1"), sample_signal("2")};
  store.refuses(bad, "at most one signal");
  auto x = sample_signal("1");
  x.trade = {sample_trade(sample_signal("2"))};
  store.refuses(store_signals{{x}, {}}, "its trade is that of '2'");
  x = sample_signal("1");
  x.version = ~std::uint64_t{0};
  store.refuses(store_signals{{x}, {}}, "version");
  x = sample_signal("1");
  x.id = 7;
  store.refuses(store_signals{{x}, {}}, "signal 7");
  store.refuses(find_signals{0, 0, "", "", "", {"sleeping"}, 50}, "states");
  store.refuses(find_signals{0, 0, "", "", "", {}, 0}, "limit");
  store.refuses(find_messages{0, "", "", "", 1001}, "limit");
  store.refuses(read_unshared{0}, "limit");
  store.refuses(save_cursor{"", "1"}, "name");

  bad = storing("9");
  bad.signals = {sample_signal("9")};
  bad.signals[0].trade = {sample_trade(sample_signal("2"))};
  const auto before = store.engine->store().commits();
  const std::vector<signal_request> requests = {storing("1"), bad, storing("2")};
  const auto answers = store.engine->run(requests);
  CHECK(std::holds_alternative<store_receipt>(answers[0]));
  CHECK(std::get<journal_failure>(answers[1]).code == ec::invalid_input);
  CHECK(std::holds_alternative<store_receipt>(answers[2]));
  CHECK(store.engine->store().commits() == before + 1);
  CHECK(store.ask<message_list>(find_messages{}).messages.size() == 2);
  CHECK(store.ask<signal_list>(find_signals{}).signals.empty());
}

TEST_CASE("signals are found by what is asked, in the order that is asked") {
  reopened store;
  for (int i = 1; i <= 6; ++i) {
    auto x = sample_signal(std::to_string(i), i % 2 == 0 ? "http:b" : "discord:77");
    x.ticker = i <= 2 ? "AAA" : "BBB";
    x.state = i == 6 ? signal_state::closed : i == 5 ? signal_state::open : signal_state::waiting;
    store.ask<store_receipt>(store_signals{{x}, {}});
  }
  using list = std::vector<std::int64_t>;
  CHECK(store.ids({}) == list{6, 5, 4, 3, 2, 1});
  CHECK(store.ids({0, 0, "", "", "", {}, 2}) == list{6, 5});
  CHECK(store.ids({0, 3, "", "", "", {}, 50}) == list{2, 1});
  CHECK(store.ids({2, 0, "", "", "", {}, 2}) == list{3, 4});
  CHECK(store.ids({2, 5, "", "", "", {}, 50}) == list{3, 4});
  CHECK(store.ids({0, 0, "http:b", "", "", {}, 50}) == list{6, 4, 2});
  CHECK(store.ids({0, 0, "http:b", "4", "", {}, 50}) == list{4});
  CHECK(store.ids({0, 0, "", "", "AAA", {}, 50}) == list{2, 1});
  CHECK(store.ids({0, 0, "", "", "", {"open", "closed", "open"}, 50}) == list{6, 5});
  CHECK(store.ids({1, 0, "discord:77", "", "BBB", {"waiting"}, 50}) == list{3});
}

TEST_CASE("messages are found by what is asked") {
  reopened store;
  for (int i = 1; i <= 4; ++i) {
    auto x = storing(std::to_string(i));
    if (i == 2) x.message.source = "http:b";
    if (i == 3) x.verdict.verdict = "nothing";
    store.ask<store_receipt>(x);
  }
  const auto ids = [&](const find_messages& query) {
    std::vector<std::int64_t> result;
    for (const auto& x : store.ask<message_list>(query).messages) result.push_back(x.id);
    return result;
  };
  using list = std::vector<std::int64_t>;
  CHECK(ids({}) == list{4, 3, 2, 1});
  CHECK(ids({1, "", "", "", 2}) == list{2, 3});
  CHECK(ids({0, "http:b", "", "", 50}) == list{2});
  CHECK(ids({0, "discord:77", "4", "", 50}) == list{4});
  CHECK(ids({0, "", "", "nothing", 50}) == list{3});
}

TEST_CASE("at start all that is not final is loaded, and what is final but late") {
  reopened store;
  const auto keep = [&](const char* id, signal_state state, timestamp_ns received_ns) {
    auto x = sample_signal(id);
    x.state = state;
    x.received_ns = received_ns;
    x.trade = {sample_trade(x)};
    store.ask<store_receipt>(store_signals{{x}, {}});
  };
  keep("1", signal_state::open, 10);
  keep("2", signal_state::closed, 20);
  keep("3", signal_state::refused, 21);
  keep("4", signal_state::waiting, 30);
  std::vector<std::string> ids;
  for (const auto& x : store.ask<signal_list>(load_signals{20}).signals) {
    ids.push_back(x.source_id);
    CHECK(x.trade.size() == 1);
  }
  CHECK(ids == std::vector<std::string>{"1", "3", "4"});
}

TEST_CASE("a source's last id is its highest, as a number where it is one") {
  reopened store;
  const auto last = [&](const char* source = "discord:77") {
    return store.ask<last_source_id>(get_last_source_id{source}).source_id;
  };
  CHECK(last().empty());
  store.ask<store_receipt>(storing("99"));
  store.ask<store_receipt>(storing("100"));
  CHECK(last() == "100");
  store.ask<store_receipt>(storing("0000000000000000000000000000000000098"));
  CHECK(last() == "100");
  store.ask<store_receipt>(storing("340282366920938463463374607431768211457"));
  CHECK(last() == "340282366920938463463374607431768211457");
  auto handed_in = storing("9340282366920938463463374607431768211457");
  handed_in.message.contributor = "http:bob";
  store.ask<store_receipt>(handed_in);
  store.again();
  CHECK(last() == "340282366920938463463374607431768211457");
  CHECK(last("http:b").empty());
}

TEST_CASE("the shared database is owed each row until it holds it as it is here") {
  reopened store;
  auto x = storing("1");
  x.signals = {sample_signal("1")};
  x.updates = {sample_update("1")};
  store.ask<store_receipt>(x);
  store.ask<store_receipt>(storing("2"));
  auto page = store.ask<unshared_page>(read_unshared{1});
  REQUIRE(page.messages.size() == 1);
  CHECK(page.messages[0].message == x.message);
  REQUIRE(page.signals.size() == 1);
  REQUIRE(page.updates.size() == 1);
  auto moved = page.signals[0];
  moved.version = 2;
  store.ask<store_receipt>(store_signals{{moved}, {}});
  // The mark is of the version that was read; the row has moved on.
  const mark_shared mark{{{1, 1, ""}}, {{1, 1, ""}}, {{1, 1, "too long"}}};
  CHECK(store.ask<unshared_count>(mark).rows == 2);
  store.again();
  page = store.ask<unshared_page>(read_unshared{});
  REQUIRE(page.messages.size() == 1);
  CHECK(page.messages[0].message.source_id == "2");
  REQUIRE(page.signals.size() == 1);
  CHECK(page.signals[0].version == 2);
  CHECK(page.updates.empty());
  CHECK(store.ask<unshared_count>(mark_shared{{{2, 1, ""}}, {{1, 2, ""}}, {}}).rows == 0);
  CHECK(store.ask<unshared_count>(mark_shared{{{99, 1, ""}}, {{99, 1, ""}}, {{99, 1, ""}}}).rows ==
        0);
  moved.version = 3;
  store.ask<store_receipt>(store_signals{{moved}, {}});
  CHECK(store.ask<unshared_count>(mark_shared{}).rows == 1);
  auto said = store.ask<update_list>(find_updates{"discord:77", "1", 1}).updates.at(0);
  said.version = 2;
  store.ask<store_receipt>(store_signals{{}, {said}});
  CHECK(store.ask<unshared_count>(mark_shared{{}, {}, {{said.id, 1, ""}}}).rows == 2);
  CHECK(store.ask<unshared_count>(mark_shared{{}, {}, {{said.id, 2, ""}}}).rows == 1);
}

TEST_CASE("of what came from the shared database only the trade is owed") {
  reopened store;
  auto x = sample_signal("1");
  x.contributor = "postgres:carol";
  auto update = sample_update("2");
  update.contributor = "postgres:carol";
  const auto receipt = store.ask<store_receipt>(store_signals{{x}, {update}});
  CHECK(store.ask<unshared_count>(mark_shared{}).rows == 0);
  auto said = receipt.updates.front();
  said.version = 2;
  x = receipt.signals.front();
  x.version = 2;
  store.ask<store_receipt>(store_signals{{x}, {said}});
  CHECK(store.ask<unshared_count>(mark_shared{}).rows == 0);
  x.version = 3;
  x.trade = {sample_trade(x, 4)};
  store.ask<store_receipt>(store_signals{{x}, {}});
  const auto page = store.ask<unshared_page>(read_unshared{});
  REQUIRE(page.signals.size() == 1);
  CHECK(page.signals[0].trade == x.trade);
  CHECK(page.updates.empty());
  CHECK(store.ask<unshared_count>(mark_shared{{}, {{1, 3, ""}}, {}}).rows == 0);
}

TEST_CASE("a trade that moves between reading and marking stays owed") {
  reopened store;
  auto x = store.ask<store_receipt>(store_signals{{sample_signal("1")}, {}}).signals.front();
  const auto mark = [&] { return store.ask<unshared_count>(mark_shared{{}, {{1, 1, ""}}, {}}); };
  store.ask<unshared_page>(read_unshared{});
  x.trade = {sample_trade(x, 0)};
  store.ask<store_receipt>(store_signals{{x}, {}});
  CHECK(mark().rows == 1);
  store.ask<unshared_page>(read_unshared{});
  x.trade[0].version = 1;
  store.ask<store_receipt>(store_signals{{x}, {}});
  CHECK(mark().rows == 1);
  store.ask<unshared_page>(read_unshared{});
  CHECK(mark().rows == 0);
}

TEST_CASE("results are of each source's closed trades") {
  reopened store;
  auto won = sample_signal("1");
  won.trade = {sample_trade(won)};
  auto open = sample_signal("2");
  open.trade = {sample_trade(open)};
  open.trade[0].state = signal_state::open;
  store.ask<store_receipt>(store_signals{{won, open, sample_signal("1", "http:b")}, {}});
  const auto sources = store.ask<source_result_list>(get_source_results{}).sources;
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].source == "discord:77");
  CHECK(sources[0].signals == 2);
  CHECK(sources[0].trades == 1);
  CHECK(sources[0].wins == 1);
  CHECK(to_string(sources[0].average_r) == "0.333333333333");
  CHECK(sources[0].profit == Money::from_integer(25));
  CHECK(sources[1].source == "http:b");
  CHECK(sources[1].signals == 1);
  CHECK(sources[1].trades == 0);
}

TEST_CASE("a cursor is kept under its name") {
  reopened store;
  CHECK(store.ask<cursor_value>(get_cursor{"a"}).value.empty());
  CHECK(store.ask<cursor_value>(save_cursor{"a", "12:4"}).value == "12:4");
  store.ask<cursor_value>(save_cursor{"a", "12:5"});
  store.again();
  CHECK(store.ask<cursor_value>(get_cursor{"a"}).value == "12:5");
  CHECK(store.ask<cursor_value>(get_cursor{"b"}).value.empty());
}

TEST_CASE("one request the file cannot take does not take the others with it") {
  reopened store;
  SQLite::Database(signals_path(store.dir.path().string()), SQLite::OPEN_READWRITE)
      .exec("DROP TABLE updates");
  const std::vector<signal_request> requests = {
      save_cursor{"a", "1"}, store_signals{{}, {sample_update("2")}}, save_cursor{"b", "2"}};
  const auto answers = store.engine->run(requests);
  CHECK(std::holds_alternative<cursor_value>(answers[0]));
  CHECK(std::get<journal_failure>(answers[1]).code == ec::not_durable);
  CHECK(std::holds_alternative<cursor_value>(answers[2]));
  CHECK(store.ask<cursor_value>(get_cursor{"b"}).value == "2");
}

TEST_CASE("while another process holds the signals, nothing is stored and all is said") {
  reopened store;
  SQLite::Database other(signals_path(store.dir.path().string()), SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");
  const auto refused = store.ask<journal_failure>(storing("1"));
  CHECK(refused.code == ec::not_durable);
  CHECK_THAT(refused.text, Catch::Contains("signals.db"));
  other.exec("ROLLBACK");
  CHECK(store.ask<store_receipt>(storing("1")).duplicate == false);
}

TEST_CASE("a file of signals that is none, foreign or newer is left alone and named") {
  outcry::test::temp_dir dir;
  const auto path = signals_path(dir.path().string());
  const auto refuses = [&](const char* word) {
    CHECK_THROWS_WITH(signal_engine(dir.path().string()),
                      Catch::Contains(word) && Catch::Contains("signals.db"));
  };
  SECTION("no database") {
    std::ofstream(path) << "this is no database";
    refuses("no SQLite database");
  }
  SECTION("another program's") {
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("PRAGMA application_id=5; CREATE TABLE x (y)");
    refuses("another program");
  }
  SECTION("newer") {
    signal_engine(dir.path().string());
    SQLite::Database(path, SQLite::OPEN_READWRITE).exec("PRAGMA user_version=99");
    refuses("newer version");
  }
}
