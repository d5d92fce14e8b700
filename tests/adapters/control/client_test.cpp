#include "adapters/control/client.hpp"

#include <functional>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include "adapters/control/server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::control;
using nlohmann::json;
using std::chrono::milliseconds;

namespace {

/// A server that answers each line at once with given lines; "%" stands for the request's id.
class answering_server {
public:
  explicit answering_server(std::string greeting, std::vector<std::string> answer = {}) {
    server::options options;
    options.path = dir_.file("s");
    options.greeting = std::move(greeting);
    server::events on;
    on.closed = [](connection_id) {};
    on.line = [this, answer](connection_id from, const peer&, const std::string& line) {
      auto request = json::parse(line);
      for (auto text : answer) {
        if (auto at = text.find('%'); at != std::string::npos)
          text.replace(at, 1, request["id"].dump());
        get_->send(from, text);
      }
    };
    // The first line can only come once a test has connected, after this has been set.
    server_ = std::make_unique<server>(options, on);
    get_ = server_.get();
  }

  std::string path() const { return dir_.file("s"); }

private:
  outcry::test::temp_dir dir_;
  server* get_ = nullptr;
  std::unique_ptr<server> server_;
};

unreachable why(const std::function<void()>& f) {
  try {
    f();
  } catch (const floor_unreachable& e) {
    CHECK(std::string{e.what()}.size() > 10);
    return e.why();
  }
  FAIL("no floor_unreachable was thrown");
  return {};
}

constexpr auto hello = R"({"outcry":1,"name":"x","version":"1"})";

}  // namespace

TEST_CASE("what stands in the way of a floor is told apart") {
  outcry::test::temp_dir dir;
  CHECK(why([&] { client{dir.file("none")}; }) == unreachable::no_socket);
  { auto gone = listen_on(dir.file("gone")); }
  CHECK(why([&] { client{dir.file("gone")}; }) == unreachable::nobody_there);
  CHECK(why([&] { client{dir.file(std::string(200, 'x'))}; }) == unreachable::no_socket);
  auto mute = listen_on(dir.file("mute"));
  CHECK(why([&] { client{dir.file("mute"), milliseconds(50)}; }) == unreachable::silent);
  answering_server newer{R"({"outcry":2})"};
  CHECK(why([&] { client{newer.path()}; }) == unreachable::other_version);
  answering_server stranger{R"({"hello":"world"})"};
  CHECK(why([&] { client{stranger.path()}; }) == unreachable::other_version);
  answering_server babble{"220 smtp"};
  CHECK(why([&] { client{babble.path()}; }) == unreachable::misunderstood);
  answering_server refusing{R"({"error":{"code":"refused","reason":"no"}})"};
  CHECK(why([&] { client{refusing.path()}; }) == unreachable::not_allowed);
  answering_server full{R"({"error":{"code":"mailbox_full","reason":"too many"}})"};
  CHECK(why([&] { client{full.path()}; }) == unreachable::too_busy);
}

TEST_CASE("items, losses and the end come to the listener in order") {
  answering_server floor{
      hello,
      {R"({"id":%,"item":{"n":1}})", R"({"id":999,"item":{"n":7}})", R"({"id":%,"dropped":4})",
       R"({"id":%,"item":{"n":2}})", R"({"id":%,"end":true,"final":false})"}};
  client me{floor.path()};
  CHECK(me.greeting()["name"] == "x");
  for (int round = 0; round < 2; ++round) {
    std::vector<int> items;
    std::uint64_t dropped = 0;
    client::listener on;
    on.item = [&](const json& x) { items.push_back(x["n"].get<int>()); };
    on.dropped = [&](std::uint64_t count) { dropped += count; };
    auto end = me.call("tail", json::object(), on);
    CHECK(items == std::vector<int>{1, 2});
    CHECK(dropped == 4);
    CHECK(end["final"] == false);
  }
}

TEST_CASE("an error of the floor is thrown with its code") {
  answering_server floor{hello, {R"({"id":%,"error":{"code":"halted","reason":"stop for all"}})"}};
  client me{floor.path()};
  try {
    me.call("send", json::object(), {});
    FAIL("nothing was thrown");
  } catch (const request_refused& e) {
    CHECK(e.code() == "halted");
    CHECK(std::string{e.what()} == "stop for all");
  }
}

TEST_CASE("a floor that falls silent is not waited for any longer") {
  answering_server floor{hello, {R"({"id":%,"item":{}})"}};
  client me{floor.path()};
  client::listener on;
  on.silence = milliseconds(50);
  CHECK(why([&] { me.call("bots", json::object(), on); }) == unreachable::silent);
}

TEST_CASE("the caller can end a call that would last for ever") {
  answering_server floor{hello, {R"({"id":%,"item":{}})"}};
  client me{floor.path()};
  int asked = 0;
  client::listener on;
  on.go_on = [&] { return ++asked < 3; };
  CHECK(me.call("tail", json::object(), on).is_null());
  CHECK(asked == 3);
}

TEST_CASE("waiting for the greeting can be given up") {
  outcry::test::temp_dir dir;
  auto mute = listen_on(dir.file("mute"));
  int asked = 0;
  CHECK(why([&] {
          client{dir.file("mute"), std::chrono::hours(1), [&] { return ++asked < 2; }};
        }) == unreachable::silent);
  CHECK(asked == 2);
}

TEST_CASE("members of the wrong kind are a misunderstanding, not a crash") {
  for (auto line : {R"({"id":"x","end":true})", R"({"id":%,"dropped":"x"})", R"([])"}) {
    INFO(line);
    answering_server floor{hello, {line}};
    client me{floor.path()};
    client::listener on;
    on.dropped = [](std::uint64_t) {};
    CHECK(why([&] { me.call("bots", json::object(), on); }) == unreachable::misunderstood);
  }
}
