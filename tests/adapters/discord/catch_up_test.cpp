#include "adapters/discord/catch_up.hpp"

#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace outcry::discord::test {

namespace {

using texts = std::vector<std::string>;

message say(snowflake id, const std::string& text, std::int64_t edited = 0,
            snowflake channel = 10) {
  message m;
  m.id = id;
  m.channel_id = channel;
  m.text = text;
  m.edited_ms = edited;
  return m;
}

/// "new:text", "edit:text", "gone:id", "gap", "after:id".
texts words(const news_list& list) {
  texts result;
  for (const auto& one : list) {
    if (const auto* m = std::get_if<message>(&one))
      result.push_back((m->is_edit ? "edit:" : "new:") + m->text);
    if (const auto* d = std::get_if<deletion>(&one))
      result.push_back("gone:" + std::to_string(d->ids.front()));
    if (std::holds_alternative<gap>(one)) result.push_back("gap");
    if (const auto* b = std::get_if<beginning>(&one))
      result.push_back("after:" + std::to_string(b->id));
  }
  return result;
}

struct followed_channel {
  catch_up order;
  explicit followed_channel(std::optional<snowflake> last_seen, catch_up_options options = {})
      : order(options) {
    order.follow(10, last_seen);
    order.session_began();
  }
  catch_up::page_request ask() {
    const auto request = order.next_page();
    REQUIRE(request);
    return *request;
  }
  void go_live() {
    while (order.behind()) order.page(ask(), {});
  }
};

}  // namespace

TEST_CASE("live events wait until the gap is filled, then come in order, each once") {
  followed_channel f(100);
  CHECK(f.order.created(say(105, "live")).empty());
  CHECK(f.order.created(say(106, "later")).empty());
  auto request = f.ask();
  CHECK(request.after == 100);
  CHECK(request.limit == 100);
  CHECK_FALSE(f.order.next_page());
  // Newest first, as Discord answers, and with what came live meanwhile.
  CHECK(words(f.order.page(request, {say(105, "live"), say(103, "b"), say(101, "a")})) ==
        texts{"new:a", "new:b", "new:live"});
  request = f.ask();
  CHECK(request.after == 105);
  CHECK(words(f.order.page(request, {})) == texts{"new:later"});
  CHECK_FALSE(f.order.behind());
  CHECK(words(f.order.created(say(107, "now"))) == texts{"new:now"});
  CHECK(f.order.created(say(107, "now")).empty());
  CHECK(f.order.created(say(100, "what its owner has")).empty());
}

TEST_CASE("after a new session the gap begins at the last message that was handed over") {
  followed_channel f(100);
  f.go_live();
  f.order.created(say(110, "a"));
  f.order.session_began();
  CHECK(f.ask().after == 110);
}

TEST_CASE("an answer of an older session is not used") {
  followed_channel f(100);
  const auto old = f.ask();
  f.order.session_began();
  const auto fresh = f.ask();
  CHECK(f.order.page(old, {}).empty());
  CHECK(f.order.behind());
  f.order.page(fresh, {});
  CHECK_FALSE(f.order.behind());
}

TEST_CASE("a page that failed is asked for again") {
  followed_channel f(100);
  const auto request = f.ask();
  f.order.page_failed(request);
  CHECK(f.ask().after == 100);
}

TEST_CASE("a refused page is told and the channel goes on") {
  followed_channel f(100);
  f.order.created(say(101, "live"));
  CHECK(words(f.order.page_refused(f.ask(), "no access")) == texts{"gap", "new:live"});
}

TEST_CASE("a channel never seen begins with its newest message") {
  followed_channel f(std::nullopt);
  f.order.created(say(201, "live"));
  const auto request = f.ask();
  CHECK(request.newest);
  CHECK(request.limit == 1);
  CHECK(words(f.order.page(request, {say(200, "history")})) == texts{"after:200", "new:live"});
  f.order.session_began();
  CHECK(f.ask().after == 201);

  followed_channel empty(std::nullopt);
  CHECK(words(empty.order.page(empty.ask(), {})) == texts{"after:1"});
  empty.order.session_began();
  CHECK(empty.ask().after == 1);
}

TEST_CASE("the pages of one gap are bounded, and one that repeats itself ends it") {
  followed_channel f(100, {.max_pages = 2});
  f.order.page(f.ask(), {say(101, "a")});
  CHECK(words(f.order.page(f.ask(), {say(102, "b")})) == texts{"new:b", "gap"});
  CHECK_FALSE(f.order.behind());
  followed_channel repeats(100);
  repeats.order.page(repeats.ask(), {say(101, "a")});
  CHECK(words(repeats.order.page(repeats.ask(), {say(101, "a")})) == texts{"gap"});
}

TEST_CASE("live events that wait are bounded, what is dropped is fetched") {
  followed_channel f(100, {.max_waiting = 2});
  for (snowflake id = 101; id <= 104; ++id) f.order.created(say(id, std::to_string(id)));
  CHECK(words(f.order.page(f.ask(), {say(102, "102"), say(101, "101")})) ==
        texts{"new:101", "new:102"});
  CHECK(words(f.order.page(f.ask(), {})) == texts{"new:103", "new:104"});
}

TEST_CASE("edits: by text and time") {
  followed_channel f(100);
  f.go_live();
  f.order.created(say(101, "a"));
  CHECK(f.order.edited(say(101, "a")).empty());                                // a preview
  CHECK(words(f.order.edited(say(101, "a+embed"))) == texts{"edit:a+embed"});  // one with words
  CHECK(words(f.order.edited(say(101, "b", 5))) == texts{"edit:b"});
  CHECK(f.order.edited(say(101, "b", 5)).empty());
  CHECK(f.order.edited(say(101, "a", 4)).empty());  // an older one
  CHECK(words(f.order.edited(say(101, "b", 6))) == texts{"edit:b"});
  CHECK(words(f.order.edited(say(99, "before our time", 7))) == texts{"edit:before our time"});
  CHECK(f.order.edited(say(98, "a pin of long ago")).empty());
}

TEST_CASE("edits and deletes while behind") {
  followed_channel f(100);
  f.order.created(say(101, "came"));
  f.order.deleted({10, 0, 0, {101}});
  f.order.created(say(102, "a"));
  f.order.edited(say(102, "b", 5));
  f.order.deleted({10, 0, 0, {99}});
  CHECK(words(f.order.page(f.ask(), {say(102, "b", 5)})) == texts{"new:b"});
  CHECK(words(f.order.page(f.ask(), {})) == texts{"gone:101", "gone:99"});
}

TEST_CASE("threads follow their channel") {
  catch_up order;
  order.follow(10, 100);
  order.session_began();
  order.thread(50, 11, std::nullopt, true);
  CHECK_FALSE(order.follows(50));
  order.thread(51, 10, std::nullopt, false);
  order.thread(52, 10, 70, false);
  order.thread(53, 10, std::nullopt, true);
  order.thread(54, 51, std::nullopt, true);  // of a thread there are none
  CHECK_FALSE(order.follows(54));
  std::vector<std::pair<snowflake, snowflake>> asked;
  while (auto request = order.next_page()) asked.emplace_back(request->channel, request->after);
  CHECK(asked == std::vector<std::pair<snowflake, snowflake>>{{10, 100}, {51, 100}, {52, 70}});
  const auto now = order.created(say(120, "x", 0, 53));
  REQUIRE(now.size() == 1);
  CHECK(std::get<message>(now[0]).parent_id == 10);
  order.thread_gone(53);
  order.thread_gone(10);
  CHECK_FALSE(order.follows(53));
  CHECK(order.follows(10));
}

TEST_CASE("a thread nobody has seen begins where its channel began") {
  catch_up order;
  order.follow(10, 100, 40);
  order.session_began();
  order.thread(51, 10, std::nullopt, false);
  order.thread(52, 10, 70, false);
  CHECK(order.next_page()->channel == 10);
  CHECK(order.next_page()->after == 40);
  CHECK(order.next_page()->after == 70);

  catch_up begins;
  begins.follow(10, std::nullopt);
  begins.session_began();
  const auto newest = *begins.next_page();
  begins.page(newest, {say(30, "history")});
  begins.thread(51, 10, std::nullopt, false);  // it holds history only
  CHECK(begins.next_page()->newest);
  begins.created(say(80, "live"));
  begins.session_began();
  begins.thread(52, 10, std::nullopt, false);
  std::map<snowflake, snowflake> asked;
  while (auto request = begins.next_page()) asked[request->channel] = request->after;
  CHECK(asked == std::map<snowflake, snowflake>{{10, 80}, {51, 30}, {52, 30}});
}

TEST_CASE("threads are bounded") {
  catch_up order({.max_threads = 2});
  order.follow(10, 100);
  CHECK(order.thread(51, 10, std::nullopt, true));
  CHECK_FALSE(order.thread(52, 10, std::nullopt, true));
  CHECK(order.thread(51, 10, std::nullopt, true));
}

TEST_CASE("channels take turns") {
  catch_up order;
  order.follow(10, 1);
  order.follow(20, 1);
  order.session_began();
  const auto first = *order.next_page();
  order.page(first, {say(5, "x", 0, 10)});
  CHECK(first.channel == 10);
  CHECK(order.next_page()->channel == 20);
  CHECK(order.next_page()->channel == 10);
}

TEST_CASE("what is remembered is bounded") {
  followed_channel f(1, {.max_remembered = 3});
  f.go_live();
  for (snowflake id = 2; id < 8; ++id) f.order.created(say(id, "x"));
  CHECK(f.order.edited(say(7, "x")).empty());
  CHECK(words(f.order.edited(say(2, "y", 9))) == texts{"edit:y"});
}

}  // namespace outcry::discord::test
