#include "actors/bots/strategies/follow/follow.hpp"
#include "actors/signals/reading_json.hpp"
#include "actors/signals/signal_json.hpp"
#include "tests/actors/bots/trading/trading_floor.hpp"

// A bot that follows calls: what an update is answered, and when.

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

follow_task call() {
  signals::signal said;
  said.ticker = "AAPL";
  said.asset = signals::asset_kind::stock;
  said.entries = {at("100")};
  said.stop = signals::stop_rule{at("90"), signals::stop_trigger::touch, ""};
  said.targets = {at("110"), at("120")};
  follow_task task;
  task.source = "discord:1";
  task.source_id = "1";
  task.body = to_json(said);
  return task;
}

follow_task update(const std::string& id, const signals::update_step& step) {
  signals::update said;
  said.steps = {step};
  follow_task task;
  task.what = follow_kind::update;
  task.source = task.target_source = "discord:1";
  task.source_id = id;
  task.target_source_id = "1";
  task.body = to_json(said);
  return task;
}

signals::update_step half() {
  signals::update_step x;
  x.kind = signals::update_kind::close_partial;
  x.percent = Ratio::from_integer(50);
  return x;
}

signals::update_step target() {
  signals::update_step x;
  x.kind = signals::update_kind::set_target;
  x.target = 2;
  x.price = at("130");
  return x;
}

struct follow_floor : trading_floor {
  explicit follow_floor(const temp_dir& dir, std::shared_ptr<broker_script> with = {})
      : trading_floor{dir.path().string(), std::move(with)} {
    parameters = R"({"max_notional":"1000"})";
    strategies = [](std::string_view, const std::string& ticker) {
      return std::make_unique<follow>(ticker);
    };
    open_bot();
  }

  auto say(const follow_task& task) {
    auto result = actor_fixture::ask<follow_receipt>(caf::actor_cast<follower_actor>(child), task);
    run();
    return result;
  }

  /// Ten shares at 100: order 1 with the stop 2 and the targets 3 and 4.
  void hold() {
    price("101");
    auto taken = say(call());
    REQUIRE(taken.ready());
    REQUIRE(taken.get()->taken);
    broker->fill_entry(client_id(1), qty("10"), at("100"));
    price("105");
  }

  std::vector<order_terms> sent() const {
    std::vector<order_terms> result;
    for (const auto& request : broker->received) result.push_back(request.terms);
    return result;
  }
};

struct calls_fixture {
  temp_dir dir;
  std::shared_ptr<broker_script> broker = std::make_shared<broker_script>();
};

}  // namespace

TEST_CASE_METHOD(calls_fixture,
                 "trading bot: an update is answered once its orders are journalled") {
  follow_floor floor{dir, broker};
  floor.hold();
  floor.desk_words->loses_orders = true;
  const auto answer = floor.say(update("2", half()));
  floor.advance(5s);
  CHECK_FALSE(answer.ready());
  // Whoever asks again is the one who is answered.
  const auto again = floor.say(update("2", half()));
  CHECK(answer.ready());
  CHECK_FALSE(answer.get());
  floor.advance(60s);  // the desk says that it never took it
  REQUIRE(again.ready());
  REQUIRE(again.get());
  CHECK_FALSE(again.get()->taken);
  CHECK(again.get()->code == "not_done");
  CHECK(floor.sent().size() == 1);
}

TEST_CASE_METHOD(calls_fixture, "trading bot: an update whose order the desk refuses is not done") {
  follow_floor floor{dir, broker};
  floor.hold();
  floor.book->closed_gates[floor.bot_id] = gate_closing::keep_reducing;
  const auto answer = floor.say(update("2", target()));
  floor.advance(2s);
  REQUIRE(answer.ready());
  CHECK_FALSE(answer.get()->taken);
  CHECK(answer.get()->code == "not_done");
  CHECK(floor.broker->cancels.empty());
}

TEST_CASE_METHOD(calls_fixture,
                 "trading bot: killed before the desk has an update's order, it is asked again") {
  const bool closes = GENERATE(true, false);
  const auto task = update("2", closes ? half() : target());
  {
    follow_floor floor{dir, broker};
    floor.hold();
    floor.desk_words->loses_orders = true;
    const auto answer = floor.say(task);
    CHECK_FALSE(answer.ready());
    CHECK(floor.record().asked == std::vector<std::uint64_t>{5});
  }
  broker->listener = {};
  const auto before = broker->received.size();
  follow_floor floor{dir, broker};
  const auto early = floor.say(task);
  CHECK_FALSE((early.ready() && early.get()));
  floor.price("105");
  floor.advance(10s);
  floor.price("105");
  floor.advance(10s);
  REQUIRE(broker->received.size() == before + 1);
  const auto& terms = broker->received.back().terms;
  CHECK(terms.side == order_side::sell);
  CHECK(terms.qty == qty("5"));
  CHECK(terms.type == (closes ? order_type::market : order_type::limit));
  const auto answer = floor.say(task);
  REQUIRE(answer.ready());
  CHECK(answer.get()->taken);
  CHECK(answer.get()->code.empty());
  floor.advance(60s);
  CHECK(broker->received.size() == before + 1);
}
