#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <zlib.h>

#include "tests/adapters/discord/client_fixture.hpp"

namespace outcry::discord::test {

using nlohmann::json;
using texts = std::vector<std::string>;

namespace {

/// After a fault: the session was resumed, nothing was missed or doubled, no identify was spent.
void check_resumed(client_fixture& f, int resumes = 1) {
  REQUIRE(f.discord.wait([&](auto& log) { return log.resumes >= resumes; }));
  REQUIRE(f.ear.wait_live(2));
  f.discord.post(f.calls, "after");
  REQUIRE(f.ear.wait_messages(3));
  CHECK(f.ear.texts() == texts{"before", "meanwhile", "after"});
  const auto log = f.discord.seen();
  CHECK(log.identifies == 1);
  CHECK(log.upgrades.back().starts_with("/resumed?v=10&encoding=json"));
}

/// After a fault: a new session began and what was missed came by REST.
void check_begun_anew(client_fixture& f) {
  REQUIRE(f.discord.wait([](auto& log) { return log.identifies == 2; }));
  REQUIRE(f.ear.wait_live(2));
  REQUIRE(f.ear.wait_caught_up(2));
  f.discord.post(f.calls, "after");
  REQUIRE(f.ear.wait_messages(3));
  CHECK(f.ear.texts() == texts{"before", "meanwhile", "after"});
  CHECK_FALSE(f.discord.seen().upgrades.back().starts_with("/resumed"));
}

void say_before(client_fixture& f) {
  f.discord.post(f.calls, "before");
  REQUIRE(f.ear.wait_messages(1));
}

}  // namespace

TEST_CASE("a lost connection is resumed and what was missed replayed") {
  client_fixture f;
  REQUIRE(f.begin_live());
  say_before(f);
  SECTION("cut") {
    f.discord.cut();
  }
  SECTION("cut in the middle of a frame") {
    f.discord.cut_in_frame();
  }
  SECTION("closed with a code that allows it") {
    f.discord.close_all(4000);
  }
  SECTION("closed for sending too fast") {
    f.discord.close_all(4008);
  }
  SECTION("op 7") {
    f.discord.ask_to_reconnect();
  }
  SECTION("op 9, resumable") {
    f.discord.invalidate(true);
  }
  SECTION("no JSON") {
    f.discord.send_raw("{\"op\":0,");
  }
  SECTION("JSON that is no payload") {
    f.discord.send_raw("[1,2]");
  }
  SECTION("damaged compression") {
    f.discord.send_bytes("this is not zlib\x00\x00\xff\xff");
  }
  f.discord.post(f.calls, "meanwhile");
  check_resumed(f);
}

TEST_CASE("a session that Discord ends begins anew and fetches what was missed") {
  client_fixture f;
  REQUIRE(f.begin_live());
  say_before(f);
  SECTION("op 9, not resumable") {
    f.discord.forget_sessions();
    f.discord.post(f.calls, "meanwhile");
    f.discord.invalidate(false);
  }
  SECTION("session timed out (4009)") {
    f.discord.forget_sessions();
    f.discord.post(f.calls, "meanwhile");
    f.discord.close_all(4009);
  }
  SECTION("invalid sequence (4007)") {
    f.discord.forget_sessions();
    f.discord.post(f.calls, "meanwhile");
    f.discord.close_all(4007);
  }
  SECTION("a resume that is refused") {
    f.discord.forget_sessions();
    f.discord.post(f.calls, "meanwhile");
    f.discord.cut();
  }
  check_begun_anew(f);
}

TEST_CASE("a resume that is to be tried again is") {
  client_fixture f;
  REQUIRE(f.begin_live());
  say_before(f);
  f.discord.refuse_next_resume(true);
  f.discord.cut();
  f.discord.post(f.calls, "meanwhile");
  check_resumed(f, 2);
}

TEST_CASE("a dead connection is found by its heartbeat and resumed") {
  client_fixture f({.heartbeat_ms = 40});
  REQUIRE(f.begin_live());
  say_before(f);
  // The next connection is greeted, however soon it comes.
  f.discord.be_silent_until_closed();
  f.discord.post(f.calls, "meanwhile");
  REQUIRE(f.discord.wait([](auto& log) { return !log.closes.empty(); }));
  const auto code = f.discord.seen().closes.front();
  CHECK(code == 4000);  // 1000 and 1001 would end the session
  REQUIRE(f.ear.wait_messages(2));
  CHECK(f.ear.texts() == texts{"before", "meanwhile"});
  CHECK(f.ear.said("did not answer a heartbeat"));
  CHECK(f.discord.seen().identifies == 1);
}

TEST_CASE("a server that does not greet is left") {
  client_fixture f;
  f.discord.be_silent(true);
  auto options = f.options();
  options.session.hello_timeout_ms = 20;
  f.begin(options);
  REQUIRE(f.discord.wait([](auto& log) { return log.connections >= 2; }));
  f.discord.be_silent(false);
  CHECK(f.ear.wait_live());
}

TEST_CASE("a heartbeat that is asked for is sent") {
  client_fixture f;
  auto options = f.options();
  options.random = [] { return 0.5; };
  f.begin(options);
  REQUIRE(f.ear.wait_live());
  CHECK(f.discord.seen().heartbeats == 0);
  f.discord.request_heartbeat();
  CHECK(f.discord.wait([](auto& log) { return log.heartbeats == 1; }));
}

TEST_CASE("close codes that nothing but a person can mend end the client") {
  client_fixture f;
  const auto [code, words] = GENERATE(table<int, std::string>({{4004, "token"},
                                                               {4010, "shard"},
                                                               {4011, "shard"},
                                                               {4012, "version 10"},
                                                               {4013, "intents"},
                                                               {4014, "Message Content Intent"}}));
  f.discord.close_next_identify(code);
  f.begin();
  REQUIRE(f.ear.wait_failed());
  CHECK(f.ear.last_reason().find(words) != std::string::npos);
  CHECK(f.ear.last_reason().find(std::to_string(code)) != std::string::npos);
  CHECK(f.discord.seen().identifies == 1);
  CHECK(f.bot->counted().identifies == 1);
}

TEST_CASE("limits of the REST API are kept") {
  client_fixture f;
  f.ear.last_seen[f.calls] = 1;
  f.discord.post(f.calls, "missed");
  const auto path = std::to_string(f.calls) + "/messages";
  SECTION("429 of the bucket") {
    f.discord.next_answer(path, 429, {{"retry_after", 0.002}, {"global", false}},
                          {{"Retry-After", "1"}, {"X-RateLimit-Scope", "user"}});
  }
  SECTION("429 for all") {
    f.discord.next_answer(path, 429, {{"retry_after", 0.002}, {"global", true}},
                          {{"X-RateLimit-Global", "true"}});
  }
  SECTION("429 three times") {
    for (int i = 0; i < 3; ++i)
      f.discord.next_answer(path, 429, {{"retry_after", 0.001}, {"global", false}});
  }
  SECTION("a server in trouble") {
    f.discord.next_answer(path, 502, {});
  }
  SECTION("an answer that is no list") {
    f.discord.next_answer(path, 200, {{"a", 1}});
  }
  SECTION("one that fails to the end is asked again") {
    for (int i = 0; i < 6; ++i) f.discord.next_answer(path, 503, {});
  }
  REQUIRE(f.begin_live());
  REQUIRE(f.ear.wait_messages(1));
  CHECK(f.ear.texts() == texts{"missed"});
}

TEST_CASE("only a bot's token is taken") {
  SECTION("a user account's, by Discord's word") {
    client_fixture f({.bot = false});
    f.begin();
    REQUIRE(f.ear.wait_failed());
    CHECK(f.ear.last_reason().find("belongs to a user account") != std::string::npos);
    CHECK(f.discord.seen().connections == 0);
  }
  SECTION("one that Discord does not accept, asked about once") {
    client_fixture f;
    auto options = f.options();
    options.token = "ODAzNTExMTAyMjQ2Nzg5MTI.another.one";
    f.begin(options);
    REQUIRE(f.ear.wait_failed());
    CHECK(f.ear.last_reason().find("Only bot tokens are accepted") != std::string::npos);
    CHECK(f.discord.seen().requests.size() == 1);
  }
  SECTION("by its form") {
    client_fixture f;
    auto options = f.options();
    options.token = "mfa.abcdefghijklmnop";
    CHECK_THROWS_WITH(f.begin(options), Catch::Contains("user account"));
  }
}

TEST_CASE("a compressed payload that inflates beyond its bound ends the connection") {
  client_fixture f;
  auto options = f.options();
  options.max_payload_bytes = 100000;
  f.begin(options);
  REQUIRE(f.ear.wait_live());
  REQUIRE(f.ear.wait_caught_up());
  say_before(f);
  f.discord.send_raw("\"" + std::string(1000000, 'a') + "\"");
  f.discord.post(f.calls, "meanwhile");
  check_resumed(f);
  CHECK(f.ear.said("larger than 100000 bytes"));
}

TEST_CASE("a program that is started again and again does not use its identifies up") {
  client_fixture f;
  auto options = f.options();
  options.identifies.per_day = 3;
  for (int i = 1; i <= 3; ++i) {
    f.begin(options);
    REQUIRE(f.ear.wait_live(static_cast<std::size_t>(i)));
    f.bot.reset();
  }
  f.begin(options);
  REQUIRE(f.discord.wait([](auto& log) {
    return std::count_if(log.requests.begin(), log.requests.end(),
                         [](auto& target) { return target.ends_with("/gateway/bot"); }) == 4;
  }));
  CHECK(f.ear.wait_said("the next identify is allowed in 8"));
  CHECK(f.discord.seen().identifies == 3);
}

TEST_CASE("a file of identifies that cannot be read ends the client before it identifies") {
  client_fixture f;
  std::ofstream(f.folder.file("discord.identifies")) << "yesterday\n";
  f.begin();
  REQUIRE(f.ear.wait_failed());
  CHECK(f.ear.last_reason().find("expected a time in ms, found \"yesterday\"") !=
        std::string::npos);
  CHECK(f.discord.seen().identifies == 0);
}

TEST_CASE("a client may be destroyed on its own thread") {
  client_fixture f;
  std::mutex mutex;
  std::condition_variable changed;
  std::unique_ptr<client> bot;
  bool told = false;
  auto to = f.ear.events();
  to.on_state = [&](client_state is, const std::string&) {
    if (is != client_state::live) return;
    const std::lock_guard lock(mutex);
    bot.reset();
    told = true;
    changed.notify_all();
  };
  {
    const std::lock_guard lock(mutex);
    bot = std::make_unique<client>(f.options(), std::move(to));
  }
  std::unique_lock lock(mutex);
  REQUIRE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return told; }));
  CHECK(bot == nullptr);
  lock.unlock();
  // Its thread, which has the rest of the connection, ends too.
  CHECK(f.discord.wait([](const auto& log) { return log.closes.size() == 1; }));
}

TEST_CASE("the token stands in nothing that is told") {
  client_fixture f;
  f.discord.next_answer("/users/@me", 403, {{"message", "no " + f.discord.token()}});
  f.discord.next_answer("/gateway/bot", 400, {{"message", "no " + f.discord.token()}});
  f.begin();
  REQUIRE(f.ear.wait_live());
  f.discord.send_raw(f.discord.token());
  REQUIRE(f.ear.wait_live(2));
  REQUIRE(f.ear.said("***"));
  CHECK_FALSE(f.ear.said(f.discord.token()));
}

}  // namespace outcry::discord::test
