#include "adapters/sqlite/journal_store.hpp"

#include <catch2/catch.hpp>

#include "adapters/sqlite/journal_schema.hpp"
#include "tests/adapters/sqlite/samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

journal_result<journal_receipt> write_alone(journal_store& store, const journal_write& write) {
  store.begin();
  auto result = store.apply(write);
  store.commit();
  return result;
}

ledger only(journal_store& store, const std::string& id) {
  auto list = store.read(find_ledgers{id, 1, 0});
  REQUIRE(list);
  REQUIRE(list->ledgers.size() == 1);
  return list->ledgers.front();
}

}  // namespace

TEST_CASE("an adopted ledger comes back as it was, also after reopening") {
  outcry::test::temp_dir dir;
  const auto sample = sample_ledger("m1");
  std::string floor_id;
  {
    journal_store store(dir.file("journal.db"));
    REQUIRE(write_alone(store, adopting(sample)));
    CHECK(only(store, "m1") == sample);
    floor_id = store.read(load_floor{}).floor_id;
  }
  journal_store store(dir.file("journal.db"));
  CHECK(only(store, "m1") == sample);
  const auto image = store.read(load_floor{});
  REQUIRE(image.open.size() == 1);
  CHECK(image.open.front() == sample);
  CHECK(image.floor_id == floor_id);
  CHECK(floor_id.size() == 32);
  CHECK(floor_id.find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("two journals have different floor ids") {
  outcry::test::temp_dir dir;
  journal_store first(dir.file("a.db"));
  journal_store second(dir.file("b.db"));
  CHECK(first.read(load_floor{}).floor_id != second.read(load_floor{}).floor_id);
}

TEST_CASE("a message can be adopted once, the second attempt changes nothing") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  REQUIRE(write_alone(store, adopting(sample_ledger("m1"))));
  auto again = adopting(sample_ledger("m0"));
  again.adopted.push_back(sample_ledger("m1", {"other"}));
  again.owed = {{"x", "1"}};
  const auto result = write_alone(store, again);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ec::invalid_input);
  CHECK(result.error().text.find("'m1'") != std::string::npos);
  CHECK(only(store, "m1") == sample_ledger("m1"));
  CHECK(store.read(find_ledgers{"m0", 1, 0})->ledgers.empty());
  CHECK(store.read(read_outbox{})->backlog == 0);
}

TEST_CASE("a write that contradicts the journal is refused whole") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  REQUIRE(write_alone(store, adopting(sample_ledger("m1"))));
  journal_write bad = owing("before");
  std::string named;
  SECTION("line of an unknown message") {
    bad.lines = {{"nobody", sample_line("counter-AAPL")}};
    named = "'nobody'";
  }
  SECTION("line of a bot that is not expected") {
    bad.lines = {{"m1", sample_line("stranger")}};
    named = "'stranger'";
  }
  SECTION("state of an unknown message") {
    bad.states = {{"nobody", message_state::done, "", ""}};
    named = "'nobody'";
  }
  SECTION("the same bot twice in one ledger") {
    bad.adopted = {sample_ledger("m2", {"b", "b"})};
    named = "UNIQUE";
  }
  SECTION("text that is not UTF-8") {
    bad.adopted = {sample_ledger("m2")};
    bad.adopted.front().unmatched = {"\xff"};
    named = "UTF-8";
  }
  SECTION("two halts") {
    bad.halt.resize(2);
    named = "halt";
  }
  const auto result = write_alone(store, bad);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ec::invalid_input);
  CHECK(result.error().text.find(named) != std::string::npos);
  CHECK(store.read(read_outbox{})->rows.empty());
  CHECK(store.read(find_ledgers{"", 20, 0})->ledgers.size() == 1);
}

TEST_CASE("states and lines change, and a final message leaves the open ones") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  REQUIRE(write_alone(store, adopting(sample_ledger("m1"))));
  ledger_line answer = sample_line("counter-META");
  answer.status = line_status::error;
  answer.code = "no_answer";
  answer.reason = "silence";
  answer.result = "{}";
  answer.at_ms = 7;
  answer.late = true;
  answer.addressed = false;
  journal_write write;
  write.lines = {{"m1", answer}};
  write.states = {{"m1", message_state::failed, "unknown_target", "nobody"}};
  REQUIRE(write_alone(store, write));

  auto expected = sample_ledger("m1");
  expected.lines[1] = answer;
  expected.state = message_state::failed;
  expected.code = "unknown_target";
  expected.reason = "nobody";
  CHECK(only(store, "m1") == expected);
  CHECK(store.read(find_line{"m1", "counter-META"}) == answer);
  CHECK(store.read(load_floor{}).open.empty());
}

TEST_CASE("a line nobody wrote reads as open") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  const auto line = store.read(find_line{"m1", "b"});
  CHECK(line.bot_id == "b");
  CHECK(line.status == line_status::open);
}

TEST_CASE("open messages come oldest first, stored ones newest first and in pages") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  for (int i = 1; i <= 4; ++i) {
    auto x = sample_ledger("m" + std::to_string(i), {"b"});
    x.adopted_at_ms = 1000 - i;
    x.state = i % 2 == 0 ? message_state::sent : message_state::done;
    REQUIRE(write_alone(store, adopting(x)));
  }
  const auto ids = [](const std::vector<ledger>& list) {
    std::string text;
    for (const auto& x : list) text += x.message.id + " ";
    return text;
  };
  CHECK(ids(store.read(load_floor{}).open) == "m4 m2 ");
  CHECK(ids(store.read(find_ledgers{"", 20, 0})->ledgers) == "m1 m2 m3 m4 ");
  CHECK(ids(store.read(find_ledgers{"", 2, 998})->ledgers) == "m3 m4 ");
  CHECK(ids(store.read(find_ledgers{"", 1, 0})->ledgers) == "m1 ");
}

TEST_CASE("limits out of range are refused, naming them") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  CHECK(store.read(find_ledgers{"", 0, 0}).error().code == ec::invalid_input);
  CHECK(store.read(find_ledgers{"", 1001, 0}).error().text.find("1001") != std::string::npos);
  CHECK(store.read(read_outbox{0, 0}).error().code == ec::invalid_input);
  CHECK(store.read(read_outbox{0, 10'001}).error().code == ec::invalid_input);
}

TEST_CASE("a bot's record is replaced, an unknown bot inherits the halt") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  const bot_record record{"b", desired_state::stopped, 41, R"({"qty":"1"})", R"({"n":3})", 99};
  journal_write write;
  write.bots = {{"b", desired_state::running, 1, "{}", "", 1}, record};
  write.halt = {{halt_kind::killed, "m9", 5}};
  REQUIRE(write_alone(store, write));
  const auto known = store.read(load_bot{"b"});
  CHECK(known.known);
  CHECK(known.record == record);
  CHECK(known.halt == halt_state{halt_kind::killed, "m9", 5});
  const auto unknown = store.read(load_bot{"c"});
  CHECK_FALSE(unknown.known);
  bot_record empty;
  empty.bot_id = "c";
  CHECK(unknown.record == empty);
  CHECK(unknown.halt.kind == halt_kind::killed);
  CHECK(store.read(load_floor{}).halt == halt_state{halt_kind::killed, "m9", 5});
}

TEST_CASE("stopping bots counts once, whatever was stored") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  journal_write first;
  first.bots = {{"runs", desired_state::running, 4, R"({"a":1})", "s", 10},
                {"stands", desired_state::stopped, 6, "{}", "", 20}};
  REQUIRE(write_alone(store, first));
  journal_write stop;
  stop.stopped_bots = {"runs", "stands", "new"};
  stop.stopped_at_ms = 100;
  REQUIRE(write_alone(store, stop));
  stop.stopped_at_ms = 200;
  REQUIRE(write_alone(store, stop));
  CHECK(store.read(load_bot{"runs"}).record ==
        bot_record{"runs", desired_state::stopped, 5, R"({"a":1})", "s", 100});
  CHECK(store.read(load_bot{"stands"}).record ==
        bot_record{"stands", desired_state::stopped, 6, "{}", "", 20});
  CHECK(store.read(load_bot{"new"}).record ==
        bot_record{"new", desired_state::stopped, 1, "{}", "", 100});
}

TEST_CASE("the outbox keeps its order, and its numbers never go back") {
  outcry::test::temp_dir dir;
  {
    journal_store store(dir.file("journal.db"));
    journal_write write;
    write.owed = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
    const auto receipt = write_alone(store, write);
    REQUIRE(receipt);
    CHECK(receipt->last_owed == 3);
    const auto page = store.read(read_outbox{1, 1});
    REQUIRE(page->rows.size() == 1);
    CHECK(page->rows.front().seq == 2);
    CHECK(page->rows.front().owed == owed_value{"b", "2"});
    CHECK(page->backlog == 3);
    store.begin();
    const auto left = store.apply(outbox_delivered{3, {}, ""}, 1);
    store.commit();
    REQUIRE(left);
    CHECK(left->backlog == 0);
    CHECK(left->rows.empty());
  }
  journal_store store(dir.file("journal.db"));
  CHECK(write_alone(store, journal_write{})->last_owed == 3);
  CHECK(write_alone(store, owing("c"))->last_owed == 4);
  CHECK(store.read(read_outbox{})->backlog == 1);
}

TEST_CASE("refused rows are kept aside, the newest ten thousand of them") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  journal_write write;
  outbox_delivered delivered{0, {}, "Permission denied"};
  for (std::int64_t i = 1; i <= refused_kept + 5; ++i) {
    write.owed.push_back({"p" + std::to_string(i), "1"});
    delivered.refused.push_back(i);
  }
  write.owed.push_back({"good", "1"});
  REQUIRE(write_alone(store, write));
  delivered.refused.push_back(999'999);  // not there: passed over
  store.begin();
  const auto left = store.apply(delivered, 77);
  store.commit();
  REQUIRE(left);
  CHECK(left->backlog == 1);
  CHECK(store.refused_count() == refused_kept);

  SQLite::Database file(dir.file("journal.db"));
  SQLite::Statement oldest(file, "SELECT seq, path, value, reason, at_ms FROM refused ORDER BY 1");
  REQUIRE(oldest.executeStep());
  CHECK(oldest.getColumn(0).getInt64() == 6);
  CHECK(oldest.getColumn(1).getString() == "p6");
  CHECK(oldest.getColumn(2).getString() == "1");
  CHECK(oldest.getColumn(3).getString() == "Permission denied");
  CHECK(oldest.getColumn(4).getInt64() == 77);
}

TEST_CASE("pruning takes final messages of old, with their lines, and nothing else") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  auto old_done = sample_ledger("old-done");
  old_done.state = message_state::done;
  old_done.adopted_at_ms = 10;
  auto old_open = sample_ledger("old-open");
  old_open.adopted_at_ms = 10;
  auto young = sample_ledger("young");
  young.state = message_state::expired;
  young.adopted_at_ms = 20;
  for (const auto& x : {old_done, old_open, young}) REQUIRE(write_alone(store, adopting(x)));
  CHECK(store.prune(20) == 1);
  CHECK(store.read(find_ledgers{"old-done", 1, 0})->ledgers.empty());
  CHECK(only(store, "old-open") == old_open);
  CHECK(only(store, "young") == young);
  SQLite::Database file(dir.file("journal.db"));
  CHECK(file.execAndGet("SELECT count(*) FROM lines").getInt64() == 4);
}

TEST_CASE("an order stays as long as an exit of it is open") {
  outcry::test::temp_dir dir;
  journal_store store(dir.file("journal.db"));
  const auto order = [](std::uint64_t number, order_status status, std::uint64_t parent) {
    order_record x;
    x.bot_id = "b";
    x.number = number;
    x.parent = parent;
    x.status = status;
    x.order.request.client_order_id = "b-" + std::to_string(number);
    x.asked_ns = x.updated_ns = static_cast<timestamp_ns>(number);
    return x;
  };
  journal_write write;
  write.orders = {order(1, order_status::filled, 0), order(2, order_status::working, 1),
                  order(3, order_status::filled, 0), order(4, order_status::canceled, 3),
                  order(5, order_status::filled, 0)};
  write.orders[0].exited = Quantity::from_integer(2);
  REQUIRE(write_alone(store, write));
  CHECK(store.read(load_trading{}).parents == std::vector{write.orders[0]});
  CHECK(store.prune(1'000) == 2);
  CHECK(store.read(load_trading{}).parents == std::vector{write.orders[0]});
  // Its exit is over, and so is it.
  write.orders = {order(2, order_status::filled, 1)};
  REQUIRE(write_alone(store, write));
  CHECK(store.read(load_trading{}).parents.empty());
  CHECK(store.prune(1'000) == 2);
}

TEST_CASE("guests are remembered until they leave, also by a journal from before there were any") {
  outcry::test::temp_dir dir;
  const bot_identity python{"python-BRK.B", "BRK.B", "mean", "box", bot_kind::controlled};
  const bot_identity other{"other", "AAPL", "x", "box", bot_kind::controlled};
  {
    auto first = journal_schema();
    first.migrations.resize(1);
    database older(dir.file("journal.db"), first);
  }
  {
    journal_store store(dir.file("journal.db"));
    CHECK(store.read(load_floor{}).guests.empty());
    journal_write write;
    write.guests = {python, other};
    REQUIRE(write_alone(store, write));
    write.guests = {{"python-BRK.B", "BRK.B", "mean", "new box", bot_kind::controlled}};
    write.departed_guests = {"other", "nobody"};
    REQUIRE(write_alone(store, write));
  }
  journal_store store(dir.file("journal.db"));
  const auto guests = store.read(load_floor{}).guests;
  REQUIRE(guests.size() == 1);
  CHECK(guests[0] ==
        bot_identity{"python-BRK.B", "BRK.B", "mean", "new box", bot_kind::controlled});
}
