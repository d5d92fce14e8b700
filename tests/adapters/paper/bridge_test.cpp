#include "adapters/paper/bridge.hpp"

#include <chrono>

#include <catch2/catch.hpp>

#include "tests/adapters/paper/bridge_fixture.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

// So that every print can be told from the order before it.
constexpr auto blink = 1ms;

}  // namespace

TEST_CASE_METHOD(bridge_fixture, "an order is filled by the next print, and the desk hears of it") {
  open();
  auto answer = ask_for(market(order_side::buy, "5"));
  CHECK(answer.verdict == broker_verdict::taken);
  CHECK(answer.order.status == order_status::working);
  CHECK(news->take() == lines{"new c1"});
  advance(blink);
  print("100");
  CHECK(news->take() == lines{"fill c1 5 @ 100"});
  CHECK(news->updates.back().position_qty == qty("5"));

  auto now = state();
  CHECK(now.open_orders.empty());
  REQUIRE(now.positions.size() == 1);
  CHECK(now.positions[0].qty == qty("5"));
  CHECK(now.account.cash == money("99500"));
  CHECK(now.session.phase == session_phase::regular);
}

TEST_CASE_METHOD(bridge_fixture, "what the exchange refuses is answered with its code") {
  open();
  auto poor = ask_for(limit(order_side::buy, "5000", "100"));
  CHECK(poor.verdict == broker_verdict::refused);
  CHECK(poor.code == "40310000");
  CHECK(poor.reason == "insufficient buying power");

  auto order = limit(order_side::buy, "1", "100");
  CHECK(ask_for(order).verdict == broker_verdict::taken);
  auto again = ask_for(order);
  CHECK(again.verdict == broker_verdict::refused);
  CHECK(again.reason == "client_order_id must be unique");
  CHECK(state().open_orders.size() == 1);
}

TEST_CASE_METHOD(bridge_fixture, "orders are found, cancelled and replaced by client_order_id") {
  open();
  ask_for(limit(order_side::buy, "5", "90"));
  ask_for(limit(order_side::buy, "5", "91"));
  CHECK(told(find_at_broker{"c2"}).order.request.terms.limit_price == price("91"));
  CHECK(told(find_at_broker{"c9"}).verdict == broker_verdict::not_found);

  CHECK(told(cancel_at_broker{"c1"}).order.status == order_status::canceled);
  auto twice = told(cancel_at_broker{"c1"});
  CHECK(twice.verdict == broker_verdict::refused);
  CHECK(twice.order.status == order_status::canceled);
  CHECK(told(cancel_at_broker{"c9"}).verdict == broker_verdict::not_found);
  CHECK(told(find_at_broker{"c1"}).order.status == order_status::canceled);

  auto dearer = told(replace_at_broker{"c2", "c2b", {}, price("92"), {}});
  CHECK(dearer.order.request.client_order_id == "c2b");
  CHECK(dearer.order.request.terms.qty == qty("5"));
  CHECK(dearer.order.request.terms.limit_price == price("92"));
  CHECK(told(find_at_broker{"c2"}).order.status == order_status::replaced);
  CHECK(told(replace_at_broker{"c9", "x", {}, {}, {}}).verdict == broker_verdict::not_found);
  CHECK(told(replace_at_broker{"c1", "x", {}, {}, {}}).verdict == broker_verdict::refused);
  CHECK(news->take() ==
        lines{"new c1", "new c2", "pending_cancel c1", "canceled c1", "replaced c2", "new c2b"});
}

TEST_CASE_METHOD(bridge_fixture, "requests that come together are one transaction, in order") {
  open();
  auto before = disk->saves;
  auto a = ask<broker_answer>(broker, limit(order_side::buy, "1", "90"));
  auto b = ask<broker_answer>(broker, limit(order_side::buy, "1", "90"));
  auto c = ask<broker_answer>(broker, cancel_at_broker{"c1"});
  run();
  CHECK(a.get().value().verdict == broker_verdict::taken);
  CHECK(b.get().value().verdict == broker_verdict::taken);
  CHECK(c.get().value().order.status == order_status::canceled);
  CHECK(disk->saves == before + 1);
}

TEST_CASE_METHOD(bridge_fixture, "prints fill what came before them and nothing else") {
  open();
  auto early = prints({"80"});
  advance(blink);
  ask_for(limit(order_side::buy, "5", "90"));
  news->take();
  // Kept back by its pit until now.
  send(caf::actor_cast<caf::actor>(broker), early);
  run();
  CHECK(news->take().empty());

  // The order is ahead of the print in the mailbox.
  advance(blink);
  send(broker, limit(order_side::buy, "1", "90"));
  send(caf::actor_cast<caf::actor>(broker), prints({"89"}));
  run();
  CHECK(news->take() == lines{"new c2", "fill c1 5 @ 89", "fill c2 1 @ 89"});
}

TEST_CASE_METHOD(bridge_fixture, "a print from before the broker was opened fills nothing") {
  open();
  ask_for(limit(order_side::buy, "5", "90"));
  advance(blink);
  auto old = prints({"89"});
  advance(blink);
  kill();
  open();
  // A pit hands its last price to whoever comes new.
  send(caf::actor_cast<caf::actor>(broker), old);
  run();
  CHECK(state().open_orders.size() == 1);
  print("89");
  CHECK(state().open_orders.empty());
}

TEST_CASE_METHOD(bridge_fixture, "a batch at full speed is answered when its fills are told") {
  open();
  ask_for(limit(order_side::buy, "3", "90"));
  advance(blink);
  auto receipt = ask<batch_receipt>(
      caf::actor_cast<price_subscriber_actor>(caf::actor_cast<caf::actor>(broker)),
      lockstep_batch{prints({"91", "90", "89"}, "2")});
  run();
  CHECK(receipt.get().value().ticks == 3);
  CHECK(news->take() == lines{"new c1", "partial_fill c1 2 @ 90", "fill c1 1 @ 89"});
}

TEST_CASE_METHOD(bridge_fixture, "orders, positions and cash survive a crash") {
  open();
  ask_for(market(order_side::buy, "5"));
  advance(blink);
  print("100");
  ask_for(limit(order_side::sell, "5", "110"));
  kill();
  open();
  auto after = state();
  REQUIRE(after.open_orders.size() == 1);
  CHECK(after.open_orders[0].request.client_order_id == "c2");
  CHECK(after.account.cash == money("99500"));
  advance(blink);
  print("111");
  CHECK(news->take() == lines{"fill c2 5 @ 111"});
}

TEST_CASE_METHOD(bridge_fixture, "what a crash kept from the desk is found by asking") {
  open();
  ask_for(limit(order_side::buy, "5", "90"));
  advance(blink);
  // Filled, and dead before anybody was told.
  auto heard = news->updates.size();
  send(caf::actor_cast<caf::actor>(broker), prints({"89"}));
  run_without(desk);
  kill();
  news->updates.resize(heard);
  open();
  CHECK(news->take().empty());
  auto found = told(find_at_broker{"c1"});
  CHECK(found.order.status == order_status::filled);
  CHECK(found.order.filled_qty == qty("5"));
  // And it is still known as given.
  CHECK(told(order_request{"c1", found.order.request.terms}).verdict == broker_verdict::refused);
}

TEST_CASE_METHOD(bridge_fixture, "day orders expire by time alone, gtc orders wait") {
  open();
  ask_for(limit(order_side::buy, "5", "90"));
  auto lasting = limit(order_side::buy, "5", "91");
  lasting.terms.lasts = time_in_force::gtc;
  ask_for(lasting);
  news->take();
  advance(6h + 1s);  // 16:00 in New York
  CHECK(news->take() == lines{"session after_hours", "expired c1", "done_for_day c2"});
  advance(4h);
  CHECK(news->take() == lines{"session closed"});
  advance(8h + 5h + 30min);
  CHECK(news->take() == lines{"session pre_market", "session regular", "new c2"});
}

TEST_CASE_METHOD(bridge_fixture, "a broker that slept lives through what it missed") {
  open();
  ask_for(limit(order_side::buy, "5", "90"));
  news->take();
  time()->advance(std::chrono::nanoseconds(7h).count());  // no timer of that time fired
  advance(60s);
  CHECK(news->take() == lines{"session after_hours", "expired c1"});
}

TEST_CASE_METHOD(bridge_fixture, "a new listener hears how things are, and the old one no more") {
  open();
  auto other = std::make_shared<broker_news>();
  send(broker, listen_to_broker{spawn(broker_listener, other)});
  run();
  CHECK(other->take() == lines{"link live", "session regular"});
  ask_for(limit(order_side::buy, "5", "90"));
  CHECK(other->take() == lines{"new c1"});
  CHECK(news->take().empty());
}

TEST_CASE_METHOD(bridge_fixture, "the broker's lag is how long a request has waited") {
  auto usual = steady_now_ns;
  static std::uint64_t made_up_ns = 0;
  steady_now_ns = [] { return made_up_ns; };
  open();
  auto link = [&] { return request_sync<link_list>(broker, get_links{}).value().links.at(0); };
  CHECK(link().lag_ms == -1);
  CHECK(link().backlog == 0);
  ask_for(limit(order_side::buy, "5", "90"));
  CHECK(link().lag_ms == 0);
  made_up_ns += 11'000'000'000;
  CHECK(link().lag_ms == -1);
  steady_now_ns = usual;
}

// -- the disk -------------------------------------------------------------------------------------

TEST_CASE_METHOD(bridge_fixture, "while nothing can be written it stands still and says so") {
  open();
  ask_for(limit(order_side::buy, "5", "90"));
  advance(blink);
  news->take();
  disk->failing_saves = 1'000'000;
  print("89");
  CHECK(news->take() == lines{"link down"});
  auto links = request_sync<link_list>(broker, get_links{}).value().links;
  REQUIRE(links.size() == 1);
  CHECK(links[0].name == "broker");
  CHECK(links[0].state == link_state::down);
  CHECK(links[0].reason == "disk full");

  auto refused = request_sync<broker_answer>(broker, limit(order_side::buy, "1", "90"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == ec::unreachable);
  // A print now would fill c1, and does not.
  print("88");
  advance(10s);
  CHECK(news->take().empty());

  disk->failing_saves = 0;
  advance(1s);
  CHECK(news->take() == lines{"link live"});
  // Nothing is half done.
  auto after = state();
  REQUIRE(after.open_orders.size() == 1);
  CHECK(after.open_orders[0].filled_qty.is_zero());
  CHECK(told(find_at_broker{"c2"}).verdict == broker_verdict::not_found);
  advance(blink);
  print("87");
  CHECK(news->take() == lines{"fill c1 5 @ 87"});
}

TEST_CASE_METHOD(bridge_fixture, "one that cannot even read is opened again") {
  open();
  ask_for(limit(order_side::buy, "5", "90"));
  news->take();
  disk->failing_saves = 1;
  disk->unreadable = true;
  CHECK_FALSE(request_sync<broker_answer>(broker, cancel_at_broker{"c1"}));
  auto missing = request_sync<broker_state>(broker, get_broker_state{});
  advance(3s);
  REQUIRE_FALSE(request_sync<broker_answer>(broker, find_at_broker{"c1"}));
  disk->unreadable = false;
  advance(1s);
  CHECK(news->take() == lines{"link down", "link live"});
  CHECK(told(cancel_at_broker{"c1"}).order.status == order_status::canceled);
}

TEST_CASE_METHOD(bridge_fixture, "a file that cannot be opened at first is tried again") {
  disk->unreadable = true;
  open();
  auto early = request_sync<broker_answer>(broker, limit(order_side::buy, "5", "90"));
  REQUIRE_FALSE(early);
  CHECK(early.error() == ec::unreachable);
  disk->unreadable = false;
  advance(1s);
  CHECK(news->take() == lines{"link live", "session regular"});
  CHECK(ask_for(limit(order_side::buy, "5", "90")).verdict == broker_verdict::taken);
}

TEST_CASE_METHOD(actor_fixture, "paper.db is where its account lives") {
  temp_dir dir;
  order_maker orders;
  auto pits = std::make_shared<market_notes>();
  paper::bridge_options all;
  all.file = (dir.path() / "paper.db").string();
  all.exchange.seed = 0;
  all.market = caf::actor_cast<market_actor>(spawn(deaf_market, pits));
  all.house = the_house();
  std::string id;
  {
    auto broker = spawn(paper::bridge, all);
    auto answer = request_sync<broker_answer>(broker, orders.limit(order_side::buy, "5", "90"));
    id = answer.value().order.id;
    caf::anon_send_exit(broker, caf::exit_reason::user_shutdown);
    run();
  }
  auto broker = spawn(paper::bridge, all);
  auto found = request_sync<broker_answer>(broker, find_at_broker{"c1"});
  CHECK(found.value().order.id == id);
  CHECK(found.value().order.status == order_status::working);
}

TEST_CASE_METHOD(actor_fixture, "accounts without a seed have ids of their own") {
  auto pits = std::make_shared<market_notes>();
  paper::bridge_options all;
  all.exchange.seed = 0;
  all.market = caf::actor_cast<market_actor>(spawn(deaf_market, pits));
  all.house = the_house();
  std::vector<std::string> ids;
  for (double number : {0.1, 0.2}) {
    chance = number;
    order_maker orders;
    auto broker = spawn(paper::bridge, all);
    auto answer = request_sync<broker_answer>(broker, orders.limit(order_side::buy, "5", "90"));
    ids.push_back(answer.value().order.id);
  }
  CHECK(ids[0] != ids[1]);
}

// -- whom it listens to ---------------------------------------------------------------------------

TEST_CASE_METHOD(bridge_fixture, "it listens to its tickers, to those it holds and to new ones") {
  open({"SPY"});
  CHECK(pits->asked == lines{"SPY"});
  auto other = limit(order_side::buy, "1", "10");
  other.terms.ticker = "AAPL";
  ask_for(other);
  CHECK(pits->asked == lines{"SPY", "AAPL"});
  ask_for(limit(order_side::buy, "1", "10"));
  advance(5s);
  CHECK(pits->asked == lines{"SPY", "AAPL"});

  kill();
  pits->asked.clear();
  open({});
  CHECK(pits->asked == lines{"AAPL", "SPY"});
}

TEST_CASE_METHOD(bridge_fixture, "it asks again until the pit answers") {
  pits->answers = false;
  open();
  advance(3s);
  CHECK(pits->subscribers.size() == 4);
  pits->answers = true;
  advance(1s);
  auto asked = pits->subscribers.size();
  advance(10s);
  CHECK(pits->subscribers.size() == asked);
}
