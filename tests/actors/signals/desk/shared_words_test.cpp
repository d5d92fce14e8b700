#include "tests/actors/signals/desk/signal_desk_rig.hpp"

using namespace outcry;
using outcry::test::signal_desk_rig;
using outcry::test::temp_dir;

// What readers of the shared database hear of calls that were edited or deleted.

namespace {

constexpr const char* shared_words_call = "AAPL long entry 100 stop 90 tp 110 120";
constexpr const char* other_call = "AAPL long entry 100 stop 90 tp 130 140";

struct shared_words_rig : temp_dir, signal_desk_rig {
  explicit shared_words_rig(bool confirm = false)
      : signal_desk_rig(path().string(), {}, signal_desk_rig::followed(confirm)) {}

  contributed_signal shared_call(const std::string& id) const {
    contributed_signal x;
    x.source = "discord:1";
    x.source_id = id;
    x.author_id = "7";
    x.author = "caller";
    x.said_ns = x.received_ns = the_house()->time->now();
    x.contributor = "postgres:carol";
    x.shared = true;
    x.signal =
        R"({"action":"open","side":"long","ticker":"AAPL","asset":"stock","order":"limit","entries":["100"],"targets":["110","120"],"stop":{"price":"90","trigger":"touch"}})";
    return x;
  }
  desk_verdict take(const contributed_signal& x) {
    auto said = request_sync<desk_verdict>(desk, x);
    REQUIRE(said);
    return *said;
  }
  desk_verdict shared_edit(const std::string& id, const std::string& text,
                           const std::string& author = "7") {
    auto x = message(id, text);
    x.edited_ns = x.received_ns + ++edits;
    x.contributor = "postgres:dave";
    x.author_id = author;
    return say(x);
  }
  desk_verdict shared_deletion(const std::string& id) {
    auto x = message(id, "");
    x.edited_ns = x.received_ns + ++edits;
    x.deleted = true;
    x.contributor = "postgres:dave";
    x.author_id.clear();
    return say(x);
  }
  std::int64_t edits = 0;
  std::size_t stored_calls() {
    auto found = request_sync<signal_list>(store, find_signals{});
    REQUIRE(found);
    return found->signals.size();
  }
};

}  // namespace

TEST_CASE("a shared call that is deleted before the yes is cancelled") {
  shared_words_rig at{true};
  at.take(at.shared_call("1"));
  at.shared_deletion("1");
  CHECK(at.stored("1").state == signal_state::cancelled);
  CHECK(at.stored("1").code == "deleted");
  CHECK(at.confirm("discord:1/1", "yes").status == line_status::error);
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("a shared call that is deleted later is withdrawn from its bot") {
  shared_words_rig at;
  at.take(at.shared_call("1"));
  REQUIRE(at.bots->of(follow_kind::call).size() == 1);
  at.shared_deletion("1");
  CHECK(at.bots->of(follow_kind::withdraw).size() == 1);
}

TEST_CASE("the edit of a shared call is judged anew, or becomes an update of its trade") {
  shared_words_rig waits{true};
  waits.take(waits.shared_call("1"));
  waits.shared_edit("1", other_call);
  CHECK(waits.stored("1").state == signal_state::waiting);
  CHECK(waits.stored("1").call.find("130") != std::string::npos);
  CHECK(waits.stored("1").contributor == "postgres:dave");
  waits.shared_edit("1", "never mind");
  CHECK(waits.stored("1").code == "edited_away");

  shared_words_rig follows;
  follows.take(follows.shared_call("1"));
  follows.shared_edit("1", "AAPL long entry 100 stop 95 tp 110 120");
  const auto updates = follows.bots->of(follow_kind::update);
  REQUIRE(updates.size() == 1);
  CHECK(updates.front().body.find("95") != std::string::npos);
  CHECK(updates.front().target_source_id == "1");
  follows.shared_edit("1", "AAPL short entry 100 stop 110 tp 90");
  CHECK(follows.bots->of(follow_kind::update).size() == 1);
}

TEST_CASE("an update that another program made of an edit does not take its call away") {
  shared_words_rig at{true};
  at.take(at.shared_call("1"));
  auto x = at.shared_call("1");
  x.edited_ns = x.received_ns + 5;
  x.update = R"({"ticker":"AAPL","steps":[{"kind":"move_stop","price":"95"}]})";
  x.signal.clear();
  at.take(x);
  CHECK(at.stored("1").state == signal_state::waiting);
}

TEST_CASE("an edit makes no call of what nobody has brought as one") {
  shared_words_rig at;
  const auto said = at.shared_edit("1", shared_words_call);
  CHECK(said.verdict.verdict == "nothing");
  CHECK(said.verdict.rule == "shared");
  CHECK(at.stored_calls() == 0);
  at.shared_deletion("2");
  CHECK(at.stored_calls() == 0);
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("a call that comes after its deletion is not followed") {
  shared_words_rig at;
  at.shared_deletion("1");
  const auto said = at.take(at.shared_call("1"));
  REQUIRE(said.signals.size() == 1);
  CHECK(said.signals.front().state == signal_state::cancelled);
  CHECK(said.signals.front().code == "deleted");
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("a call that comes after its edit is followed if it says the same, else a person looks") {
  shared_words_rig at;
  at.shared_edit("1", shared_words_call);
  CHECK(at.take(at.shared_call("1")).signals.at(0).state == signal_state::accepted);
  at.tell("1", signal_state::closed);
  at.advance(std::chrono::hours(2));
  at.shared_edit("2", other_call);
  const auto said = at.take(at.shared_call("2"));
  CHECK(said.signals.at(0).state == signal_state::quarantined);
  CHECK(said.signals.at(0).code == "edited_since");
  // Words of somebody else do not count.
  at.advance(std::chrono::hours(2));
  at.shared_edit("3", other_call, "8");
  CHECK(at.take(at.shared_call("3")).signals.at(0).state == signal_state::accepted);
}

TEST_CASE("others' words change no call that this floor has read itself, nor another author's") {
  shared_words_rig at;
  at.say("1", shared_words_call);
  at.shared_deletion("1");
  at.shared_edit("1", "never mind");
  CHECK(at.bots->of(follow_kind::withdraw).empty());
  CHECK(at.stored("1").code.empty());
  at.tell("1", signal_state::closed);
  at.advance(std::chrono::hours(2));
  at.take(at.shared_call("2"));
  at.shared_edit("2", "AAPL long entry 100 stop 95 tp 110 120", "8");
  CHECK(at.bots->of(follow_kind::update).empty());
}
