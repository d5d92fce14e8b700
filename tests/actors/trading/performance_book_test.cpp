#include "actors/trading/performance_book.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

Money money(std::int64_t x) {
  return Money::from_integer(x);
}

profit_figures figures(std::int64_t realized, std::int64_t profit) {
  profit_figures x;
  x.total = x.realized = money(realized);
  x.profit = money(profit);
  return x;
}

bot_performance word(const std::string& bot, const std::string& ticker, std::int64_t realized,
                     std::int64_t profit, timestamp_ns at = 1) {
  return {bot, ticker, figures(realized, profit), at};
}

constexpr auto tuesday = "2013-10-08";
constexpr auto wednesday = "2013-10-09";
constexpr auto thursday = "2013-10-10";

performance_update all_of(const performance_book& book) {
  return book.sums({}, 9).back();
}

}  // namespace

TEST_CASE("a bot that was never heard of began with nothing") {
  performance_book book;
  CHECK(book.note(word("b", "SPY", 3, 5), tuesday) == performance_change::booked);
  REQUIRE(book.records().size() == 1);
  CHECK(book.records()[0] == performance_record{"b", "SPY", tuesday, {}, figures(3, 5), 1});
  CHECK(all_of(book).today == figures(3, 5));
}

TEST_CASE("the last word counts, and says what it changed") {
  performance_book book;
  book.note(word("b", "SPY", 3, 5), tuesday);
  CHECK(book.note(word("b", "SPY", 3, 5), tuesday) == performance_change::none);
  CHECK(book.note(word("b", "SPY", 3, 6), tuesday) == performance_change::marks);
  CHECK(book.note(word("b", "SPY", 4, 6), tuesday) == performance_change::booked);
  CHECK(all_of(book).ever == figures(4, 6));
}

TEST_CASE("a new day begins where the last one ended") {
  performance_book book;
  book.note(word("b", "SPY", 3, 5), tuesday);
  CHECK(book.note(word("b", "SPY", 3, 5), wednesday) == performance_change::booked);
  CHECK(all_of(book).today == profit_figures{});
  book.note(word("b", "SPY", 4, 1), wednesday);
  CHECK(all_of(book).today == figures(1, -4));
  CHECK(all_of(book).ever == figures(4, 1));
  CHECK(all_of(book).day == wednesday);

  SECTION("a late word of the day before counts on the bot's present day") {
    book.note(word("b", "SPY", 6, 1), tuesday);
    CHECK(book.records()[0].day == wednesday);
    CHECK(all_of(book).today == figures(3, -4));
  }
}

TEST_CASE("a day on which nobody earned anything yet shows 0") {
  performance_book book;
  book.note(word("b", "SPY", 3, 5), tuesday);
  CHECK(book.advance(wednesday));
  CHECK_FALSE(book.advance(wednesday));
  CHECK_FALSE(book.advance(tuesday));
  CHECK(all_of(book).today == profit_figures{});
  CHECK(all_of(book).ever == figures(3, 5));

  SECTION("a late word of the day before still belongs to it") {
    book.note(word("b", "SPY", 4, 5), tuesday);
    CHECK(all_of(book).today == profit_figures{});
    book.note(word("b", "SPY", 6, 5), wednesday);
    CHECK(all_of(book).today == figures(2, 0));
  }
}

TEST_CASE("figures add up by ticker and in all") {
  performance_book book;
  book.note(word("a", "SPY", 1, 10), tuesday);
  book.note(word("b", "SPY", 2, 20), tuesday);
  book.note(word("c", "QQQ", 4, 40), tuesday);
  book.advance(wednesday);
  book.note(word("b", "SPY", 3, 20), wednesday);
  auto sums = book.sums({"SPY", "QQQ", "IWM"}, 9);
  REQUIRE(sums.size() == 4);
  CHECK(sums[0].ticker == "IWM");
  CHECK(sums[0].ever == profit_figures{});
  CHECK(sums[1].ticker == "QQQ");
  CHECK(sums[1].ever == figures(4, 40));
  CHECK(sums[1].today == profit_figures{});
  CHECK(sums[2].ticker == "SPY");
  CHECK(sums[2].ever == figures(4, 30));
  CHECK(sums[2].today == figures(1, 0));
  CHECK(sums[3].ticker.empty());
  CHECK(sums[3].ever == figures(8, 70));
  CHECK(sums[3].today == figures(1, 0));
  CHECK(sums[3].at_ns == 9);
}

TEST_CASE("what the journal does not have yet") {
  performance_book book;
  book.note(word("b", "SPY", 1, 1), tuesday);
  const auto first = book.unsaved();
  REQUIRE(first.size() == 1);
  SECTION("is known once it is saved") {
    book.saved(first);
    CHECK(book.unsaved().empty());
  }
  SECTION("is not what changed while it was written") {
    book.note(word("b", "SPY", 2, 1), tuesday);
    book.saved(first);
    REQUIRE(book.unsaved().size() == 1);
    CHECK(book.unsaved()[0].latest == figures(2, 1));
  }
  SECTION("includes the end of the day before") {
    book.note(word("b", "SPY", 2, 1), wednesday);
    const auto both = book.unsaved();
    REQUIRE(both.size() == 2);
    CHECK(both[0] == first[0]);
    CHECK(both[1].day == wednesday);
    CHECK(both[1].base == figures(1, 1));
    book.saved(both);
    CHECK(book.unsaved().empty());
  }
  SECTION("is never more than two days of a bot") {
    book.note(word("b", "SPY", 2, 1), wednesday);
    book.note(word("b", "SPY", 3, 1), thursday);
    const auto both = book.unsaved();
    REQUIRE(both.size() == 2);
    CHECK(both[0].day == wednesday);
    CHECK(both[1].day == thursday);
  }
}

TEST_CASE("a restart goes on where the journal ends") {
  performance_book book;
  book.restore({{"b", "SPY", tuesday, figures(1, 1), figures(3, 5), 7}});
  CHECK(book.day() == tuesday);
  CHECK(book.unsaved().empty());
  CHECK(all_of(book).today == figures(2, 4));
  book.note(word("b", "SPY", 4, 5), wednesday);
  CHECK(all_of(book).today == figures(1, 0));
}

TEST_CASE("nonsense and too many bots are refused") {
  performance_book book;
  CHECK(book.note(word("", "SPY", 1, 1), tuesday) == performance_change::refused);
  for (auto member :
       {&profit_figures::total, &profit_figures::unrealized, &profit_figures::realized,
        &profit_figures::converted, &profit_figures::profit, &profit_figures::open}) {
    bot_performance bad = word("b", "SPY", 1, 1);
    bad.figures.*member = money(performance_book::too_large);
    CHECK(book.note(bad, tuesday) == performance_change::refused);
    bad.figures.*member = money(-performance_book::too_large);
    CHECK(book.note(bad, tuesday) == performance_change::refused);
    bad.figures.*member = money(performance_book::too_large - 1);
    CHECK(performance_book{}.note(bad, tuesday) == performance_change::booked);
  }
  CHECK(book.records().empty());
  for (std::size_t i = 0; i < performance_book::max_bots; ++i)
    book.note(word("bot-" + std::to_string(i), "SPY", 1, 1), tuesday);
  CHECK(book.note(word("one-more", "SPY", 1, 1), tuesday) == performance_change::refused);
  CHECK(book.note(word("bot-7", "SPY", 2, 1), tuesday) == performance_change::booked);
  CHECK(book.records().size() == performance_book::max_bots);
}
