#include "tests/actors/signals/desk/signal_desk_rig.hpp"

using namespace outcry;
using outcry::test::follower_script;
using outcry::test::signal_desk_rig;
using outcry::test::temp_dir;

// A store that answers late, or never: what is told must be what holds.

namespace {

constexpr const char* call = "AAPL long entry 100 stop 90 tp 110 120";

/// Beyond every patience of the desk with its store.
constexpr std::chrono::seconds too_long{15};

struct rig : temp_dir, signal_desk_rig {
  explicit rig(bool confirm = false)
      : signal_desk_rig(path().string(), {}, signal_desk_rig::followed(confirm)) {}

  /// The store answers again, first what it still owed.
  void recover() {
    faults->is_slow = faults->is_deaf = false;
    REQUIRE(request_sync<cursor_value>(store, get_cursor{"any"}));
    advance(std::chrono::seconds(3));
  }

  /// A yes comes while the store has not answered `end_of_call` yet.
  void say_yes_to_given_up(const raw_message& end_of_call) {
    faults->is_slow = true;
    send(desk, end_of_call);
    run();
    const auto yes = ask_confirm("discord:1/1", "yes");
    advance(too_long);
    recover();
    REQUIRE(yes.ready());
    CHECK(yes.get()->line.status == line_status::error);
    CHECK(stored("1").state == signal_state::cancelled);
    CHECK(bots->tasks.empty());
  }
};

}  // namespace

TEST_CASE("a yes that is stored too late to be answered is not told as failed") {
  rig at{true};
  at.say("1", call);
  at.faults->is_slow = true;
  const auto yes = at.ask_confirm("discord:1/1", "yes");
  at.advance(too_long);
  CHECK(!yes.ready());
  CHECK(at.bots->tasks.empty());
  at.recover();
  REQUIRE(yes.ready());
  CHECK(yes.get()->line.status == line_status::done);
  CHECK(at.bots->tasks.size() == 1);
  CHECK(at.stored("1").state == signal_state::entering);
}

TEST_CASE("a yes that never reached the store is stored when it can be, and told then") {
  rig at{true};
  at.say("1", call);
  at.faults->is_deaf = true;
  const auto yes = at.ask_confirm("discord:1/1", "yes");
  at.advance(too_long);
  CHECK(!yes.ready());
  CHECK(at.stored("1").state == signal_state::waiting);
  at.recover();
  REQUIRE(yes.ready());
  CHECK(yes.get()->line.status == line_status::done);
  CHECK(at.bots->tasks.size() == 1);
}

TEST_CASE("a full disk after an unanswered write does not make a yes fail") {
  rig at{true};
  at.say("1", call);
  at.faults->is_slow = true;
  const auto yes = at.ask_confirm("discord:1/1", "yes");
  at.faults->is_slow = false;
  at.faults->refuses_writes = true;
  at.advance(too_long);
  // It is stored, so it was not for nothing.
  CHECK(at.stored("1").state == signal_state::accepted);
  CHECK(!yes.ready());
  CHECK(at.bots->tasks.empty());
  at.faults->refuses_writes = false;
  at.recover();
  REQUIRE(yes.ready());
  CHECK(yes.get()->line.status == line_status::done);
}

TEST_CASE("a yes that the disk refused is told as failed, and nothing comes of it") {
  temp_dir dir;
  auto bots = std::make_shared<follower_script>();
  {
    signal_desk_rig before{dir.path().string(), bots, signal_desk_rig::followed(true)};
    before.say("1", call);
    before.faults->refuses_writes = true;
    CHECK(before.confirm("discord:1/1", "yes").status == line_status::error);
    before.faults->refuses_writes = false;
    before.advance(std::chrono::seconds(3));
    CHECK(before.stored("1").state == signal_state::waiting);
  }
  signal_desk_rig after{dir.path().string(), bots, signal_desk_rig::followed(true)};
  after.advance(std::chrono::seconds(3));
  CHECK(bots->tasks.empty());
}

TEST_CASE("a no that is stored too late is told once it is known") {
  rig at{true};
  at.say("1", call);
  at.faults->is_slow = true;
  const auto no = at.ask_confirm("discord:1/1", "no");
  at.advance(too_long);
  CHECK(!no.ready());
  at.recover();
  REQUIRE(no.ready());
  CHECK(no.get()->line.status == line_status::done);
  CHECK(at.stored("1").state == signal_state::declined);
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("a message whose storing is answered late is acted on once") {
  rig at;
  at.faults->is_slow = true;
  const auto message = at.message("1", call);
  const auto said = at.ask<desk_verdict>(at.desk, message);
  at.run();
  at.advance(too_long);
  CHECK(!said.ready());
  CHECK(at.bots->tasks.empty());
  at.recover();
  REQUIRE(said.ready());
  CHECK(said.get()->verdict.verdict == "signal");
  CHECK(at.bots->tasks.size() == 1);
  // Whoever lost patience asks again.
  CHECK(at.say(message).verdict.verdict == "signal");
  CHECK(at.bots->tasks.size() == 1);
  CHECK(at.stored("1").version == 2);
}

TEST_CASE("an update whose storing is answered late reaches its bot once") {
  rig at;
  at.say("1", call);
  at.tell("1", signal_state::open);
  at.faults->is_slow = true;
  const auto moved = at.ask<desk_verdict>(at.desk, at.message("2", "AAPL move stop to 95"));
  at.run();
  at.advance(too_long);
  CHECK(at.bots->of(follow_kind::update).empty());
  at.recover();
  REQUIRE(moved.ready());
  CHECK(at.bots->of(follow_kind::update).size() == 1);
  at.advance(std::chrono::seconds(5));
  CHECK(at.bots->of(follow_kind::update).size() == 1);
}

TEST_CASE("what is taken back while the store is silent is not followed by a later yes") {
  rig at{true};
  at.say("1", call);
  auto gone = at.message("1", "");
  gone.edited_ns = gone.received_ns + 2;
  gone.deleted = true;
  at.say_yes_to_given_up(gone);
}

TEST_CASE("a call given up by a later message stays given up though the store was silent") {
  rig at{true};
  at.say("1", call);
  at.say_yes_to_given_up(at.message("2", "cancel AAPL"));
}

TEST_CASE("a call that somebody else has read is followed though its storing was answered late") {
  rig at;
  contributed_signal x;
  x.source = "discord:1";
  x.source_id = "1";
  x.author_id = "7";
  x.said_ns = x.received_ns = at.time()->now();
  x.signal =
      R"({"action":"open","side":"long","ticker":"AAPL","asset":"stock","order":"limit","entries":["100"],"targets":["110"],"stop":{"price":"90","trigger":"touch"}})";
  at.faults->is_slow = true;
  const auto said = at.ask<desk_verdict>(at.desk, x);
  at.run();
  at.advance(too_long);
  CHECK(at.bots->tasks.empty());
  at.recover();
  REQUIRE(said.ready());
  CHECK(at.bots->tasks.size() == 1);
  CHECK(at.stored("1").state == signal_state::entering);
}
