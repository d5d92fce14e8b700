#include "adapters/postgres/shared_rows.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/sqlite/signal_samples.hpp"

using namespace outcry;
using namespace outcry::postgres;
using sqlite::test::sample_signal;
using sqlite::test::sample_trade;
using sqlite::test::sample_update;
using sqlite::test::storing;

// What of a floor's own leaves it.

namespace {

bool is_shared(const signal_record& x) {
  unshared_page page;
  page.signals.push_back(x);
  return !rows_of(page, "floor").empty();
}

bool is_shared(signal_state state, const std::string& code) {
  auto x = sample_signal("1");
  x.state = state;
  x.code = code;
  return is_shared(x);
}

bool is_shared(const signal_update_record& x) {
  unshared_page page;
  page.updates.push_back(x);
  return !rows_of(page, "floor").empty();
}

bool is_shared(const std::string& code) {
  auto x = sample_update("2");
  x.code = code;
  return is_shared(x);
}

}  // namespace

TEST_CASE("calls that this floor found good are shared, whatever became of them") {
  using enum signal_state;
  for (const auto state : {waiting, accepted, entering, open, closing, closed, observed})
    CHECK(is_shared(state, ""));
  for (const auto* code : {"repost", "no_follower", "asset", "option", "ticker_not_allowed"})
    CHECK(is_shared(refused, code));
  CHECK(is_shared(observed, "not_followed"));
  // Its entry was not reached.
  auto x = sample_signal("1");
  x.state = cancelled;
  x.code.clear();
  x.trade = {sample_trade(x)};
  CHECK(is_shared(x));
}

TEST_CASE("calls that this floor doubts, or somebody has taken back, are not shared") {
  using enum signal_state;
  for (const auto state : {quarantined, declined, expired}) CHECK_FALSE(is_shared(state, ""));
  for (const auto* code : {"reader", "author_not_trusted", "edited_away"})
    CHECK_FALSE(is_shared(refused, code));
  for (const auto* code : {"deleted", "taken_back", ""}) CHECK_FALSE(is_shared(cancelled, code));
}

TEST_CASE("what came from the shared database does not go back, its trade does") {
  auto x = sample_signal("1");
  x.contributor = "postgres:carol";
  CHECK_FALSE(is_shared(x));
  x.trade = {sample_trade(x)};
  unshared_page page;
  page.signals.push_back(x);
  const auto rows = rows_of(page, "floor");
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().kind == row_kind::trade);
}

TEST_CASE("updates that count here are shared, doubtful ones and edits are not") {
  for (const auto* code : {"applied", "applied_in_part", "report", "sending", "no_open_trade",
                           "ambiguous", "needs_person", "too_old"})
    CHECK(is_shared(code));
  for (const auto* code :
       {"quarantined", "author_not_trusted", "other_author", "edit_of_update", "edit_changes_call"})
    CHECK_FALSE(is_shared(code));
  // What an edit changes the message itself tells.
  CHECK(is_shared(sample_update("1")));
  CHECK(is_shared(sample_update("2", 7)));
  CHECK_FALSE(is_shared(sample_update("1", 7)));
}

TEST_CASE("every message is shared, with its edits and its deletion") {
  unshared_page page;
  for (const auto deleted : {false, true}) {
    auto x = storing("1", deleted ? 9 : 0);
    x.message.deleted = deleted;
    page.messages.push_back({1, x.message, x.verdict});
  }
  const auto rows = rows_of(page, "floor");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].json.find("\"deleted\":false") != std::string::npos);
  CHECK(rows[1].json.find("\"deleted\":true") != std::string::npos);
  CHECK(rows[1].json.find("\"floor\":\"floor\"") != std::string::npos);
}
