#include "adapters/discord/gateway_session.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace outcry::discord::test {

using nlohmann::json;

namespace {

class memory_store final : public identify_store {
public:
  std::vector<std::int64_t> load() override { return times; }
  void save(const std::vector<std::int64_t>& now) override {
    if (broken) throw std::runtime_error("the disk is full");
    times = now;
  }
  std::vector<std::int64_t> times;
  bool broken = false;
};

/// A session on virtual time: `now` is both clocks.
struct rig {
  std::int64_t now = 1'000'000;
  double chance = 0.5;
  memory_store store;
  identify_budget budget{store, [this] { return now; }};
  gateway_session session{{.token = "t"}, budget, [this] { return chance; }};
  session_actions last;

  template <class Action>
  const Action* find() const {
    for (const auto& one : last)
      if (const auto* found = std::get_if<Action>(&one)) return found;
    return nullptr;
  }
  std::string sent() const {
    const auto* text = find<action::send_text>();
    return text == nullptr ? "" : text->text;
  }
  int sent_op() const { return sent().empty() ? -1 : json::parse(sent())["op"].get<int>(); }
  bool closes() const { return find<action::close_socket>() != nullptr; }
  std::string opens() const {
    const auto* open = find<action::open_socket>();
    return open == nullptr ? "" : open->url;
  }

  void receive(const json& payload) { last = session.received(now, payload.dump()); }
  void dispatch(int s, const std::string& type, const json& d = json::object()) {
    receive({{"op", 0}, {"s", s}, {"t", type}, {"d", d}});
  }
  void hello(int interval = 40000) {
    last = session.opened(now);
    receive({{"op", 10}, {"d", {{"heartbeat_interval", interval}}}});
  }
  void ready(int s = 1) {
    dispatch(
        s, "READY",
        {{"session_id", "S"}, {"resume_gateway_url", "wss://r.example"}, {"user", {{"id", "5"}}}});
  }
  /// Lets time pass until the session wants a tick, and ticks.
  void wake() {
    REQUIRE(session.wake_at());
    now = std::max(now, *session.wake_at());
    last = session.tick(now);
  }
  void know(int remaining = 1000) {
    last = session.gateway_known(now, {"wss://g.example", remaining, 3600000, 1});
  }
  void go_live() {
    last = session.start(now);
    REQUIRE(find<action::ask_gateway>());
    know();
    if (opens().empty()) wake();
    REQUIRE(opens() == "wss://g.example/?v=10&encoding=json&compress=zlib-stream");
    hello();
    REQUIRE(sent_op() == 2);
    ready();
    REQUIRE(session.live());
  }
  void close_by_peer(int code) { last = session.closed(now, static_cast<std::uint16_t>(code), ""); }
  /// Until it opens a socket again.
  void come_back() {
    for (int i = 0; i < 5 && opens().empty(); ++i) {
      if (find<action::ask_gateway>()) {
        know();
      } else {
        wake();
      }
    }
  }
};

}  // namespace

TEST_CASE("a session: hello, identify, ready, heartbeats") {
  rig r;
  r.last = r.session.start(r.now);
  REQUIRE(r.find<action::ask_gateway>());
  r.know();
  REQUIRE_FALSE(r.opens().empty());
  r.chance = 0.25;
  r.hello(40000);
  const auto identify = json::parse(r.sent());
  CHECK(identify ==
        json{{"op", 2},
             {"d",
              {{"token", "t"},
               {"intents", 33281},
               {"properties", {{"os", "linux"}, {"browser", "outcry"}, {"device", "outcry"}}}}}});
  CHECK(r.session.wake_at() == r.now + 10000);  // 40 s times the chance
  r.ready(7);
  REQUIRE(r.session.live());
  REQUIRE(r.find<action::changed>());
  CHECK(r.find<action::changed>()->live);
  r.wake();
  CHECK(r.sent() == R"({"d":7,"op":1})");
  CHECK(r.session.wake_at() == r.now + 40000);
  CHECK(r.session.round_trip_ms() == -1);
  r.now += 85;
  r.receive({{"op", 11}});
  CHECK(r.session.round_trip_ms() == 85);
  r.now += 20;
  r.receive({{"op", 11}});
  CHECK(r.session.round_trip_ms() == 85);
  r.wake();
  CHECK(r.sent_op() == 1);
}

TEST_CASE("a heartbeat before any event has no sequence") {
  rig r;
  r.last = r.session.start(r.now);
  r.know();
  r.chance = 0;
  r.hello();
  r.wake();
  CHECK(r.sent() == R"({"d":null,"op":1})");
}

TEST_CASE("a heartbeat that is not answered closes with a code that keeps the session") {
  rig r;
  r.go_live();
  r.dispatch(42, "TYPING_START");
  r.wake();
  REQUIRE(r.sent_op() == 1);
  r.wake();
  REQUIRE(r.closes());
  CHECK(r.find<action::close_socket>()->code == 4000);
  CHECK_FALSE(r.session.live());
  r.close_by_peer(0);
  r.come_back();
  CHECK(r.opens() == "wss://r.example/?v=10&encoding=json&compress=zlib-stream");
  r.hello();
  CHECK(json::parse(r.sent()) ==
        json{{"op", 6}, {"d", {{"token", "t"}, {"session_id", "S"}, {"seq", 42}}}});
  r.dispatch(43, "MESSAGE_CREATE");
  CHECK_FALSE(r.session.live());
  CHECK(r.find<action::deliver>());
  r.dispatch(44, "RESUMED");
  CHECK(r.session.live());
  CHECK(r.session.identifies() == 1);
}

TEST_CASE("an op 1 is answered at once, and leaves room for our own heartbeats") {
  rig r;
  r.go_live();
  int answered = 0;
  for (int i = 0; i < 200; ++i) {
    r.receive({{"op", 1}});
    if (r.sent_op() == 1) ++answered;
  }
  CHECK(answered == 59);  // half of 120, less the identify
  r.wake();
  CHECK(r.sent_op() == 1);
}

TEST_CASE("no more than 120 payloads leave in 60 s") {
  send_window window;
  for (int i = 0; i < 120; ++i) CHECK(window.take(1000));
  CHECK_FALSE(window.take(60999));
  CHECK(window.take(61000));
}

TEST_CASE("close codes: which end all, which begin anew, which resume") {
  for (const int code : {4004, 4010, 4011, 4012, 4013, 4014}) {
    rig r;
    r.go_live();
    r.close_by_peer(code);
    REQUIRE(r.find<action::give_up>());
    CHECK(r.find<action::give_up>()->reason == *fatal_close(static_cast<std::uint16_t>(code)));
    CHECK_FALSE(r.session.wake_at());
  }
  for (const int code : {0, 1000, 1001, 1006, 4000, 4001, 4002, 4003, 4005, 4008, 4999}) {
    rig r;
    r.go_live();
    r.close_by_peer(code);
    r.come_back();
    INFO(code);
    CHECK(r.opens().starts_with("wss://r.example/"));
  }
  for (const int code : {4007, 4009}) {
    rig r;
    r.go_live();
    r.close_by_peer(code);
    r.come_back();
    INFO(code);
    CHECK(r.opens().starts_with("wss://g.example/"));
    r.hello();
    CHECK(r.sent_op() == 2);
  }
}

TEST_CASE("op 7 resumes, op 9 resumes or begins anew after a pause") {
  rig r;
  r.go_live();
  SECTION("op 7") {
    r.receive({{"op", 7}, {"d", nullptr}});
    REQUIRE(r.closes());
    r.close_by_peer(0);
    r.come_back();
    CHECK(r.opens().starts_with("wss://r.example/"));
  }
  SECTION("op 9 true") {
    r.receive({{"op", 9}, {"d", true}});
    REQUIRE(r.closes());
    r.close_by_peer(0);
    r.come_back();
    CHECK(r.opens().starts_with("wss://r.example/"));
  }
  SECTION("op 9 false") {
    r.now += 60000;  // past the distance between identifies
    r.receive({{"op", 9}, {"d", false}});
    REQUIRE(r.closes());
    const auto at = r.now;
    r.close_by_peer(0);
    CHECK(r.session.wake_at() == at + 3000);  // 1 to 5 s, by chance
    r.come_back();
    CHECK(r.opens().starts_with("wss://g.example/"));
    r.hello();
    CHECK(r.sent_op() == 2);
  }
}

TEST_CASE("a session that cannot be resumed three times begins anew") {
  rig r;
  r.go_live();
  r.close_by_peer(1006);
  for (int i = 0; i < 3; ++i) {
    r.come_back();
    REQUIRE(r.opens().starts_with("wss://r.example/"));
    if (i == 1) r.hello();  // one fails after hello, the others before
    r.close_by_peer(0);
  }
  r.come_back();
  CHECK(r.opens().starts_with("wss://g.example/"));
}

TEST_CASE("failures grow the distance, a stable session ends it") {
  rig r;
  r.chance = 0.999;
  r.go_live();
  std::int64_t before = 0;
  for (int i = 0; i < 5; ++i) {
    r.close_by_peer(0);
    const auto pause = *r.session.wake_at() - r.now;
    CHECK(pause > before);
    before = pause;
    r.come_back();
    r.hello();
    r.dispatch(2, "RESUMED");
  }
  r.now += 31000;
  r.close_by_peer(0);
  CHECK_FALSE(r.opens().empty());  // at once
}

TEST_CASE("a server that is silent is left: hello, ready, resumed") {
  rig r;
  SECTION("hello") {
    r.last = r.session.start(r.now);
    r.know();
    r.last = r.session.opened(r.now);
    CHECK(r.session.wake_at() == r.now + 20000);
    r.wake();
    CHECK(r.closes());
  }
  SECTION("ready") {
    r.last = r.session.start(r.now);
    r.know();
    r.hello(300000);
    r.wake();
    CHECK(r.closes());
  }
  SECTION("resumed, counted from the last event") {
    r.go_live();
    r.close_by_peer(0);
    r.come_back();
    r.hello(600000);
    r.now += 50000;
    r.dispatch(9, "MESSAGE_CREATE");
    CHECK(r.session.wake_at() == r.now + 60000);
    r.wake();
    CHECK(r.closes());
  }
}

TEST_CASE("what cannot be read closes the connection and says why") {
  for (const auto* payload :
       {"", "nonsense", "7", R"({"d":1})", R"({"op":"x"})", R"({"op":-1})", R"({"op":0,"s":"x"})",
        R"({"op":0,"t":5,"s":1})", R"({"op":18446744073709551615})"}) {
    rig r;
    r.go_live();
    r.last = r.session.received(r.now, payload);
    INFO(payload);
    CHECK(r.closes());
  }
  rig r;
  r.last = r.session.start(r.now);
  r.know();
  r.last = r.session.opened(r.now);
  SECTION("a hello without an interval") {
    r.receive({{"op", 10}, {"d", json::object()}});
    CHECK(r.closes());
  }
  SECTION("a hello that would have us beat without end") {
    r.receive({{"op", 10}, {"d", {{"heartbeat_interval", 0}}}});
    CHECK(r.closes());
  }
}

TEST_CASE("unknown opcodes are counted and left alone") {
  rig r;
  r.go_live();
  r.receive({{"op", 4242}, {"d", "new"}});
  CHECK(r.last.empty());
  CHECK(r.session.unknown_ops() == 1);
}

TEST_CASE("an identify that cannot be written down is not sent") {
  rig r;
  r.last = r.session.start(r.now);
  r.know();
  r.store.broken = true;
  r.hello();
  CHECK(r.sent().empty());
  CHECK(r.closes());
  REQUIRE(r.find<action::give_up>());
  CHECK(r.find<action::give_up>()->reason == "the disk is full");
}

TEST_CASE("Discord that cannot be asked is asked again") {
  rig r;
  r.last = r.session.start(r.now);
  r.last = r.session.gateway_unknown(r.now, "no route");
  REQUIRE(r.find<action::changed>());
  CHECK(r.find<action::changed>()->reason == "no route");
  r.wake();
  CHECK(r.find<action::ask_gateway>());
}

TEST_CASE("the identify budget: a crash loop stays far below Discord's limit") {
  memory_store store;
  std::int64_t now = 1'700'000'000'000;
  int identifies = 0;
  const auto end = now + 24 * 3600 * 1000LL;
  const gateway_info plenty{"", 1000, 0, 1};
  while (now < end) {
    // A new process each time: only the store remembers.
    identify_budget budget(store, [&] { return now; });
    const auto wait = budget.wait_ms(plenty);
    if (wait == 0) {
      budget.spend();
      ++identifies;
    }
    now += std::max<std::int64_t>(wait, 1000);
  }
  CHECK(identifies > 24);
  CHECK(identifies < 200);
}

TEST_CASE("the identify budget: spacing, the day's limit, Discord's count, a clock set back") {
  memory_store store;
  std::int64_t now = 1'700'000'000'000;
  const auto clock = [&] { return now; };
  const gateway_info plenty{"", 1000, 7000, 1};
  identify_budget budget(store, clock, {.per_day = 3});
  CHECK(budget.wait_ms(plenty) == 0);
  budget.spend();
  CHECK(budget.wait_ms(plenty) == 5000);
  now += 5000;
  CHECK(budget.wait_ms(plenty) == 0);
  budget.spend();
  CHECK(budget.wait_ms(plenty) == 10000);
  now += 10000;
  budget.spend();
  CHECK(budget.wait_ms(plenty) == 24 * 3600 * 1000LL - 15000);
  now += 24 * 3600 * 1000LL;
  CHECK(budget.wait_ms(plenty) == 0);
  CHECK(budget.wait_ms({"", 20, 7000, 1}) == 7000);
  CHECK(budget.wait_ms({"", 21, 7000, 1}) == 0);
  store.times = {now + 3600000};
  identify_budget later(store, clock);
  CHECK(later.wait_ms(plenty) == 5000);
}

}  // namespace outcry::discord::test
