#include "adapters/sqlite/journal_engine.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/sqlite/samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

TEST_CASE("requests handed over together share one transaction") {
  outcry::test::temp_dir dir;
  journal_engine engine(settings_in(dir.path().string()));
  const auto before = engine.store().commits();
  std::vector<journal_request> requests;
  for (int i = 0; i < 50; ++i) requests.emplace_back(owing("p" + std::to_string(i)));
  const auto answers = engine.run(requests);
  CHECK(engine.store().commits() == before + 1);
  REQUIRE(answers.size() == 50);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CHECK(std::get<journal_receipt>(answers[i]).last_owed == static_cast<std::int64_t>(i + 1));
  }
}

TEST_CASE("reading takes no transaction of its own") {
  outcry::test::temp_dir dir;
  journal_engine engine(settings_in(dir.path().string()));
  const auto before = engine.store().commits();
  CHECK_FALSE(one<bot_image>(engine, load_bot{"b"}).known);
  CHECK(engine.store().commits() == before);
}

TEST_CASE("a bad write leaves its neighbours in the transaction unharmed") {
  outcry::test::temp_dir dir;
  journal_engine engine(settings_in(dir.path().string()));
  auto bad = owing("bad");
  bad.lines = {{"nobody", sample_line("b")}};
  const auto before = engine.store().commits();
  const std::vector<journal_request> requests = {owing("first"), bad, owing("second")};
  const auto answers = engine.run(requests);
  CHECK(std::get<journal_receipt>(answers[0]).last_owed == 1);
  CHECK(std::get<journal_failure>(answers[1]).code == ec::invalid_input);
  CHECK(std::get<journal_receipt>(answers[2]).last_owed == 2);
  CHECK(engine.store().commits() == before + 1);
  const auto page = one<outbox_page>(engine, read_outbox{});
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[0].owed.path == "first");
  CHECK(page.rows[1].owed.path == "second");
  CHECK(page.backlog == 2);
}

TEST_CASE("a read sees the writes before it and not those behind it") {
  outcry::test::temp_dir dir;
  journal_engine engine(settings_in(dir.path().string()));
  const std::vector<journal_request> requests = {owing("a"), read_outbox{}, owing("b"),
                                                 outbox_delivered{1, {}, ""}, read_outbox{}};
  const auto answers = engine.run(requests);
  CHECK(std::get<outbox_page>(answers[1]).backlog == 1);
  CHECK(std::get<outbox_page>(answers[3]).backlog == 1);
  const auto& last = std::get<outbox_page>(answers[4]);
  REQUIRE(last.rows.size() == 1);
  CHECK(last.rows[0].owed.path == "b");
}

TEST_CASE("while another process holds the file, writes are refused and nothing changes") {
  outcry::test::temp_dir dir;
  journal_engine engine(settings_in(dir.path().string()));
  one<journal_receipt>(engine, owing("kept"));
  SQLite::Database other(journal_path(dir.path().string()), SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");
  const auto refused = one<journal_failure>(engine, owing("lost"));
  CHECK(refused.code == ec::journal_unavailable);
  CHECK(refused.text.find("journal.db") != std::string::npos);
  CHECK(one<outbox_page>(engine, read_outbox{}).backlog == 1);
  other.exec("ROLLBACK");
  CHECK(one<journal_receipt>(engine, owing("next")).last_owed == 2);
}

TEST_CASE("opening prunes what is older than the retention") {
  outcry::test::temp_dir dir;
  auto settings = settings_in(dir.path().string());
  {
    journal_engine engine(settings);
    auto x = sample_ledger("old");
    x.state = message_state::done;
    one<journal_receipt>(engine, adopting(x));
  }
  settings.retention_ms = 10;
  settings.now_ms = [] { return sample_time_ms + 10; };
  {
    journal_engine engine(settings);
    CHECK(one<ledger_list>(engine, find_ledgers{"old", 1, 0}).ledgers.size() == 1);
  }
  settings.now_ms = [] { return sample_time_ms + 11; };
  journal_engine engine(settings);
  CHECK(one<ledger_list>(engine, find_ledgers{"old", 1, 0}).ledgers.empty());
}

TEST_CASE("a journal that stays open prunes once a day") {
  constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
  outcry::test::temp_dir dir;
  auto settings = settings_in(dir.path().string());
  auto now_ms = sample_time_ms;
  settings.now_ms = [&] { return now_ms; };
  settings.retention_ms = 10;
  journal_engine engine(settings);
  auto x = sample_ledger("old");
  x.state = message_state::done;
  one<journal_receipt>(engine, adopting(x));
  const auto is_there = [&] {
    return one<ledger_list>(engine, find_ledgers{"old", 1, 0}).ledgers.size() == 1;
  };
  now_ms += day_ms - 1;
  CHECK(is_there());
  now_ms += 1;
  CHECK_FALSE(is_there());
  // The next day's begins there.
  one<journal_receipt>(engine, adopting(x));
  now_ms += day_ms - 1;
  CHECK(is_there());
  now_ms += 1;
  CHECK_FALSE(is_there());
}
