#include "tests/support/faulty_broker.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/paper/bridge_fixture.hpp"

using namespace outcry;
using namespace outcry::test;

// A broker that only seems to break proves nothing about those who use it.

namespace {

class wire_fixture : public actor_fixture, public order_maker {
public:
  std::shared_ptr<faulty_broker> behind = std::make_shared<faulty_broker>(the_house());
  std::shared_ptr<broker_news> news = std::make_shared<broker_news>();
  caf::actor desk = spawn(broker_listener, news);
  broker_actor broker = caf::actor_cast<broker_actor>(spawn(faulty_broker_actor, behind));

  wire_fixture() {
    send(broker, listen_to_broker{desk});
    run();
    news->take();
  }

  auto submit(const order_request& order) { return request_sync<broker_answer>(broker, order); }

  template <class Request>
  broker_answer told(const Request& wish) {
    return request_sync<broker_answer>(broker, wish).value();
  }

  void print(const std::string& at, const std::string& size = "0") {
    behind->print("SPY", price(at), qty(size));
    run();
  }
};

}  // namespace

TEST_CASE_METHOD(wire_fixture, "faulty broker: without a fault it is a broker") {
  CHECK(submit(limit(order_side::buy, "5", "90")).value().verdict == broker_verdict::taken);
  print("89", "2");
  print("88");
  CHECK(news->take() == lines{"new c1", "partial_fill c1 2 @ 89", "fill c1 3 @ 88"});
  CHECK(told(find_at_broker{"c1"}).order.status == order_status::filled);
  CHECK(told(find_at_broker{"c2"}).verdict == broker_verdict::not_found);
  CHECK(told(cancel_at_broker{"c1"}).verdict == broker_verdict::refused);
  auto state = request_sync<broker_state>(broker, get_broker_state{}).value();
  CHECK(state.positions.size() == 1);
  CHECK(behind->wire() == lines{"order c1", "find c1", "find c2", "cancel c1", "state"});
}

TEST_CASE_METHOD(wire_fixture, "faulty broker: requests that are lost, late, unanswered, refused") {
  using fault = request_fault;
  behind->orders = {fault::unanswered,  fault::lost,    fault::late,
                    fault::unreachable, fault::refused, fault::rejected_later};
  auto silent = [&](const std::string& n) {
    auto answer = submit(limit(order_side::buy, n, "90"));
    return !answer && answer.error() == caf::sec::request_timeout;
  };
  CHECK(silent("1"));
  CHECK(silent("2"));
  CHECK(silent("3"));
  CHECK(submit(limit(order_side::buy, "4", "90")).error() == ec::unreachable);
  CHECK(submit(limit(order_side::buy, "5", "90")).value().verdict == broker_verdict::refused);
  CHECK(submit(limit(order_side::buy, "6", "90")).value().verdict == broker_verdict::taken);
  CHECK(news->take() == lines{"new c1", "new c6", "rejected c6"});
  CHECK(told(find_at_broker{"c6"}).order.status == order_status::rejected);

  auto there = [&](const std::string& id) {
    return told(find_at_broker{id}).verdict == broker_verdict::taken;
  };
  CHECK(there("c1"));
  CHECK_FALSE(there("c2"));
  CHECK_FALSE(there("c3"));
  CHECK_FALSE(there("c4"));
  CHECK_FALSE(there("c5"));
  behind->let_late_ones_arrive();
  run();
  CHECK(there("c3"));
  CHECK(news->take() == lines{"new c3"});
}

TEST_CASE_METHOD(wire_fixture, "faulty broker: updates that come twice, backwards, late or never") {
  auto fault = update_fault::twice;
  behind->choose_update = [&](const broker_update&) { return fault; };
  submit(limit(order_side::buy, "5", "90"));
  CHECK(news->take() == lines{"new c1", "new c1"});
  fault = update_fault::held;
  print("89", "1");
  print("88", "1");
  CHECK(news->take().empty());
  behind->newest_first = true;
  behind->release_updates();
  run();
  CHECK(news->take() == lines{"partial_fill c1 1 @ 88", "partial_fill c1 1 @ 89"});
  fault = update_fault::lost;
  print("87", "1");
  fault = update_fault::none;
  told(cancel_at_broker{"c1"});
  CHECK(news->take() == lines{"canceled c1", "pending_cancel c1"});
  CHECK(told(find_at_broker{"c1"}).order.filled_qty == qty("3"));
}

TEST_CASE_METHOD(wire_fixture, "faulty broker: a stream that drops during a fill") {
  submit(limit(order_side::buy, "5", "90"));
  behind->drop_stream_at_fill = true;
  print("89", "1");
  print("88", "1");
  CHECK(news->take() == lines{"new c1", "link down"});
  behind->restore_stream();
  run();
  print("87", "1");
  CHECK(news->take() == lines{"link live", "partial_fill c1 1 @ 87"});
}

TEST_CASE_METHOD(wire_fixture, "faulty broker: fills a part and cancels of its own accord") {
  submit(limit(order_side::buy, "5", "90"));
  CHECK(behind->fill_a_part_and_cancel("c1", price("89"), qty("2")));
  CHECK_FALSE(behind->fill_a_part_and_cancel("c1", price("89"), qty("2")));
  run();
  CHECK(news->take() ==
        lines{"new c1", "partial_fill c1 2 @ 89", "pending_cancel c1", "canceled c1"});
}
