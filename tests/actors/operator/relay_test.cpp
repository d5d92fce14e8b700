#include "actors/operator/relay.hpp"

#include <algorithm>
#include <deque>

#include <nlohmann/json.hpp>

#include "actors/floor/roster.hpp"
#include "tests/actors/operator/floor_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

/// A mirror that does what it is told and shows what it holds.
struct mirror_script {
  std::vector<mirror_patch> patches;
  std::map<std::string, std::string> holds;
  std::deque<mirror_reply> replies;  ///< for the next patches; then: stored
  std::string refused_path;          ///< a write with this path is refused
  bool hangs = false;
  int again = 0;  ///< asked for all messages once more
  std::size_t listeners = 0;

  mirror_reply answer(const mirror_patch& patch) {
    patches.push_back(patch);
    for (const auto& x : patch.values)
      if (x.path == refused_path) return {mirror_outcome::refused, 0, "never", 0};
    mirror_reply reply;
    if (!replies.empty()) {
      reply = replies.front();
      replies.pop_front();
    }
    if (reply.outcome == mirror_outcome::stored)
      for (const auto& x : patch.values) holds[x.path] = x.value;
    return reply;
  }
};

caf::behavior scripted_mirror(caf::event_based_actor* self,
                              const std::shared_ptr<mirror_script>& script) {
  return {
      [=](const listen_to_mirror& x) {
        ++script->listeners;
        if (x.from_the_start) ++script->again;
      },
      [=](const mirror_patch& patch) -> caf::result<mirror_reply> {
        if (script->hangs) {
          script->patches.push_back(patch);
          return self->make_response_promise<mirror_reply>();
        }
        return script->answer(patch);
      },
  };
}

struct history_script {
  std::vector<history_row> rows;
  std::int64_t delivered = 0;
  std::size_t reads = 0;
};

history_actor::behavior_type scripted_history(history_actor::pointer,
                                              const std::shared_ptr<history_script>& script) {
  return {
      [](const price_batch&) { return history_receipt{}; },
      [=](const read_history& query) {
        ++script->reads;
        history_page page;
        page.delivered_seq = script->delivered;
        page.last_seq = script->rows.empty() ? 0 : script->rows.back().seq;
        for (const auto& row : script->rows)
          if (row.seq > script->delivered && page.rows.size() < query.limit)
            page.rows.push_back(row);
        return page;
      },
      [=](const history_delivered& done) {
        script->delivered = done.up_to_seq;
        return history_receipt{};
      },
  };
}

struct desk_script {
  std::vector<operator_message> messages;
  std::vector<submit_unreadable> unreadable;
  ec refuses = ec{};
};

caf::behavior scripted_desk(caf::event_based_actor*, const std::shared_ptr<desk_script>& script) {
  return {
      [=](const submit_message& x) -> caf::result<ledger> {
        script->messages.push_back(x.message);
        if (script->refuses != ec{}) return caf::make_error(script->refuses);
        return ledger{};
      },
      [=](const submit_unreadable& x) -> caf::result<ledger> {
        script->unreadable.push_back(x);
        return ledger{};
      },
  };
}

struct relay_fixture {
  temp_dir dir;
  floor_fixture floor{dir.path().string()};
  std::shared_ptr<mirror_script> mirror = std::make_shared<mirror_script>();
  std::shared_ptr<history_script> history = std::make_shared<history_script>();
  std::shared_ptr<desk_script> desk = std::make_shared<desk_script>();
  caf::actor desk_actor = floor.spawn(scripted_desk, desk);
  relay_options options;
  relay_actor the_relay;
  roster_actor roster_handle;

  void open() {
    relay_services services;
    services.journal = floor.journal;
    services.history = floor.spawn(scripted_history, history);
    services.mirror = caf::actor_cast<mirror_actor>(floor.spawn(scripted_mirror, mirror));
    services.house = floor.the_house();
    services.options = options;
    services.roster = roster_handle;
    the_relay = caf::actor_cast<relay_actor>(floor.spawn(relay, services));
    floor.run();
  }

  void owe(const std::vector<owed_value>& values) {
    journal_write write;
    write.owed = values;
    REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
    if (the_relay) floor.send(the_relay, owed_hint{});
  }

  std::int64_t backlog() {
    return floor.request_sync<outbox_page>(floor.real, read_outbox{})->backlog;
  }

  void remember_prices(std::int64_t count) {
    for (std::int64_t i = 1; i <= count; ++i) {
      history_row row;
      row.seq = i;
      row.key = "k" + std::to_string(i);
      row.update = {"AAPL", {Price::from_integer(i), {}, i, i}};
      history->rows.push_back(row);
    }
  }

  relay_status status() { return *floor.request_sync<relay_status>(the_relay, get_relay{}); }

  std::size_t patches_with(const std::string& path) {
    std::size_t result = 0;
    for (const auto& patch : mirror->patches)
      for (const auto& x : patch.values)
        if (x.path == path) ++result;
    return result;
  }
};

mirror_reply later(std::int64_t retry_after_ms = 0) {
  return {mirror_outcome::retry_later, retry_after_ms, "503", 0};
}

mirrored_message mirrored(const std::string& id, const std::string& type = "stop") {
  return {id, id, R"({"type":")" + type + R"(","target":{"type":"ALL"},"pressedAt":5})"};
}

}  // namespace

TEST_CASE_METHOD(relay_fixture, "relay: what is owed goes first, then the current, then history") {
  owe({{"a", "1"}});
  remember_prices(2);
  open();
  bot_status bot;
  bot.identity.id = "counter-AAPL";
  floor.send(the_relay, bot);
  floor.advance(300ms);
  REQUIRE(mirror->patches.size() >= 3);
  CHECK(mirror->patches[0].values == std::vector<owed_value>{{"a", "1"}});
  CHECK(mirror->patches[0].lane == mirror_lane::prompt);
  CHECK(mirror->listeners == 1);
  CHECK(mirror->holds.count("bots/counter-AAPL") == 1);
  CHECK(mirror->holds.count("floor/heartbeat") == 1);
  CHECK(mirror->holds.count("tickers/AAPL/prices/k2") == 1);
  CHECK(history->delivered == 2);
  CHECK(backlog() == 0);
  for (const auto& patch : mirror->patches)
    if (patch.lane == mirror_lane::history) CHECK(patch.values.size() == 2);
}

TEST_CASE_METHOD(relay_fixture, "relay: while something is owed no history is read") {
  owe({{"a", "1"}});
  remember_prices(2);
  mirror->hangs = true;
  open();
  floor.advance(5s);
  CHECK(mirror->patches.size() == 1);
  CHECK(history->reads == 0);
  CHECK(backlog() == 1);
}

TEST_CASE_METHOD(relay_fixture,
                 "relay: in order per key, and nothing confirmed before it is stored") {
  options.outbox_page = 2;
  owe({{"m/state", "1"}, {"m", "{}"}, {"m/state", "2"}, {"m/state", "3"}, {"n", "4"}});
  for (int i = 0; i < 3; ++i) mirror->replies.push_back(later());
  open();
  CHECK(backlog() == 5);
  floor.advance(200ms);
  CHECK(backlog() == 5);
  CHECK(mirror->patches.size() == 1);  // not before the pause is over
  floor.advance(10s);
  CHECK(backlog() == 0);
  std::vector<std::string> order;
  for (const auto& patch : mirror->patches)
    for (const auto& x : patch.values)
      if (x.path.rfind("floor/", 0) != 0) order.push_back(x.path + '=' + x.value);
  // Four tries of the first, which no write may carry together with its parent.
  CHECK(order == std::vector<std::string>{"m/state=1", "m/state=1", "m/state=1", "m/state=1",
                                          "m={}", "m/state=3", "n=4"});
  CHECK(mirror->holds["m/state"] == "3");
  CHECK(status().outbox_backlog == 0);
}

TEST_CASE_METHOD(relay_fixture, "relay: waits as long as it is asked to, and longer each time") {
  owe({{"a", "1"}});
  mirror->replies = {later(7000), later(), later(), later()};
  floor.chance = 0.999;
  open();
  floor.advance(100ms);
  CHECK(mirror->patches.size() == 1);
  floor.advance(6900ms);
  CHECK(mirror->patches.size() == 1);
  floor.advance(200ms);
  CHECK(mirror->patches.size() == 2);  // then 500 ms, 1 s, 2 s
  floor.advance(300ms);
  CHECK(mirror->patches.size() == 2);
  floor.advance(200ms);
  CHECK(mirror->patches.size() == 3);
  floor.advance(800ms);
  CHECK(mirror->patches.size() == 3);
  floor.advance(200ms);
  CHECK(mirror->patches.size() == 4);
  floor.advance(2200ms);
  CHECK(backlog() == 0);
}

TEST_CASE_METHOD(relay_fixture,
                 "relay: a value that is refused is kept aside, its neighbours arrive") {
  std::vector<owed_value> values;
  for (int i = 0; i < 37; ++i) values.push_back({"v/" + std::to_string(i), std::to_string(i)});
  owe(values);
  mirror->refused_path = "v/23";
  open();
  floor.advance(1s);
  CHECK(backlog() == 0);
  for (const auto& x : values) {
    INFO(x.path);
    CHECK((mirror->holds.count(x.path) == 1) == (x.path != "v/23"));
  }
  CHECK(status().refused_values == 1);
  std::vector<std::int64_t> aside;
  for (const auto& x : floor.script->delivered)
    aside.insert(aside.end(), x.refused.begin(), x.refused.end());
  CHECK(aside.size() == 1);
  CHECK(mirror->patches.size() < 30);
}

TEST_CASE_METHOD(relay_fixture,
                 "relay: one refused current value or price does not take the others") {
  remember_prices(20);
  mirror->refused_path = "tickers/AAPL/prices/k7";
  open();
  floor.advance(2s);
  CHECK(history->delivered == 20);
  for (std::int64_t i = 1; i <= 20; ++i)
    CHECK(mirror->holds.count("tickers/AAPL/prices/k" + std::to_string(i)) == (i == 7 ? 0 : 1));

  mirror->refused_path = "bots/b3";
  for (int i = 0; i < 9; ++i) {
    bot_status bot;
    bot.identity.id = "b" + std::to_string(i);
    floor.send(the_relay, bot);
  }
  floor.advance(2s);
  for (int i = 0; i < 9; ++i)
    CHECK(mirror->holds.count("bots/b" + std::to_string(i)) == (i == 3 ? 0 : 1));
  CHECK(status().refused_values == 2);
}

TEST_CASE_METHOD(relay_fixture, "relay: a price is read when it is sent, only keys are kept") {
  auto value = std::make_shared<int>(1);
  auto asked = std::make_shared<int>(0);
  auto pit = floor.spawn([=](caf::event_based_actor* self) -> caf::behavior {
    self->set_default_handler(caf::drop);
    return {[=](const take_price&) {
      ++*asked;
      return price_update{"AAPL", {Price::from_integer(*value), {}, 1, 1}};
    }};
  });
  open();
  floor.advance(200ms);
  mirror->replies = {later(5000)};
  owe({{"a", "1"}});
  floor.run();
  for (int i = 0; i < 1000; ++i) {
    floor.send(the_relay, price_changed{"AAPL", pit});
    bot_status bot;
    bot.identity.id = "b";
    bot.since_ms = i;
    floor.send(the_relay, bot);
  }
  floor.advance(2s);
  CHECK(*asked == 0);
  *value = 42;
  floor.advance(5s);
  CHECK(*asked == 1);
  CHECK(patches_with("tickers/AAPL/price") == 1);
  CHECK(mirror->holds["tickers/AAPL/price"].find("\"42\"") != std::string::npos);
  CHECK(patches_with("bots/b") == 1);
  CHECK(nlohmann::json::parse(mirror->holds["bots/b"]).at("since") == 999);
}

TEST_CASE_METHOD(relay_fixture, "relay: restarted, it owes what it owed and unsays no halt") {
  owe({{"a", "1"}, {"b", "2"}});
  mirror->hangs = true;
  open();
  floor.advance(100ms);
  CHECK(mirror->patches.size() == 1);
  caf::anon_send_exit(the_relay, caf::exit_reason::kill);
  floor.run();
  mirror->hangs = false;
  mirror->holds["floor/halt"] = "killed";
  open();
  floor.advance(1s);
  CHECK(backlog() == 0);
  CHECK(mirror->holds["b"] == "2");
  CHECK(mirror->holds["floor/halt"] == "killed");
  floor.send(the_relay, halt_state{halt_kind::stopped, "m1", 5});
  floor.advance(1s);
  CHECK(mirror->holds["floor/halt"].find("stopped") != std::string::npos);
}

TEST_CASE_METHOD(relay_fixture, "relay: messages that waited are handed over as they came") {
  open();
  for (const char* id : {"m3", "m1", "m2", "m3"}) floor.send(the_relay, mirrored(id));
  floor.advance(1s);
  floor.send(the_relay, desk_address{desk_actor});
  floor.advance(1s);
  std::vector<std::string> order;
  for (const auto& message : desk->messages) order.push_back(message.id);
  CHECK(order == std::vector<std::string>{"m3", "m1", "m2"});
}

TEST_CASE_METHOD(relay_fixture, "relay: a message under a name that is no id is refused there") {
  open();
  floor.send(the_relay, desk_address{desk_actor});
  floor.send(the_relay, mirrored_message{"my first", "my first", R"({"type":"stop"})"});
  floor.send(the_relay, mirrored_message{"%zz", "", R"({"type":"stop"})"});
  floor.advance(1s);
  CHECK(desk->messages.empty());
  CHECK(desk->unreadable.empty());
  for (const char* key : {"my first", "%zz"}) {
    const auto at = std::string("pubsub-messages/") + key;
    CHECK(mirror->holds[at + "/state"] == "\"failed\"");
    CHECK(mirror->holds[at + "/code"] == "\"invalid_input\"");
    CHECK(mirror->holds[at + "/reason"].size() > 2);
  }
}

TEST_CASE_METHOD(relay_fixture, "relay: operator messages wait for a desk that can take them") {
  open();
  floor.send(the_relay, mirrored("m1"));
  floor.send(the_relay, mirrored_message{"m2", "m2", R"({"type":"stop"})"});
  floor.advance(3s);
  CHECK(desk->messages.empty());
  desk->refuses = ec::journal_unavailable;
  floor.send(the_relay, desk_address{desk_actor});
  floor.run();
  REQUIRE(desk->messages.size() == 1);
  CHECK(desk->messages[0].id == "m1");
  REQUIRE(desk->unreadable.size() == 1);
  CHECK(desk->unreadable[0].id == "m2");
  CHECK(desk->unreadable[0].reason.find("target") != std::string::npos);
  desk->refuses = ec{};
  floor.advance(1100ms);
  CHECK(desk->messages.size() == 2);
  floor.advance(5s);
  CHECK(desk->messages.size() == 2);  // taken: not again
  desk->refuses = ec::invalid_input;
  floor.send(the_relay, mirrored("m3"));
  floor.advance(5s);
  CHECK(desk->messages.size() == 3);  // never will be
}

TEST_CASE_METHOD(relay_fixture,
                 "relay: operator messages without a desk are bounded, brakes are taken on top") {
  open();
  for (int i = 0; i < 1100; ++i) floor.send(the_relay, mirrored("m" + std::to_string(i), "status"));
  floor.send(the_relay, mirrored("brake"));
  floor.run();
  floor.send(the_relay, desk_address{desk_actor});
  floor.run();
  CHECK(desk->messages.size() == 1001);
  auto brakes = std::count_if(desk->messages.begin(), desk->messages.end(),
                              [](const operator_message& x) { return x.id == "brake"; });
  CHECK(brakes == 1);
}

TEST_CASE_METHOD(relay_fixture, "relay: prices that were stored after the last word of a pit go") {
  open();
  floor.advance(1s);
  remember_prices(3);
  floor.advance(2s);
  CHECK(history->delivered == 3);
}

TEST_CASE_METHOD(relay_fixture, "relay: a mirror that was restarted is asked to listen again") {
  open();
  floor.advance(1s);
  CHECK(mirror->listeners == 1);
  floor.advance(5s);
  CHECK(mirror->listeners == 2);
}

TEST_CASE_METHOD(relay_fixture, "relay: tells how long Firebase takes for what is written") {
  open();
  floor.send(the_relay, link_status{"firebase.prompt", link_state::live, 1, "", 0});
  floor.send(the_relay, link_status{"firebase.stream", link_state::live, 1, "", 0});
  auto lag = [&](std::size_t which) { return status().links.at(which).lag_ms; };
  floor.advance(20s);
  mirror->replies.assign(100, later());
  owe({{"a", "1"}});
  floor.run();
  floor.advance(7s);
  CHECK(status().links.at(0).name == "firebase.prompt");
  CHECK(lag(0) >= 7'000);
  CHECK(lag(1) == -1);
  mirror->replies.clear();
  floor.advance(40s);
  CHECK(backlog() == 0);
  floor.advance(11s);
  CHECK(lag(0) < 1'000);
}

TEST_CASE_METHOD(relay_fixture, "relay: says how far the clocks are apart") {
  auto with_clock = [this](std::int64_t skew_ms) {
    mirror->replies.push_back({mirror_outcome::stored, 0, "", floor.time()->now_ms() + skew_ms});
    owe({{"a", "1"}});
    floor.run();
    return status().clock_skew_ms;
  };
  open();
  CHECK(with_clock(1900) == 0);
  CHECK(with_clock(-120'000) == -120'000);
  CHECK(with_clock(0) == 0);
}

TEST_CASE_METHOD(relay_fixture, "relay: a journal that cannot be read is asked again") {
  owe({{"a", "1"}});
  floor.script->refuses_reads = true;
  open();
  floor.advance(2s);
  CHECK(mirror->patches.empty());
  floor.script->refuses_reads = false;
  floor.advance(5s);
  CHECK(mirror->holds["a"] == "1");
  CHECK(backlog() == 0);
}

TEST_CASE_METHOD(relay_fixture,
                 "relay: while Firebase takes no current values, no history is read") {
  remember_prices(2);
  mirror->replies = {later(5000)};
  open();
  floor.advance(4s);
  CHECK(history->reads == 0);
  floor.advance(5s);
  CHECK(history->delivered == 2);
}

TEST_CASE_METHOD(relay_fixture, "relay: no price is confirmed before it is stored") {
  remember_prices(2);
  mirror->replies = {mirror_reply{}, later(2000)};
  open();
  floor.advance(1s);
  CHECK(history->reads > 0);
  CHECK(history->delivered == 0);
  floor.advance(5s);
  CHECK(history->delivered == 2);
  CHECK(mirror->holds.count("tickers/AAPL/prices/k1") == 1);
}

TEST_CASE_METHOD(relay_fixture, "relay: finds what is owed without a hint") {
  open();
  floor.advance(500ms);
  journal_write write;
  write.owed = {{"a", "1"}};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  floor.advance(2s);
  CHECK(mirror->holds["a"] == "1");
}

TEST_CASE_METHOD(relay_fixture, "relay: a bot that has left is taken away, its last word too") {
  open();
  bot_status status;
  status.identity.id = "observed-AAPL";
  floor.send(the_relay, status);
  floor.advance(500ms);
  REQUIRE(mirror->holds.count("bots/observed-AAPL") == 1);
  REQUIRE(mirror->holds["bots/observed-AAPL"] != "null");
  mirror->replies = {later(1000)};
  floor.send(the_relay, status);
  floor.send(the_relay, unregister_bot{"observed-AAPL", "gone"});
  floor.advance(5s);
  CHECK(mirror->holds["bots/observed-AAPL"] == "null");
  floor.send(the_relay, status);
  floor.advance(500ms);
  CHECK(mirror->holds["bots/observed-AAPL"] != "null");
}

TEST_CASE_METHOD(relay_fixture, "relay: a pit that hangs holds back no acknowledgement") {
  open();
  auto hangs = floor.spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {[=](const take_price&) { return self->make_response_promise<price_update>(); }};
  });
  floor.send(the_relay, price_changed{"AAPL", hangs});
  floor.advance(200ms);
  owe({{"line", "1"}});
  floor.advance(200ms);
  CHECK(mirror->holds["line"] == "1");
  CHECK(backlog() == 0);
  // Once it has run out of time the rest of the current values goes.
  bot_status bot;
  bot.identity.id = "counter-AAPL";
  floor.send(the_relay, bot);
  floor.advance(6s);
  CHECK(mirror->holds.count("bots/counter-AAPL") == 1);
}

TEST_CASE_METHOD(relay_fixture, "relay: messages left in Firebase are asked for again") {
  open();
  for (int i = 0; i < 1001; ++i) floor.send(the_relay, mirrored("m" + std::to_string(i), "status"));
  floor.advance(1s);
  CHECK(mirror->again == 0);
  floor.send(the_relay, desk_address{desk_actor});
  floor.advance(1s);
  CHECK(desk->messages.size() == 1000);
  CHECK(mirror->again == 1);
}

TEST_CASE_METHOD(relay_fixture, "relay: one that was restarted asks how the bots are") {
  bot_status bot;
  bot.identity.id = "counter-AAPL";
  bot.state = bot_state::stopped;
  roster_handle = floor.spawn(roster);
  floor.send(roster_handle, bot);
  floor.run();
  open();
  floor.advance(1s);
  CHECK(mirror->holds["bots/counter-AAPL"].find("stopped") != std::string::npos);
}
