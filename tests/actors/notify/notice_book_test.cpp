#include "actors/notify/notice_book.hpp"

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

constexpr std::int64_t minute = 60'000;

notice fill_of(const std::string& bot, const std::string& text = "bought 1 at 10") {
  return {notice_kind::fill, "fill:" + bot, bot + " filled", text, false, true, "/bots/" + bot};
}

notice alarm_of(const std::string& id, const std::string& text = "AAPL: no_answer") {
  return {notice_kind::command, "command:" + id, "Stop is not confirmed", text, true, true,
          "/logs/" + id};
}

notice end_of(const std::string& id) {
  return {notice_kind::command, "command:" + id, "Stop is confirmed now", "by all", false, true,
          "/logs/" + id};
}

/// A book with a phone that takes everything.
struct told_phone {
  explicit told_phone(notice_limits limits = {}) : book(std::move(limits)) {}

  /// All that is sent up to `until`, looked at every minute.
  std::vector<push_request> up_to(std::int64_t until) {
    std::vector<push_request> result;
    for (; now <= until; now += minute)
      while (auto push = book.next(now, quiet)) {
        result.push_back(*push);
        book.delivered(now);
      }
    return result;
  }

  notice_book book;
  std::int64_t now = 0;
  bool quiet = false;
};

}  // namespace

TEST_CASE("within the budget each notice comes by itself, beyond it in a digest with counts") {
  notice_limits limits;
  limits.budget_per_hour = 2;
  limits.page = "https://floor.home/";
  told_phone at(limits);
  for (const char* bot : {"a", "b", "c", "d"}) at.book.raise(fill_of(bot), 0);
  at.book.raise({notice_kind::order_rejected, "rejected:e", "e", "no money"}, 0);

  auto pushes = at.up_to(14 * minute);
  REQUIRE(pushes.size() == 2);
  CHECK(pushes[0].title == "a filled");
  CHECK(pushes[0].text == "bought 1 at 10");
  CHECK(pushes[0].priority == loudness::normal);
  CHECK(pushes[0].click == "https://floor.home/bots/a");
  CHECK(pushes[1].title == "b filled");

  pushes = at.up_to(15 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "2 fills, 1 order rejected");
  CHECK(pushes[0].text == "c filled: bought 1 at 10\nd filled: bought 1 at 10\ne: no money");
  CHECK(pushes[0].priority == loudness::normal);
  CHECK(pushes[0].click == "https://floor.home/");
  CHECK(at.up_to(120 * minute).empty());
}

TEST_CASE("the budget is there again after an hour") {
  notice_limits limits;
  limits.budget_per_hour = 1;
  told_phone at(limits);
  at.book.raise(fill_of("a"), 0);
  CHECK(at.up_to(59 * minute).size() == 1);
  at.now = 60 * minute;
  at.book.raise(fill_of("b"), at.now);
  CHECK(at.up_to(60 * minute).size() == 1);
}

TEST_CASE("there is at most one digest in its time, whatever comes") {
  notice_limits limits;
  limits.budget_per_hour = 0;
  told_phone at(limits);
  std::size_t pushes = 0;
  for (int i = 0; i < 120; ++i) {
    at.book.raise(fill_of("bot-" + std::to_string(i)), at.now);
    pushes += at.up_to(at.now).size();
  }
  CHECK(pushes == 7);  // after 15, 30, ... 105 of 120 minutes
}

TEST_CASE("the same thing again and again is one line") {
  told_phone at;
  for (int i = 0; i < 3; ++i) at.book.raise(fill_of("a", "fill " + std::to_string(i)), 0);
  auto pushes = at.up_to(0);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "a filled (3 times)");
  CHECK(pushes[0].text == "fill 2");

  // Soon after it was said by itself, it waits for the digest although the budget would allow it.
  for (int i = 0; i < 5; ++i) at.book.raise(fill_of("a", "later"), at.now);
  CHECK(at.up_to(15 * minute).empty());
  pushes = at.up_to(16 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "a filled (5 times)");
}

TEST_CASE("what does not fit is counted, and the digest says how many") {
  notice_limits limits;
  limits.budget_per_hour = 0;
  limits.most_waiting = 30;
  told_phone at(limits);
  for (int i = 0; i < 1000; ++i) at.book.raise(fill_of("bot-" + std::to_string(i)), 0);
  CHECK(at.book.owed().size() == 30);
  CHECK(at.book.left_out() == 970);
  const auto pushes = at.up_to(15 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "1000 fills");
  CHECK_THAT(pushes[0].text,
             Catch::Contains("\nand 10 more\n") &&
                 Catch::EndsWith("and 970 that were only counted: there was no room"));
  CHECK(pushes[0].text.size() < 4000);
  CHECK(at.book.left_out() == 0);
}

TEST_CASE("in quiet hours only alarms are sent, the rest comes together afterwards") {
  told_phone at;
  at.quiet = true;
  at.book.raise(fill_of("a"), 0);
  at.book.raise(fill_of("b"), 0);
  at.book.raise(alarm_of("m"), 0);
  auto pushes = at.up_to(2 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].priority == loudness::high);
  at.book.acknowledge(at.now);
  CHECK(at.up_to(60 * minute).empty());
  at.quiet = false;
  pushes = at.up_to(61 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "2 fills");
}

TEST_CASE("an alarm is sent at once, whatever the budget, and again louder, so often and no more") {
  notice_limits limits;
  limits.budget_per_hour = 0;
  told_phone at(limits);
  at.book.raise(alarm_of("m"), 0);
  auto pushes = at.up_to(0);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "Stop is not confirmed");
  CHECK(pushes[0].priority == loudness::high);
  CHECK(at.up_to(4 * minute).empty());
  pushes = at.up_to(5 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].priority == loudness::highest);
  CHECK(at.up_to(600 * minute).size() == 2);
}

TEST_CASE("an acknowledged alarm is not said again") {
  told_phone at;
  at.book.raise(alarm_of("m"), 0);
  // Nobody can have acknowledged what has not been delivered.
  at.book.acknowledge(0);
  at.now = minute;
  CHECK(at.up_to(minute).size() == 1);
  at.book.acknowledge(minute - 1);
  CHECK(at.up_to(6 * minute).size() == 1);
  at.book.acknowledge(at.now);
  at.book.raise(alarm_of("m"), at.now);
  CHECK(at.up_to(60 * minute).empty());
  // Something else is the matter with it.
  at.book.raise(alarm_of("m", "AAPL and META: no_answer"), at.now);
  CHECK(at.up_to(61 * minute).size() == 1);
}

TEST_CASE("the end of an alarm ends its escalation and is said") {
  told_phone at;
  at.book.raise(alarm_of("m"), 0);
  CHECK(at.up_to(2 * minute).size() == 1);
  at.book.resolve("command:m", end_of("m"), at.now);
  const auto pushes = at.up_to(3 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "Stop is confirmed now");
  CHECK(pushes[0].priority == loudness::normal);
  CHECK(at.up_to(120 * minute).empty());
  at.book.resolve("command:m", end_of("m"), at.now);
  at.book.resolve("command:other", end_of("other"), at.now);
  CHECK(at.up_to(240 * minute).empty());
}

TEST_CASE("an alarm that was over before it could be delivered is told of all the same") {
  told_phone at;
  at.book.raise(alarm_of("m"), 0);
  at.book.resolve("command:m", end_of("m"), 0);
  const auto pushes = at.up_to(60 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "Stop is not confirmed");
  CHECK_THAT(pushes[0].text, Catch::Contains("Stop is confirmed now"));
  CHECK(pushes[0].priority == loudness::normal);
}

TEST_CASE("an alarm that flaps is said once in a while, not each time") {
  told_phone at;
  std::size_t pushes = 0;
  for (int i = 0; i < 60; ++i) {
    at.book.raise(alarm_of("m"), at.now);
    pushes += at.up_to(at.now).size();
    at.book.resolve("command:m", end_of("m"), at.now);
    pushes += at.up_to(at.now).size();
  }
  // In two hours at most one beginning and one end within five minutes.
  CHECK(pushes > 10);
  CHECK(pushes <= 60);
  CHECK(at.up_to(at.now + 24 * 60 * minute).size() <= 2);
}

TEST_CASE("memory stays bounded by any number of alarms") {
  told_phone at;
  for (int i = 0; i < 10'000; ++i) at.book.raise(alarm_of(std::to_string(i)), 0);
  CHECK(at.book.owed().size() == 300);
  CHECK(at.book.left_out() == 9700);
}

TEST_CASE("what was not delivered is sent again, later and later, and nothing of it is lost") {
  notice_limits limits;
  limits.most_backoff_ms = 60'000;
  notice_book book(limits);
  book.raise(fill_of("a"), 0);
  const push_reply no{push_outcome::retry_later, 0, "down"};
  std::int64_t now = 0;
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 8; ++i) {
    REQUIRE(book.next(now, false));
    CHECK_FALSE(book.next(now, false));  // one at a time
    book.failed(no, now, 0.999);
    const auto before = now;
    while (true) {
      now += 100;
      if (book.next(now, false)) break;
      REQUIRE(now < before + 120'000);
    }
    book.failed(no, now, 0);
    pauses.push_back(now - before);
    now += 60'000;
  }
  CHECK(pauses.front() >= 1'900);
  CHECK(pauses.front() <= 2'000);
  CHECK(pauses.back() >= 59'000);
  CHECK(pauses.back() <= 60'000);
  // What came about the same thing meanwhile is one with it.
  book.raise(fill_of("a", "again"), now);
  const auto push = book.next(now + 60'000, false);
  REQUIRE(push);
  CHECK(push->title == "a filled (2 times)");
  book.delivered(now);
  CHECK(book.owed().empty());
}

TEST_CASE("a pause that the server asks for is kept, for alarms too") {
  notice_book book({});
  book.raise(alarm_of("m"), 0);
  REQUIRE(book.next(0, false));
  book.failed({push_outcome::retry_later, 90'000, "429"}, 0, 0.5);
  CHECK_FALSE(book.next(89'999, false));
  CHECK(book.next(90'000, false));
}

TEST_CASE("a server that wants another secret is not asked all the time") {
  notice_book book({});
  book.raise(alarm_of("m"), 0);
  REQUIRE(book.next(0, false));
  book.failed({push_outcome::unauthorized, 0, "403"}, 0, 0.5);
  CHECK_FALSE(book.next(599'999, false));
  CHECK(book.next(600'000, false));
}

TEST_CASE("a digest that failed comes again as it was, with what is new") {
  notice_limits limits;
  limits.budget_per_hour = 0;
  limits.most_waiting = 2;
  notice_book book(limits);
  for (const char* bot : {"a", "b", "c"}) book.raise(fill_of(bot), 0);
  REQUIRE(book.next(15 * minute, false));
  book.raise(fill_of("a"), 15 * minute);
  book.failed({push_outcome::retry_later, 0, "down"}, 15 * minute, 0.5);
  const auto push = book.next(16 * minute, false);
  REQUIRE(push);
  CHECK(push->title == "4 fills");
  CHECK_THAT(push->text, Catch::StartsWith("a filled (2 times)"));
}

TEST_CASE("one that does not escalate is said once, and again only when it says something new") {
  told_phone at;
  auto calls = notice{notice_kind::signal, "signals", "A call waits", "AAPL", true, false};
  at.book.raise(calls, 0);
  CHECK(at.up_to(60 * minute).size() == 1);
  calls.text = "AAPL, META";
  at.book.raise(calls, at.now);
  CHECK(at.up_to(61 * minute).size() == 1);
  calls.text = "AAPL, META, GOOGL";
  at.book.raise(calls, at.now);
  CHECK(at.up_to(65 * minute).empty());
  CHECK(at.up_to(66 * minute).size() == 1);
  // Its end may go without a word.
  at.book.resolve("signals", {}, at.now);
  CHECK(at.up_to(200 * minute).empty());
}

TEST_CASE("what changes while it is on its way is said again") {
  told_phone at;
  auto calls = notice{notice_kind::signal, "signals", "A call waits", "AAPL", true, false};
  at.book.raise(calls, 0);
  REQUIRE(at.book.next(0, false));
  calls.text = "AAPL, META";
  at.book.raise(calls, 0);
  at.book.delivered(0);
  const auto pushes = at.up_to(60 * minute);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].text == "AAPL, META");

  // An alarm that begins again while its end is on its way.
  at.book.raise(alarm_of("m"), at.now);
  CHECK(at.up_to(at.now).size() == 1);
  at.book.resolve("command:m", end_of("m"), at.now);
  REQUIRE(at.book.next(at.now, false)->title == "Stop is confirmed now");
  at.book.raise(alarm_of("m"), at.now);
  at.book.delivered(at.now);
  CHECK(at.up_to(at.now + 10 * minute).size() >= 1);
}
