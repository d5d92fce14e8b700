#include "tests/actors/signals/desk/signal_desk_rig.hpp"

// What is said about a call later: follow-ups, edits, deletions.

using namespace outcry;
using outcry::test::signal_desk_rig;
using outcry::test::temp_dir;

namespace {

constexpr const char* later_words_call = "AAPL long entry 100 stop 90 tp 110 120";

struct later_words_rig : temp_dir, signal_desk_rig {
  explicit later_words_rig(bool confirm = false)
      : signal_desk_rig(path().string(), {}, followed(confirm)) {}

  /// A trade of AAPL that is open.
  void open_trade(const std::string& id = "1") {
    say(id, later_words_call);
    tell(id, signal_state::open);
    bots->tasks.clear();
  }
  signal_update_record last_update() {
    const auto all = updates();
    REQUIRE(!all.empty());
    return all.front();
  }
};

}  // namespace

TEST_CASE("a follow-up goes to the bot of its ticker's trade") {
  later_words_rig at;
  at.open_trade();
  at.say("2", "AAPL move stop to 95");
  REQUIRE(at.bots->tasks.size() == 1);
  const auto& task = at.bots->tasks.front();
  CHECK(task.what == follow_kind::update);
  CHECK(task.source_id == "2");
  CHECK(task.target_source_id == "1");
  CHECK(task.body.find("move_stop") != std::string::npos);
  CHECK(at.last_update().code == "applied");
  CHECK(at.last_update().target_source_id == "1");
}

TEST_CASE("without a ticker it is for the only open trade, or for nobody") {
  later_words_rig at;
  at.say("0", "close all");
  CHECK(at.last_update().code == "no_open_trade");
  at.open_trade();
  at.say("2", "move stop to breakeven");
  CHECK(at.bots->tasks.size() == 1);
  at.say("3", "META long entry 100 stop 90 tp 110");
  at.bots->tasks.clear();
  at.say("4", "move stop to breakeven");
  CHECK(at.bots->tasks.empty());
  CHECK(at.last_update().code == "ambiguous");
}

TEST_CASE("an answer to a call is about that call") {
  later_words_rig at;
  at.open_trade();
  at.say("3", "META long entry 100 stop 90 tp 110");
  at.bots->tasks.clear();
  auto reply = at.message("4", "move stop to breakeven");
  reply.reply_to = "3";
  at.say(reply);
  REQUIRE(at.bots->tasks.size() == 1);
  CHECK(at.bots->tasks.front().target_source_id == "3");
}

TEST_CASE("nobody changes another one's trade") {
  later_words_rig at;
  at.open_trade();
  auto other = at.message("2", "AAPL close");
  other.author_id = "8";
  at.say(other);
  CHECK(at.last_update().code == "other_author");
  auto stranger = at.message("3", "AAPL close");
  stranger.trusted = false;
  at.say(stranger);
  CHECK(at.last_update().code == "author_not_trusted");
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("a report closes nothing") {
  later_words_rig at;
  at.open_trade();
  at.say("2", "AAPL TP1 hit");
  CHECK(at.last_update().code == "report");
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("what only a person can do is not tried") {
  later_words_rig at;
  at.open_trade();
  at.say("2", "AAPL close partial");
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("an old wish is not carried out") {
  later_words_rig at;
  at.open_trade();
  auto old = at.message("2", "AAPL close");
  old.sent_ns -= 601 * ns_per_s;
  at.say(old);
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("what the bot does not take is said") {
  later_words_rig at;
  at.open_trade();
  at.bots->refuses = "stop_wider";
  at.say("2", "AAPL move stop to 80");
  CHECK(at.last_update().code == "stop_wider");
  at.bots->refuses.clear();
  at.bots->part_refused = "levels";
  at.say("3", "AAPL move stop to 95");
  CHECK(at.last_update().code == "applied_in_part");
}

TEST_CASE("a follow-up whose bot is away is told again") {
  later_words_rig at;
  at.open_trade();
  at.bots->is_away = true;
  at.say("2", "AAPL move stop to 95");
  CHECK(at.last_update().code == "sending");
  at.bots->is_away = false;
  at.advance(std::chrono::seconds(3));
  CHECK(at.last_update().code == "applied");
}

TEST_CASE("updates of a bot that is away are told again one by one, and not for ever") {
  later_words_rig at;
  at.open_trade();
  at.bots->is_away = true;
  for (int i = 0; i < 3; ++i) at.say(std::to_string(2 + i), "AAPL move stop to 95");
  at.bots->tasks.clear();
  at.advance(std::chrono::seconds(20));
  CHECK(at.bots->tasks.size() <= 3 * 21);
  at.advance(std::chrono::minutes(11));
  CHECK(at.last_update().code == "too_old");
  at.bots->tasks.clear();
  at.advance(std::chrono::seconds(5));
  CHECK(at.bots->of(follow_kind::update).empty());
}

TEST_CASE("what an update asked for is not asked again when it is edited") {
  later_words_rig at;
  at.open_trade();
  at.say("2", "AAPL close 50%");
  REQUIRE(at.bots->tasks.size() == 1);
  at.edit("2", "AAPL close 50% now");
  CHECK(at.bots->tasks.size() == 1);
  CHECK(at.last_update().code == "edit_of_update");
}

TEST_CASE("an answer to a call that is over is about nothing else") {
  later_words_rig at;
  at.open_trade();
  at.tell("1", signal_state::closed);
  at.say("3", "META long entry 100 stop 90 tp 110");
  at.bots->tasks.clear();
  auto reply = at.message("4", "close it");
  reply.reply_to = "1";
  at.say(reply);
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("a stop that is moved by an edit counts long after the call") {
  later_words_rig at;
  at.open_trade();
  at.advance(std::chrono::minutes(30));
  auto later = at.message("1", "AAPL long entry 100 stop 95 tp 110 120");
  later.sent_ns -= 1800 * ns_per_s;
  later.edited_ns = later.received_ns;
  at.say(later);
  REQUIRE(at.bots->of(follow_kind::update).size() == 1);
}

TEST_CASE("its author may take a waiting call back") {
  later_words_rig at{true};
  at.say("1", later_words_call);
  at.say("2", "cancel AAPL");
  CHECK(at.stored("1").state == signal_state::cancelled);
  CHECK(at.stored("1").code == "taken_back");
  CHECK(at.confirm("discord:1/1", "yes").status == line_status::error);
}

TEST_CASE("a call to close is applied to the trade it closes") {
  later_words_rig at;
  at.say("1", "BTO 100 AAPL @ 100 SL 90");
  at.tell("1", signal_state::open);
  at.bots->tasks.clear();
  at.say("2", "STC 50 AAPL @ 105");
  REQUIRE(at.bots->tasks.size() == 1);
  CHECK(at.bots->tasks.front().what == follow_kind::update);
  CHECK(at.bots->tasks.front().body.find("close_partial") != std::string::npos);
  CHECK(at.bots->tasks.front().body.find("\"50\"") != std::string::npos);
  CHECK(at.stored("2").state == signal_state::observed);
  at.say("3", "STC META @ 105");
  CHECK(at.stored("3").code == "nothing_to_close");
}

TEST_CASE("an edit before the entry replaces the call") {
  later_words_rig at{true};
  at.say("1", later_words_call);
  at.edit("1", "AAPL long entry 99 stop 90 tp 110 120");
  const auto record = at.stored("1");
  CHECK(record.state == signal_state::waiting);
  CHECK(record.call.find("\"99\"") != std::string::npos);
  at.advance(std::chrono::seconds(1));
  at.edit("1", "sorry, wrong channel");
  CHECK(at.stored("1").state == signal_state::refused);
  CHECK(at.stored("1").code == "edited_away");
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("an edit after the entry never trades a second time") {
  later_words_rig at;
  at.open_trade();
  at.edit("1", "AAPL long entry 100 stop 95 tp 110 125");
  REQUIRE(at.bots->tasks.size() == 1);
  CHECK(at.bots->tasks.front().what == follow_kind::update);
  CHECK(at.bots->tasks.front().body.find("move_stop") != std::string::npos);
  CHECK(at.bots->tasks.front().body.find("set_target") != std::string::npos);
  at.bots->tasks.clear();
  at.advance(std::chrono::seconds(1));
  at.edit("1", "AAPL long entry 105 stop 95 tp 110 125");
  CHECK(at.last_update().code == "edit_changes_call");
  at.advance(std::chrono::seconds(1));
  at.edit("1", "META long entry 105 stop 95 tp 110 125");
  CHECK(at.bots->tasks.empty());
  CHECK(at.stored("1").ticker == "AAPL");
}

TEST_CASE("an edit of a call that is over changes nothing") {
  later_words_rig at;
  at.open_trade();
  at.tell("1", signal_state::closed);
  at.edit("1", "AAPL long entry 100 stop 95 tp 110 125");
  CHECK(at.bots->tasks.empty());
  CHECK(at.updates().empty());
}

TEST_CASE("an edit that mends a refused call is followed, once") {
  later_words_rig at;
  CHECK(at.say("1", "AAPL long entry 100 stop 190 tp 110 120").verdict.verdict == "refused");
  at.edit("1", later_words_call);
  CHECK(at.bots->tasks.size() == 1);
  at.advance(std::chrono::seconds(1));
  at.edit("1", std::string(later_words_call) + " good luck");
  CHECK(at.bots->tasks.size() == 1);
}

TEST_CASE("talk that becomes a call by an edit is followed, once") {
  later_words_rig at;
  at.say("1", "hold on");
  at.edit("1", later_words_call);
  CHECK(at.bots->tasks.size() == 1);
}

TEST_CASE("a deleted call is given up where nothing was bought") {
  later_words_rig waiting{true};
  waiting.say("1", later_words_call);
  waiting.take_back("1");
  CHECK(waiting.stored("1").state == signal_state::cancelled);
  CHECK(waiting.stored("1").code == "deleted");
  later_words_rig at;
  at.say("1", later_words_call);
  at.bots->tasks.clear();
  at.take_back("1");
  REQUIRE(at.bots->tasks.size() == 1);
  CHECK(at.bots->tasks.front().what == follow_kind::withdraw);
  CHECK(at.bots->tasks.front().target_source_id == "1");
  at.tell("1", signal_state::cancelled);
  CHECK(at.stored("1").state == signal_state::cancelled);
}

TEST_CASE("posted, edited, deleted, reposted by a second member: traded once") {
  later_words_rig at;
  at.say("1", later_words_call);
  at.edit("1", std::string(later_words_call) + " lfg");
  at.take_back("1");
  auto second = at.message("2", later_words_call);
  second.author_id = "8";
  at.say(second);
  CHECK(at.bots->of(follow_kind::call).size() == 1);
}
