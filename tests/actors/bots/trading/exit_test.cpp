#include "tests/actors/bots/trading/trading_floor.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct exit_fixture {
  temp_dir dir;
  trading_floor floor{dir.path().string()};

  exit_fixture() { floor.open_bot(); }

  /// The last order that reached the broker.
  const order_terms& sent() const { return floor.broker->received.back().terms; }
  std::size_t sent_count() const { return floor.broker->received.size(); }

  void session(session_phase phase) {
    floor.broker->session.phase = phase;
    ++floor.broker->session.next_change_ns;
    floor.send(floor.broker->listener, floor.broker->session);
    floor.run();
  }
};

}  // namespace

TEST_CASE_METHOD(exit_fixture, "trading bot: exit sells what the bot owns and is done when flat") {
  floor.own_shares("10");
  floor.tell("m1", "exit");
  floor.run();
  CHECK(floor.stored("m1").status == line_status::pending);
  CHECK(floor.record().desired == desired_state::stopped);
  REQUIRE(sent_count() == 2);
  CHECK(sent().side == order_side::sell);
  CHECK(sent().type == order_type::market);
  CHECK(sent().qty == qty("10"));
  CHECK(floor.order(2).purpose == order_purpose::exit);
  floor.fill(2, "4", "101");
  CHECK(floor.words("m1") == 0);
  floor.fill(2, "6", "102");
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::done);
  CHECK(line.reason == "flat: 10 closed at 101.6");
  CHECK(floor.result(line) ==
        nlohmann::json{{"shares", "10"}, {"average_price", "101.6"}, {"position", "0"}});
  CHECK(floor.told() == "1 new 0; 1 fill 10; 2 new 0; 2 partial_fill 4; 2 fill 6; ");
  CHECK(floor.status().state == bot_state::stopped);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit with nothing to close") {
  const auto line = floor.command("m1", "exit");
  CHECK(line.status == line_status::done);
  CHECK(line.reason == "there was nothing to close");
  CHECK(floor.status().state == bot_state::stopped);
  CHECK(floor.command("m2", "exit", R"({"limit_price":-1})").code == "invalid_config");
  CHECK(floor.command("m3", "exit", R"({"then":"buy"})").code == "invalid_config");
  CHECK(floor.command("m4", "exit", R"({"qty":5})").code == "invalid_config");
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit cancels the others first, however they end") {
  floor.own_shares("10");
  floor.ask(buy("5", "99"));
  floor.broker->cancels_work = false;
  floor.tell("m1", "exit");
  floor.advance(6s);
  CHECK(sent_count() == 2);
  CHECK(floor.last("m1").reason == "1 order of the bot is being cancelled");
  // What fills before the cancel is sold as well.
  floor.fill(2, "3", "99");
  floor.end(2, order_status::canceled);
  floor.advance(1s);
  REQUIRE(sent_count() == 3);
  CHECK(sent().qty == qty("13"));
}

TEST_CASE_METHOD(exit_fixture,
                 "trading bot: exit counts the fill whose event is still on its way") {
  floor.own_shares("10");
  const auto number = floor.ask(buy("5", "99"));
  floor.desk_words->late_events = true;
  floor.fill(number, "5", "99");
  // The desk has no open order any more, the bot does not know of the five shares yet.
  floor.tell("m1", "exit");
  floor.advance(2s);
  CHECK(sent_count() == 2);
  floor.desk_words->late_events = false;
  for (const auto& event : floor.desk_words->hold_back) floor.send(floor.desk_words->bot, event);
  floor.advance(2s);
  REQUIRE(sent_count() == 3);
  CHECK(sent().qty == qty("15"));
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit at a limit also works in extended hours") {
  floor.own_shares("10");
  session(session_phase::after_hours);
  floor.command("m1", "exit", R"({"limit_price":"99.5"})");
  REQUIRE(sent_count() == 2);
  CHECK(sent().type == order_type::limit);
  CHECK(sent().limit_price == at("99.5"));
  CHECK(sent().extended_hours);
  floor.fill(2, "10", "99.5");
  CHECK(floor.last("m1").status == line_status::done);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit rejected names what is left") {
  floor.own_shares("10");
  floor.tell("m1", "exit");
  floor.run();
  floor.fill(2, "4");
  floor.end(2, order_status::rejected, "no market");
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::error);
  CHECK(line.code == "refused");
  CHECK(line.reason.find("position 6 is left and the bot stays stopped") != std::string::npos);
  CHECK(floor.result(line).at("position") == "6");
  CHECK(floor.result(line).at("shares") == "4");
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit tries three orders when they are cancelled") {
  floor.own_shares("10");
  floor.tell("m1", "exit");
  floor.run();
  for (std::uint64_t number = 2; number <= 4; ++number) {
    CHECK(sent().qty ==
          qty("12") - qty("1") - Quantity::from_integer(static_cast<std::int64_t>(number) - 1));
    floor.fill(number, "1");
    floor.end(number, order_status::canceled);
    floor.advance(1s);
  }
  CHECK(sent_count() == 4);
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::error);
  CHECK(line.reason.find("position 7 is left") != std::string::npos);
  CHECK(floor.result(line).at("shares") == "3");
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit out of session waits for the opening") {
  floor.own_shares("10");
  session(session_phase::closed);
  const auto expires = floor.time()->now_ms() + 60'000;
  floor.tell("m1", "exit", "{}", expires);
  floor.advance(6s);
  CHECK(floor.last("m1").status == line_status::pending);
  CHECK(floor.last("m1").code == "waiting_for_open");
  CHECK(floor.last("m1").reason == "the session is closed; position 10");
  CHECK(sent_count() == 1);
  SECTION("and resumes") {
    session(session_phase::regular);
    REQUIRE(sent_count() == 2);
    floor.fill(2, "10");
    CHECK(floor.last("m1").status == line_status::done);
    CHECK(floor.last("m1").code.empty());
  }
  SECTION("or expires, naming the position left") {
    floor.advance(56s);
    CHECK(floor.last("m1").status == line_status::expired);
    CHECK(floor.last("m1").reason ==
          "the session is closed; position 10; position 10 is left and the bot stays stopped");
    session(session_phase::regular);
    floor.advance(5s);
    CHECK(sent_count() == 1);
  }
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit that expires cancels its order") {
  floor.own_shares("10");
  floor.tell("m1", "exit", "{}", floor.time()->now_ms() + 20'000);
  floor.run();
  floor.fill(2, "4");
  floor.advance(22s);
  CHECK(floor.order(2).status == order_status::canceled);
  CHECK(floor.last("m1").status == line_status::expired);
  CHECK(floor.last("m1").reason.find("position 6 is left") != std::string::npos);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit and then start") {
  floor.own_shares("10");
  floor.tell("m1", "exit", R"({"then":"start"})");
  floor.run();
  floor.fill(2, "10");
  CHECK(floor.last("m1").status == line_status::done);
  CHECK(floor.last("m1").reason == "flat: 10 closed at 100; started again");
  CHECK(floor.status().state == bot_state::running);
  CHECK(floor.record().desired == desired_state::running);
  CHECK(floor.ask(buy("1")) == 3);
  CHECK(sent_count() == 3);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit with then=start closes nothing twice") {
  floor.own_shares("10");
  const auto message = floor.tell("m1", "exit", R"({"then":"start"})");
  floor.run();
  // It runs again, and ends before it could say so.
  floor.desk_words->hangs_gates = true;
  floor.fill(2, "10");
  CHECK(floor.record().desired == desired_state::running);
  floor.kill_bot();
  floor.desk_words->hangs_gates = false;
  floor.advance(3s);
  floor.request_sync<gate_report>(floor.real_desk, open_gate{trading_floor::bot_id});
  floor.own_shares("5");
  CHECK(sent_count() == 3);
  floor.tell_again(message);
  floor.advance(3s);
  CHECK(floor.last("m1").status == line_status::done);
  CHECK(sent_count() == 3);
  CHECK(floor.status().state == bot_state::running);
}

TEST_CASE_METHOD(exit_fixture,
                 "trading bot: exit goes on after a restart and sells nothing twice") {
  floor.own_shares("10");
  const auto message = floor.tell("m1", "exit");
  floor.run();
  CHECK(sent_count() == 2);
  SECTION("its order is open") {
    floor.kill_bot();
    floor.advance(3s);
    floor.tell_again(message);
    floor.advance(6s);
    CHECK(sent_count() == 2);
    floor.fill(2, "10");
  }
  SECTION("its order filled meanwhile") {
    floor.kill_bot();
    floor.fill(2, "10");
    floor.advance(3s);
    floor.tell_again(message);
    floor.advance(3s);
    CHECK(sent_count() == 2);
  }
  SECTION("its order was cancelled meanwhile") {
    floor.kill_bot();
    floor.fill(2, "4");
    floor.end(2, order_status::canceled);
    floor.advance(3s);
    floor.tell_again(message);
    floor.advance(3s);
    REQUIRE(sent_count() == 3);
    CHECK(sent().qty == qty("6"));
    floor.fill(3, "6");
  }
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::done);
  CHECK(floor.result(line).at("shares") == "10");
  CHECK(floor.result(line).at("position") == "0");
  CHECK(floor.record().revision == 1);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit whose order nobody took") {
  floor.own_shares("10");
  floor.desk_words->loses_orders = true;
  floor.tell("m1", "exit");
  floor.advance(5s);
  CHECK(sent_count() == 1);
  floor.advance(30s);
  // Certainly not sent, so it says so and leaves the choice to the operator.
  CHECK(floor.last("m1").status == line_status::error);
  CHECK(floor.last("m1").reason.find("position 10 is left") != std::string::npos);
  floor.desk_words->loses_orders = false;
  floor.command("m2", "exit");
  CHECK(sent_count() == 2);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit after exit gets its own done") {
  floor.own_shares("10");
  floor.tell("m1", "exit");
  floor.tell("m2", "exit");
  floor.advance(6s);
  CHECK(floor.last("m2").reason == "the exit before it is not done yet");
  CHECK(sent_count() == 2);
  floor.fill(2, "10");
  CHECK(floor.last("m1").status == line_status::done);
  CHECK(floor.last("m2").status == line_status::done);
  CHECK(sent_count() == 2);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit cancels what an ended exit has left") {
  floor.own_shares("10");
  floor.tell("m1", "exit", R"({"limit_price":120})");
  floor.run();
  floor.command("m2", "stop");
  REQUIRE(floor.order(2).status == order_status::working);
  floor.broker->cancels_work = false;
  floor.tell("m3", "exit");
  floor.advance(6s);
  CHECK(floor.broker->cancels.size() >= 1);
  CHECK(floor.last("m3").reason == "being cancelled: sell 10 AAPL at 120, left by an exit");
  CHECK(sent_count() == 2);
  floor.fill(2, "1", "120");
  floor.end(2, order_status::canceled);
  floor.advance(1s);
  REQUIRE(sent_count() == 3);
  CHECK(sent().type == order_type::market);
  CHECK(sent().qty == qty("9"));
  floor.fill(3, "9", "90");
  CHECK(floor.last("m3").status == line_status::done);
  CHECK(floor.result(floor.last("m3")).at("shares") == "9");
}

TEST_CASE_METHOD(exit_fixture, "trading bot: a later exit decides whether it runs again") {
  floor.own_shares("10");
  const auto first = floor.tell("m1", "exit", R"({"then":"start"})");
  floor.run();
  SECTION("it waits for the fills") {
    const auto second = floor.tell("m2", "exit");
    floor.run();
    SECTION("at once") {
      floor.fill(2, "10");
    }
    SECTION("after a restart") {
      floor.kill_bot();
      floor.advance(3s);
      floor.tell_again(first);
      floor.run();
      floor.fill(2, "10");
      floor.advance(3s);
      CHECK(floor.status().state == bot_state::stopped);
      floor.tell_again(second);
      floor.advance(3s);
    }
    CHECK(floor.last("m1").status == line_status::done);
    CHECK(floor.last("m1").reason ==
          "flat: 10 closed at 100; not started again, another exit came after it");
  }
  SECTION("it is being started again") {
    floor.desk_words->hangs_gates = true;
    floor.fill(2, "10");
    CHECK(floor.record().desired == desired_state::running);
    floor.tell("m2", "exit");
    floor.run();
    floor.desk_words->hangs_gates = false;
    floor.advance(11s);
    CHECK(floor.last("m1").code == "halted");
  }
  CHECK(floor.last("m2").status == line_status::done);
  floor.advance(3s);
  CHECK(floor.status().state == bot_state::stopped);
  CHECK(floor.record().desired == desired_state::stopped);
  CHECK(sent_count() == 2);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit at a limit leaves no part of a share") {
  floor.own_shares("10.5");
  floor.tell("m1", "exit", R"({"limit_price":"99.5"})");
  floor.run();
  REQUIRE(sent_count() == 2);
  CHECK(sent().qty == qty("10"));
  CHECK(sent().type == order_type::limit);
  SECTION("in the regular session") {
    floor.fill(2, "10", "99.5");
    floor.advance(1s);
    REQUIRE(sent_count() == 3);
    CHECK(sent().qty == qty("0.5"));
    CHECK(sent().type == order_type::market);
    floor.fill(3, "0.5", "99");
    CHECK(floor.last("m1").status == line_status::done);
    CHECK(floor.result(floor.last("m1")).at("shares") == "10.5");
  }
  SECTION("and says so out of session") {
    session(session_phase::after_hours);
    floor.fill(2, "10", "99.5");
    floor.advance(1s);
    CHECK(sent_count() == 2);
    CHECK(floor.last("m1").status == line_status::error);
    CHECK(floor.last("m1").reason.find("less than a share goes at the market only") == 0);
    CHECK(floor.last("m1").reason.find("position 0.5 is left") != std::string::npos);
  }
}

TEST_CASE_METHOD(exit_fixture, "trading bot: exit needs no journal") {
  floor.own_shares("10");
  floor.ask(buy("5", "90"));
  REQUIRE(sent_count() == 2);
  const auto message = floor.tell("m1", "exit");
  const auto no_journal = [this](bool is_away) {
    for (auto* words : {floor.journal_words.get(), floor.bot_words.get()})
      words->refuses_reads = words->refuses_writes = is_away;
  };
  const auto last_id = [this] { return floor.broker->received.back().client_order_id; };
  const auto fill_last = [&](const char* shares, const char* price) {
    floor.broker->tell(floor.broker->fill(last_id(), qty(shares), at(price)));
    floor.run();
  };
  no_journal(true);
  SECTION("from the start") {
    // Refused, and its event is not told: the exit does not wait for it.
    floor.ask(buy("1", "90"));
    floor.run();
    floor.advance(3s);
    REQUIRE(sent_count() == 3);
    CHECK(sent().side == order_side::sell);
    CHECK(sent().qty == qty("10"));
    SECTION("filled at once") {
      fill_last("10", "101");
    }
    SECTION("in two orders") {
      fill_last("4", "101");
      floor.broker->tell(floor.broker->end(last_id(), order_status::canceled));
      floor.advance(3s);
      REQUIRE(sent_count() == 4);
      CHECK(sent().qty == qty("6"));
      floor.advance(3s);
      CHECK(sent_count() == 4);
      fill_last("6", "101");
    }
    floor.advance(3s);
  }
  SECTION("from the moment its order is out") {
    no_journal(false);
    floor.advance(2s);
    REQUIRE(sent_count() == 3);
    no_journal(true);
    fill_last("10", "101");
    CHECK(floor.words("m1") == 0);
    floor.advance(15s);
  }
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::done);
  CHECK(line.code == "not_durable");
  CHECK(line.reason.find("flat: 10 closed") == 0);
  CHECK(floor.result(line).at("position") == "0");
  const auto sent_before = sent_count();
  floor.advance(10s);
  CHECK(sent_count() == sent_before);
  // The journal is back: everything is told, and nothing is sold again.
  no_journal(false);
  floor.advance(30s);
  CHECK(floor.record().desired == desired_state::stopped);
  CHECK(nlohmann::json::parse(floor.record().snapshot).at("position") == "0");
  CHECK(sent_count() == sent_before);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: a pending exit is asked for again in vain") {
  floor.own_shares("10");
  const auto message = floor.tell("m1", "exit");
  floor.advance(6s);
  REQUIRE(floor.last("m1").status == line_status::pending);
  floor.bot_words->writes.clear();
  floor.tell_again(message);
  floor.run();
  CHECK(floor.words("m1") == 2);
  CHECK(floor.last("m1").status == line_status::pending);
  CHECK(floor.bot_words->writes.empty());
  // One that nobody could journal is journalled when it is asked for again.
  floor.bot_words->refuses_writes = true;
  session(session_phase::closed);
  floor.broker->cancels_work = true;
  floor.end(2, order_status::canceled);
  floor.advance(1s);
  REQUIRE(floor.last("m1").code == "waiting_for_open");
  floor.bot_words->refuses_writes = false;
  floor.tell_again(message);
  floor.run();
  CHECK(floor.stored("m1").code == "waiting_for_open");
  session(session_phase::regular);
  floor.fill(3, "10");
  CHECK(floor.last("m1").status == line_status::done);
}

TEST_CASE_METHOD(exit_fixture, "trading bot: a strategy that throws does not lose an exit") {
  floor.own_shares("10");
  const auto message = floor.tell("m1", "exit");
  floor.advance(6s);
  REQUIRE(floor.last("m1").status == line_status::pending);
  floor.strategy->throws_at_event = true;
  floor.fill(2, "4");
  floor.advance(3s);
  floor.fill(2, "6");
  CHECK(floor.stored("m1").status == line_status::pending);
  floor.tell_again(message);
  floor.advance(3s);
  CHECK(sent_count() == 2);
  CHECK(floor.last("m1").status == line_status::done);
  CHECK(floor.result(floor.last("m1")).at("shares") == "10");
}

TEST_CASE_METHOD(exit_fixture, "trading bot: a brake ends an exit") {
  floor.own_shares("10");
  floor.tell("m1", "exit");
  floor.run();
  SECTION("stop lets its closing order be") {
    const auto line = floor.command("m2", "stop");
    CHECK(floor.last("m1").code == "halted");
    CHECK(floor.last("m1").reason == "a stop came before it was done");
    CHECK(line.status == line_status::done);
    CHECK(floor.result(line).at("remaining").size() == 1);
    CHECK(floor.order(2).status == order_status::working);
  }
  SECTION("kill cancels it") {
    const auto line = floor.command("m2", "kill");
    CHECK(floor.last("m1").code == "halted");
    CHECK(line.status == line_status::done);
    CHECK(line.reason == "was stopped already, position 10 remains");
    CHECK(floor.order(2).status == order_status::canceled);
    floor.advance(5s);
    CHECK(sent_count() == 2);
  }
}

TEST_CASE_METHOD(exit_fixture, "trading bot: a held bot closes nothing until it is released") {
  floor.own_shares("10");
  floor.send(floor.child, true, std::string("another machine has its orders"));
  floor.tell("m1", "exit");
  floor.advance(6s);
  CHECK(sent_count() == 1);
  CHECK(floor.last("m1").reason.find("another machine has its orders") != std::string::npos);
  floor.send(floor.child, false, std::string());
  floor.advance(1s);
  CHECK(sent_count() == 2);
}
