#include "adapters/firebase/local/wire/poll_channel.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using outcry::firebase::local::wire::poll_channel;
using segment = poll_channel::segment;

namespace {

struct fixture {
  fixture() : channel(options()) {}

  poll_channel::options options() {
    poll_channel::options opts;
    opts.id = "theid";
    opts.password = "thepassword";
    opts.callback = "7";
    opts.max_queue = 1000;
    opts.max_message = 30'000;
    opts.now = [this] { return now; };
    return opts;
  }

  auto poll(std::vector<segment> pieces = {}) {
    const std::size_t at = answers.size();
    answers.emplace_back();
    return channel.poll(std::move(pieces), [this, at](std::string text) {
      CHECK(answers[at].empty());
      answers[at] = std::move(text);
    });
  }

  poll_channel::clock::time_point now{};
  std::vector<std::string> answers;  // empty: held
  poll_channel channel;
};

}  // namespace

TEST_CASE("a poll begins with the functions, the session's id and what was sent") {
  fixture with;
  with.channel.send(R"({"t":"c"})");
  const std::string script = with.channel.begin();
  CHECK_THAT(script, Contains(R"(parent.window["pLPCommand7"])"));
  CHECK_THAT(script, Contains(R"(parent.window["pRTLPCB7"])"));
  CHECK_THAT(script,
             EndsWith(R"js(pLPCommand('start','theid','thepassword');pRTLPCB(0,[{"t":"c"}]);)js"));
}

TEST_CASE("a poll is held until there is something to say") {
  fixture with;
  with.channel.begin();
  with.poll();
  CHECK(with.answers[0].empty());
  with.channel.send("1");
  CHECK(with.answers[0] == "pRTLPCB(1,[1]);");
  with.channel.send("2");
  with.channel.send("3");
  with.poll();
  CHECK(with.answers[1] == "pRTLPCB(2,[2,3]);");
}

TEST_CASE("a newer poll releases the older one") {
  fixture with;
  with.channel.begin();
  with.poll();
  with.poll();
  CHECK(with.answers[0] == "pRTLPCB(1,[]);");
  CHECK(with.answers[1].empty());
  with.channel.send("1");
  CHECK(with.answers[1] == "pRTLPCB(2,[1]);");
}

TEST_CASE("pieces are put together in order, whatever the order of the requests") {
  fixture with;
  // {"a":"é~~~"} in the URL-safe alphabet, padded with a dot.
  const std::string text = "eyJhIjoiw6l-fn4ifQ..";
  auto messages = with.poll({{1, 2, text.substr(9)}, {2, 1, "W10."}});
  REQUIRE(messages);
  CHECK(messages->empty());
  messages = with.poll({{0, 2, text.substr(0, 9)}});
  REQUIRE(messages);
  CHECK(*messages == std::vector<std::string>{"{\"a\":\"\xC3\xA9~~~\"}", "[]"});
}

TEST_CASE("pieces that break the protocol end the transport") {
  fixture with;
  CHECK_FALSE(with.poll({{1000, 1, "W10."}}));
  CHECK_FALSE(with.poll({{0, 0, "W10."}}));
  CHECK_FALSE(fixture().poll({{0, 1, "!!!!"}}));
  CHECK_FALSE(fixture().poll({{0, 1, std::string(5000, 'A')}}));
  fixture again;
  CHECK(again.poll({{0, 1, "W10."}}));
  CHECK_FALSE(again.poll({{0, 1, "W10."}}));
  fixture large;
  bool refused = false;
  for (std::uint64_t i = 0; i < 20 && !refused; ++i) {
    refused = !large.poll({{i, 20, std::string(4096, 'A')}});
    CHECK((refused || i < 11));
  }
  CHECK(refused);
}

TEST_CASE("nothing that is sent leaves the script") {
  fixture with;
  with.channel.begin();
  with.channel.send("\"</script>\xE2\x80\xA8\xE2\x80\xA9\"");
  with.poll();
  CHECK(with.answers[0] == R"js(pRTLPCB(1,["\u003c/script>\u2028\u2029"]);)js");
  CHECK(poll_channel::is_callback("12"));
  CHECK_FALSE(poll_channel::is_callback(""));
  CHECK_FALSE(poll_channel::is_callback("a\"]"));
  CHECK_FALSE(poll_channel::is_callback(std::string(33, 'a')));
}

TEST_CASE("a closed transport says what is left, then its end") {
  fixture with;
  with.channel.begin();
  with.channel.send("1");
  with.channel.close();
  with.channel.send("2");
  CHECK_FALSE(with.channel.open());
  with.poll();
  CHECK(with.answers[0] == "pRTLPCB(1,[1]);pLPCommand('close',1);");
  fixture held;
  held.channel.begin();
  held.poll();
  held.channel.close();
  CHECK(held.answers[0] == "pRTLPCB(1,[]);pLPCommand('close',1);");
}

TEST_CASE("a client that does not ask is lost") {
  fixture with;
  with.poll();
  with.now += std::chrono::seconds(60);
  CHECK_FALSE(with.channel.expired());
  with.now += std::chrono::seconds(1);
  CHECK(with.channel.expired());
  with.poll();
  CHECK_FALSE(with.channel.expired());
  with.channel.send(std::string(999, '1'));
  CHECK_FALSE(with.channel.expired());
  fixture slow;
  slow.channel.send(std::string(600, '1'));
  slow.channel.send(std::string(600, '1'));
  CHECK(slow.channel.expired());
  CHECK_FALSE(slow.channel.open());
}
