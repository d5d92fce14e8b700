#include "adapters/discord/bridge.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include "actors/floor/seat.hpp"
#include "tests/support/fake_discord.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::discord::test {

using nlohmann::json;

namespace {

/// A desk and a store that outlive the bridge, as the disk does.
struct outside {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<raw_message> taken;
  std::map<std::string, std::string> cursors;
  int refusals = 0;  ///< so many questions are answered with `refusal`
  ec refusal = ec::unavailable;
  bool silent = false;              ///< the desk keeps its answers
  std::string silent_on;            ///< or only this one
  std::set<std::string> forgotten;  ///< cursors that the store fails to find
  std::vector<std::string> saved;   ///< names of cursors, in order
  int cursor_failures = 0;
  int asked = 0;  ///< questions to the desk

  bool wait(const std::function<bool()>& wanted) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), wanted);
  }
  bool wait_taken(std::size_t n) {
    return wait([&] { return taken.size() >= n; });
  }
  bool wait_cursor(snowflake place, snowflake id) {
    return wait([&] { return cursors["discord:" + std::to_string(place)] == std::to_string(id); });
  }
  std::vector<std::string> texts() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> result;
    for (const auto& m : taken) result.push_back(m.deleted ? "-" + m.source_id : m.text);
    return result;
  }
};

struct rig {
  struct config : floor_system_config {
    config() { set("scheduler.max-threads", 2); }
  };
  config settings;
  caf::actor_system system{settings};
  outcry::test::fake_discord discord;
  snowflake calls = discord.add_channel("calls");
  outcry::test::temp_dir folder;
  std::shared_ptr<outside> world = std::make_shared<outside>();
  std::shared_ptr<outcry::test::manual_clock> time = std::make_shared<outcry::test::manual_clock>();
  caf::actor desk = system.spawn([w = world](caf::event_based_actor* self) -> caf::behavior {
    return {[w, self](const raw_message& m) -> caf::result<desk_verdict> {
      const std::lock_guard lock(w->mutex);
      ++w->asked;
      w->changed.notify_all();
      if (w->silent || (!w->silent_on.empty() && m.text == w->silent_on)) {
        auto kept = self->make_response_promise<desk_verdict>();
        return kept;
      }
      if (w->refusals > 0) {
        --w->refusals;
        return caf::make_error(w->refusal);
      }
      w->taken.push_back(m);
      w->changed.notify_all();
      return desk_verdict{};
    }};
  });
  caf::actor store = system.spawn([w = world](caf::event_based_actor*) -> caf::behavior {
    return {[w](const save_cursor& x) -> caf::result<cursor_value> {
              const std::lock_guard lock(w->mutex);
              if (w->cursor_failures > 0) {
                --w->cursor_failures;
                return caf::make_error(ec::unavailable);
              }
              w->cursors[x.name] = x.value;
              w->saved.push_back(x.name);
              w->changed.notify_all();
              return cursor_value{x.value};
            },
            [w](const get_cursor& x) -> caf::result<cursor_value> {
              const std::lock_guard lock(w->mutex);
              if (w->forgotten.contains(x.name)) return caf::make_error(ec::unavailable);
              if (w->cursor_failures > 0) {
                --w->cursor_failures;
                return caf::make_error(ec::unavailable);
              }
              return cursor_value{w->cursors[x.name]};
            }};
  });
  bridge_interface bot;

  ~rig() {
    stop();
    for (auto& one : {desk, store}) caf::anon_send_exit(one, caf::exit_reason::kill);
  }

  bridge_options options() {
    bridge_options result;
    result.client.token = discord.token();
    result.client.identify_file = folder.file("identifies");
    result.client.api = discord.api();
    result.client.session.shortest_retry_ms = 5;
    result.client.session.longest_retry_ms = 20;
    result.client.identifies.spacing_ms = 1;
    result.client.identifies.longest_ms = 4;
    result.channels = {{calls, {}, {}}};
    result.desk = caf::actor_cast<message_reader_actor>(desk);
    result.store = caf::actor_cast<cursor_store_actor>(store);
    auto home = std::make_shared<house>();
    home->time = time;
    result.house = home;
    result.retry_pause = std::chrono::milliseconds(5);
    return result;
  }
  void start() { start(options()); }
  void start(bridge_options with) { bot = system.spawn(bridge, std::move(with)); }
  void stop() {
    if (!bot) return;
    caf::scoped_actor self(system);
    caf::anon_send_exit(bot, caf::exit_reason::user_shutdown);
    self->wait_for(bot);
    bot = nullptr;
  }
  link_status link() {
    link_status result;
    caf::scoped_actor self(system);
    self->request(bot, std::chrono::seconds(20), get_links{})
        .receive([&](const link_list& all) { result = all.links.front(); },
                 [](const caf::error&) { FAIL("no links"); });
    return result;
  }
  bool wait_link(link_state state) {
    return outcry::test::eventually([&] { return link().state == state; });
  }
  /// Live, and the channel's place is stored.
  bool start_live() {
    start();
    return wait_link(link_state::live) &&
           world->wait([&] { return !world->cursors["discord:" + std::to_string(calls)].empty(); });
  }
};

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a Discord message as the signal desk gets it") {
  message m;
  m.id = 175928847299117063;
  m.channel_id = 7;
  m.author_id = 5;
  m.author_name = "nelly";
  m.text = "BUY";
  m.sent_ms = made_at_ms(m.id);
  m.reply_to = 9;
  const auto raw = to_raw(m, {}, 77);
  CHECK(raw.source == "discord:7");
  CHECK(raw.source_id == "175928847299117063");
  CHECK(raw.edited_ns == 0);
  CHECK(raw.sent_ns == 1462015105796 * ns_per_ms);
  CHECK(raw.received_ns == 77);
  CHECK(raw.author_id == "5");
  CHECK(raw.author == "nelly");
  CHECK(raw.reply_to == "9");
  CHECK(raw.contributor == "");
  CHECK_FALSE(raw.deleted);
  m.parent_id = 6;
  CHECK(to_raw(m, {}, 77).source == "discord:6");
  m.is_edit = true;
  CHECK(to_raw(m, {}, 77).edited_ns == raw.sent_ns + 1);
  m.edited_ms = 3;
  CHECK(to_raw(m, {}, 77).edited_ns == 3 * ns_per_ms);
  const auto gone = to_raw(deletion{7, 6, 0, {1, 2}}, 88);
  REQUIRE(gone.size() == 2);
  CHECK(gone[1].deleted);
  CHECK(gone[1].source == "discord:6");
  CHECK(gone[1].source_id == "2");
  CHECK(gone[1].edited_ns == 88);
}

TEST_CASE("who is trusted in a channel") {
  message m;
  m.author_id = 5;
  CHECK(trusts({7, {}, {}}, m));
  CHECK(trusts({7, {5}, {}}, m));
  CHECK_FALSE(trusts({7, {6}, {}}, m));
  CHECK_FALSE(trusts({7, {}, {31}}, m));  // roles not known
  m.role_ids = {30, 31};
  CHECK(trusts({7, {}, {31}}, m));
  CHECK(trusts({7, {6}, {31}}, m));
  CHECK_FALSE(trusts({7, {6}, {32}}, m));
}

TEST_CASE("the scraper hands over messages, edits and deletes, with the channel's rule") {
  rig r;
  r.discord.set_roles(2000, {31});
  auto options = r.options();
  options.channels = {{r.calls, {2001}, {31}}};
  r.start(options);
  REQUIRE(r.wait_link(link_state::live));
  REQUIRE(r.world->wait(
      [&] { return !r.world->cursors["discord:" + std::to_string(r.calls)].empty(); }));
  const auto id = r.discord.post(r.calls, "by role");
  r.discord.post(r.calls, "by name", {{"author", {{"id", "2001"}, {"username", "x"}}}});
  r.discord.post(r.calls, "stranger", {{"author", {{"id", "2002"}, {"username", "y"}}}});
  r.discord.post(r.calls, "ours",
                 {{"author", {{"id", std::to_string(r.discord.bot_id())}, {"username", "o"}}}});
  r.discord.edit(r.calls, id, "edited");
  r.discord.remove(r.calls, {id});
  REQUIRE(r.world->wait_taken(5));
  CHECK(r.world->texts() ==
        texts{"by role", "by name", "stranger", "edited", "-" + std::to_string(id)});
  const auto& taken = r.world->taken;
  CHECK(taken[0].trusted);
  CHECK(taken[1].trusted);
  CHECK_FALSE(taken[2].trusted);
  CHECK(taken[3].edited_ns > 0);
  CHECK(taken[0].received_ns == r.time->now());
}

TEST_CASE("a restart goes on behind what the desk had stored") {
  rig r;
  REQUIRE(r.start_live());
  const auto thread = r.discord.add_thread(r.calls, "thread");
  const auto first = r.discord.post(r.calls, "first");
  const auto inside = r.discord.post(thread, "inside");
  REQUIRE(r.world->wait_cursor(r.calls, first));
  REQUIRE(r.world->wait_cursor(thread, inside));
  r.stop();
  r.discord.post(r.calls, "missed");
  r.discord.post(thread, "missed inside");
  r.start();
  REQUIRE(r.world->wait_taken(4));
  r.discord.post(r.calls, "live");
  REQUIRE(r.world->wait_taken(5));
  auto all = r.world->texts();
  std::sort(all.begin(), all.end());
  CHECK(all == texts{"first", "inside", "live", "missed", "missed inside"});
}

TEST_CASE("a thread whose first messages were never stored begins again where it was") {
  rig r;
  const auto calls = "discord:" + std::to_string(r.calls);
  r.discord.post(r.calls, "history");
  REQUIRE(r.start_live());
  CHECK(r.world->saved == texts{calls + ":threads", calls});
  r.stop();
  const bool followed_before_that_was_kept = GENERATE(false, true);
  if (followed_before_that_was_kept) r.world->cursors.erase(calls + ":threads");
  const auto thread = r.discord.add_thread(r.calls, "thread");
  r.discord.post(thread, "missed inside");
  r.discord.post(thread, "and more");
  const auto later = r.discord.post(r.calls, "later in the channel");
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->silent_on = "missed inside";
    r.world->asked = 0;
  }
  // The channel has been stored beyond what the thread still waits for when it ends.
  r.start();
  REQUIRE(r.world->wait_cursor(r.calls, later));
  // The desk has both, and keeps the answer to one: none waits in its mailbox for the next life.
  REQUIRE(r.world->wait([&] { return r.world->asked == 2; }));
  r.stop();
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->silent_on.clear();
  }
  r.start();
  REQUIRE(r.world->wait_taken(3));
  CHECK(r.world->texts() == texts{"later in the channel", "missed inside", "and more"});
}

TEST_CASE("a thread whose place the store does not tell comes again rather than not") {
  rig r;
  REQUIRE(r.start_live());
  const auto thread = r.discord.add_thread(r.calls, "thread");
  const auto inside = r.discord.post(thread, "inside");
  REQUIRE(r.world->wait_cursor(thread, inside));
  r.stop();
  r.discord.post(thread, "missed");
  const auto later = r.discord.post(r.calls, "later");
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->forgotten = {"discord:" + std::to_string(thread)};
    // As if the last life had stored it just before its end.
    r.world->cursors["discord:" + std::to_string(r.calls)] = std::to_string(later);
  }
  r.start();
  REQUIRE(r.world->wait_taken(3));
  CHECK(r.world->texts() == texts{"inside", "inside", "missed"});
}

TEST_CASE("what the desk had not stored comes again") {
  rig r;
  REQUIRE(r.start_live());
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->silent = true;
  }
  r.discord.post(r.calls, "under way");
  REQUIRE(r.world->wait([&] { return r.world->asked > 0; }));
  r.stop();
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->silent = false;
  }
  r.start();
  REQUIRE(r.world->wait_taken(1));
  CHECK(r.world->texts() == texts{"under way"});
}

TEST_CASE("what is said between a first start and the first message is not missed") {
  rig r;
  r.discord.post(r.calls, "history");
  REQUIRE(r.start_live());
  r.stop();
  r.discord.post(r.calls, "missed");
  r.start();
  REQUIRE(r.world->wait_taken(1));
  CHECK(r.world->texts() == texts{"missed"});
}

TEST_CASE("a desk and a store that are away are waited for, in order") {
  rig r;
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->refusals = 5;
    r.world->cursor_failures = 3;
  }
  REQUIRE(r.start_live());
  for (int i = 0; i < 5; ++i) r.discord.post(r.calls, std::to_string(i));
  REQUIRE(r.world->wait_taken(5));
  CHECK(r.world->texts() == texts{"0", "1", "2", "3", "4"});
}

TEST_CASE("a full disk is waited for, and the cursor passes over nothing that is not stored") {
  rig r;
  auto options = r.options();
  options.max_tries = 2;
  const auto cursor = "discord:" + std::to_string(r.calls);
  r.start(options);
  REQUIRE(r.world->wait([&] { return !r.world->cursors[cursor].empty(); }));
  std::string before;
  {
    const std::lock_guard lock(r.world->mutex);
    before = r.world->cursors[cursor];
    r.world->refusals = 1'000'000;
    r.world->refusal = ec::not_durable;
  }
  const auto first = r.discord.post(r.calls, "first");
  const auto second = r.discord.post(r.calls, "second");
  // Far more tries than a message that is wrong itself would have.
  REQUIRE(r.world->wait([&] { return r.world->asked >= 10; }));
  {
    const std::lock_guard lock(r.world->mutex);
    CHECK(r.world->taken.empty());
    CHECK(r.world->cursors[cursor] == before);
  }
  SECTION("until there is room again") {
    const std::lock_guard lock(r.world->mutex);
    r.world->refusals = 0;
  }
  SECTION("also when the floor ends meanwhile") {
    r.stop();
    {
      const std::lock_guard lock(r.world->mutex);
      CHECK(r.world->cursors[cursor] == before);
      r.world->refusals = 0;
    }
    r.start(options);
  }
  REQUIRE(r.world->wait_taken(2));
  CHECK(r.world->texts() == texts{"first", "second"});
  CHECK(first < second);
  CHECK(r.world->wait_cursor(r.calls, second));
}

TEST_CASE("a message on which the desk fails is left out in the end") {
  rig r;
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->refusals = 3;
    r.world->refusal = ec::invalid_input;
  }
  auto options = r.options();
  options.max_tries = 3;
  r.start(options);
  REQUIRE(r.world->wait(
      [&] { return !r.world->cursors["discord:" + std::to_string(r.calls)].empty(); }));
  r.discord.post(r.calls, "poison");
  r.discord.post(r.calls, "good");
  REQUIRE(r.world->wait_taken(1));
  CHECK(r.world->texts() == texts{"good"});
}

TEST_CASE("more than may wait is fetched again when the desk has caught up") {
  rig r;
  auto options = r.options();
  options.max_waiting = 3;
  options.answer_timeout = std::chrono::milliseconds(500);
  r.start(options);
  REQUIRE(r.world->wait(
      [&] { return !r.world->cursors["discord:" + std::to_string(r.calls)].empty(); }));
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->silent = true;
  }
  texts expected;
  for (int i = 0; i < 40; ++i) {
    expected.push_back(std::to_string(i));
    r.discord.post(r.calls, expected.back());
  }
  REQUIRE(outcry::test::eventually([&] { return r.link().reason == "the signal desk is behind"; }));
  {
    const std::lock_guard lock(r.world->mutex);
    r.world->silent = false;
  }
  REQUIRE(r.world->wait_taken(40));
  CHECK(r.world->texts() == expected);
}

TEST_CASE("a token that is none is told by the link") {
  rig r;
  auto options = r.options();
  options.client.token = "mfa.SECRET";
  r.start(options);
  REQUIRE(r.wait_link(link_state::refused));
  CHECK(r.link().reason.find("user account") != std::string::npos);
  CHECK(r.link().reason.find("SECRET") == std::string::npos);
}

}  // namespace outcry::discord::test
