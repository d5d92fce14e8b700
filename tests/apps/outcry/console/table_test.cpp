#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apps/outcry/console/sources.hpp"
#include "tests/apps/outcry/console/made_floor.hpp"

using namespace outcry::console;
using namespace outcry::test;
using nlohmann::json;

namespace {

/// Four actors: a (mailbox 5), b (restarting), c (stuck for 30 s), d (failed).
struct small_floor {
  small_floor() {
    auto x = made_snapshot(made_ms);
    x["actors"] = {
        made_actor("a", {{"mailbox", 5}, {"last_exit", "Division by zero"}}),
        made_actor("b", {{"state", "restarting"}, {"backoff_left_ms", 4'200}}),
        made_actor("c",
                   {{"serving", {{"message", "price_batch"}, {"since_ms", made_ms - 30'000}}}}),
        made_actor("d", {{"state", "failed"}, {"hidden", true}})};
    data.take(json{{"snapshot", x}}.dump(), 0);
  }
  actor_source source() const { return {data, made_ms}; }
  book data;
};

std::vector<std::string> names(table& rows, const row_source& from) {
  rows.arrange(from);
  grid on{20, 120};
  rows.draw(on, {0, 0, 20, 120}, from);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < rows.shown(); ++i) {
    auto text = on.text(static_cast<int>(i) + 1);
    result.push_back(text.substr(0, text.find(' ')));
  }
  return result;
}

key glyph(char32_t x) {
  return {press::glyph, x};
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("who wants to be looked at stands first") {
  small_floor floor;
  const auto from = floor.source();
  table rows{actor_source::columns(), actor_source::first_sort};
  CHECK(names(rows, from) == list{"d", "c", "b", "a"});
  rows.show_hidden(false);
  CHECK(names(rows, from) == list{"c", "b", "a"});
  CHECK(rows.left_out() == 1);
  CHECK(rows.press_key(glyph('r'), from));
  CHECK(names(rows, from) == list{"a", "b", "c"});
}

TEST_CASE("every column sorts by what it shows, both ways") {
  // In each figure "low" has less than "mid", and that less than "top"; in texts it comes before.
  const auto actor = [](const std::string& name, std::int64_t n, std::int64_t look) {
    return made_actor(
        name, {{"kind", std::string(static_cast<std::size_t>(n), 'k')},
               {"since_ms", made_ms - 1'000 * n},
               {"mailbox", n},
               {"oldest_wait_ms", 10 * n},
               {"enqueued", 100 * n * look},
               {"sent", 200 * n * look},
               {"handled", 100 * n * look},
               {"errors", n},
               {"restarts", n},
               {"backoff_left_ms", 50 * n},
               {"last_exit", "because " + std::to_string(n)},
               {"serving", {{"message", "price_batch"}, {"since_ms", made_ms - n}}},
               {"handler", {{"sampled", look}, {"busy_ns", 1'000 * n * look}, {"max_ns", n}}}});
  };
  book data;
  for (std::int64_t look = 1; look <= 2; ++look) {
    auto x = made_snapshot(made_ms - 2'000 + 1'000 * look);
    x["actors"] = {actor("mid", 2, look), actor("top", 3, look), actor("low", 1, look)};
    REQUIRE(data.take(json{{"snapshot", x}}.dump(), look * 1'000));
  }
  const actor_source from{data, made_ms};
  const list upwards{"low", "mid", "top"};
  const list downwards{"top", "mid", "low"};
  table rows{actor_source::columns(), 0};
  for (const auto& column : actor_source::columns()) {
    INFO(column.title);
    CHECK(rows.sorted_by() == column.title);
    const auto natural = names(rows, from);
    CHECK(natural == (column.most_first ? downwards : upwards));
    rows.press_key(glyph('r'), from);
    CHECK(names(rows, from) == (column.most_first ? upwards : downwards));
    rows.press_key(glyph('>'), from);
  }
}

TEST_CASE("a filter holds words and words that must not be") {
  small_floor floor;
  const auto from = floor.source();
  table rows{actor_source::columns(), 0};
  rows.set_filter("ZERO");
  CHECK(names(rows, from) == list{"a"});
  rows.set_filter("stuck price");
  CHECK(names(rows, from) == list{"c"});
  rows.set_filter("!stuck !fail");
  CHECK(names(rows, from) == list{"a", "b"});
  rows.set_filter("nobody");
  CHECK(names(rows, from).empty());
  CHECK(rows.chosen().empty());
  CHECK_FALSE(rows.press_mouse({mouse_button::click, 3, 3}, from));
  rows.press_key({press::down, 0}, from);
  rows.set_filter("");
  CHECK(names(rows, from).size() == 4);
}

TEST_CASE("the cursor stays with its row when the order changes") {
  small_floor floor;
  const auto from = floor.source();
  table rows{actor_source::columns(), 0};
  rows.arrange(from);
  rows.press_key({press::down, 0}, from);
  CHECK(rows.chosen() == "b");
  rows.press_key(glyph('r'), from);
  rows.arrange(from);
  CHECK(rows.chosen() == "b");
  rows.set_filter("!restarting");
  rows.arrange(from);
  CHECK(rows.chosen() != "b");
  rows.set_filter("");
  // Home stays at the top, whoever is there.
  rows.press_key({press::home, 0}, from);
  rows.press_key(glyph('r'), from);
  rows.arrange(from);
  CHECK(rows.chosen() == "a");
}

TEST_CASE("a click chooses a row, another opens it, one on a title sorts") {
  small_floor floor;
  const auto from = floor.source();
  table rows{actor_source::columns(), 0};
  names(rows, from);
  CHECK_FALSE(rows.press_mouse({mouse_button::click, 3, 2}, from));
  CHECK(rows.chosen() == "c");
  CHECK(rows.press_mouse({mouse_button::click, 3, 2}, from));
  CHECK_FALSE(rows.press_mouse({mouse_button::click, 0, 35}, from));
  CHECK(rows.sorted_by() == "STATE");
  rows.press_mouse({mouse_button::wheel_down, 3, 2}, from);
  CHECK_FALSE(rows.press_mouse({mouse_button::click, 19, 2}, from));
}

TEST_CASE("columns give way in a narrow terminal, those that matter last") {
  small_floor floor;
  const auto from = floor.source();
  for (int columns : {200, 80, 40, 20, 5, 1, 0}) {
    table rows{actor_source::columns(), actor_source::first_sort};
    rows.arrange(from);
    grid on{6, columns};
    rows.draw(on, {0, 0, 6, columns}, from);
    INFO(columns);
    if (columns >= 5) CHECK(on.text(0).find("NAME") == 0);
    if (columns >= 34) CHECK(on.text(0).find("STATE") != std::string::npos);
    if (columns == 200) CHECK(on.text(1).find("failed") != std::string::npos);
    if (columns == 200) CHECK(on.text(2).find("price_batch 30s") != std::string::npos);
    if (columns == 80) CHECK(on.text(0).find("MAILBOX") != std::string::npos);
  }
}

TEST_CASE("ten thousand rows are sorted, and only those on the screen are put into words") {
  auto x = made_snapshot(made_ms);
  x["actors"] = json::array();
  for (int i = 0; i < 10'000; ++i)
    x["actors"].push_back(made_actor("bot:" + std::to_string(i), {{"mailbox", i % 977}}));
  book data;
  REQUIRE(data.take(json{{"snapshot", x}}.dump(), 0));
  struct counting final : row_source {
    explicit counting(const book& from) : rows(from, made_ms) {}
    std::size_t size() const override { return rows.size(); }
    std::string_view name(std::size_t row) const override { return rows.name(row); }
    field show(std::size_t row, std::size_t at) const override {
      return ++shown, rows.show(row, at);
    }
    sort_key key(std::size_t row, std::size_t at) const override {
      return ++keys, rows.key(row, at);
    }
    void searched(std::size_t row, std::string& to) const override { rows.searched(row, to); }
    actor_source rows;
    mutable int shown = 0;
    mutable int keys = 0;
  } from{data};
  table rows{actor_source::columns(), 4};
  rows.arrange(from);
  grid on{40, 100};
  rows.draw(on, {0, 0, 40, 100}, from);
  CHECK(from.keys == 10'000);
  CHECK(from.shown <= 39 * 15);
  CHECK(on.text(1).find("976/1000") != std::string::npos);
  rows.press_key({press::end, 0}, from);
  rows.draw(on, {0, 0, 40, 100}, from);
  // Of those with as much to do the names decide.
  CHECK(rows.chosen() == "bot:9770");
}

TEST_CASE("text from elsewhere cannot steer the terminal") {
  grid on{1, 30};
  on.put(0, 0,
         "a\x1b[2Jb\xc2\x9b\u202ec\u0301\xff\xfe"
         "d");
  CHECK(on.text(0) == "a?[2Jb??c?\ufffd\ufffdd");
  grid wide{1, 5};
  CHECK(wide.put(0, 0, "\u4e2d\u6587x") == 5);
  CHECK(wide.put(0, 0, "ab\u4e2d\u6587") == 4);
  CHECK(wide.text(0) == "ab\u4e2dx");
  wide.put(3, 99, "outside");
  wide.put_right(0, 2, "too long", ink::plain, 9);
  wide.pick(7);
}
