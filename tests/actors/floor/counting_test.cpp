#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>

#include "actors/floor/looks.hpp"
#include "actors/floor/observed.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/wake.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace std::chrono_literals;
using test::actor_fixture;

namespace {

struct porter_state {
  static inline const char* name = "porter";
};
using porter_self = caf::stateful_actor<porter_state, observed<caf::event_based_actor>>;

std::uint64_t made_up_ns = 0;

// How long the next order takes.
std::uint64_t even_work() {
  return 5'000'000;
}
std::uint64_t (*order_work)() = even_work;

// Hands every price on, so many times; answers `get_bot`; an order takes it a made-up while.
caf::behavior porter(porter_self* self, const std::string& label, const caf::actor& next,
                     int copies) {
  self->observe({label, "test", 0});
  return {
      [=](const price_batch& batch) {
        for (int i = 0; i < copies; ++i) self->send(next, batch);
      },
      [](const get_bot&) { return bot_status{}; },
      [](const order_update&) { made_up_ns += order_work(); },
      [=](const feed_status&) { self->delayed_send(self, 1s, wake{}); },
      [=](const wake&) { self->quit(); },
      // Asks the next one.
      [=](const demand&) {
        self->request(next, caf::infinite, get_bot{})
            .then([](const bot_status&) {}, [](caf::error&) {});
      },
  };
}

struct yard : actor_fixture {
  caf::actor last = spawn(porter, "last", caf::actor{}, 0);
  caf::actor first = spawn(porter, "first", last, 3);

  decltype(steady_now_ns) usual = steady_now_ns;

  yard() {
    steady_now_ns = [] { return made_up_ns; };
    run();
  }
  ~yard() {
    steady_now_ns = usual;
    order_work = even_work;
  }

  actor_row row(const std::string& label) {
    auto place = board().known(label);
    REQUIRE(place);
    return place->row(time()->now_ms());
  }
};

}  // namespace

TEST_CASE_METHOD(yard, "every column is what was really done") {
  for (int i = 0; i < 1000; ++i) send(first, price_batch{});
  run();
  CHECK(row("first").enqueued == 1000);
  CHECK(row("first").status.handled == 1000);
  CHECK(row("first").sent == 3000);
  CHECK(row("last").enqueued == 3000);
  CHECK(row("last").status.handled == 3000);
  CHECK(row("last").sent == 0);
  CHECK(row("last").status.mailbox == 0);
}

TEST_CASE_METHOD(yard, "requests and answers are sent, an actor's own timers are not") {
  send(first, demand{});
  run();
  CHECK(row("first").sent == 1);
  CHECK(row("last").sent == 1);
  CHECK(row("first").enqueued == 2);
  send(first, feed_status{});
  run();
  advance(1s);
  CHECK(ended(first));
  CHECK(row("first").sent == 1);
  CHECK(row("first").enqueued == 4);
}

TEST_CASE_METHOD(yard, "what is turned away was sent all the same") {
  auto narrow = spawn([](porter_self* self) -> caf::behavior {
    self->observe({"narrow", "test", 2});
    return {[](const price_batch&) {}};
  });
  run();
  auto pusher = spawn(porter, "pusher", narrow, 5);
  send(pusher, price_batch{});
  run_without(narrow);
  CHECK(row("pusher").sent == 5);
  CHECK(row("narrow").enqueued == 2);
  CHECK(row("narrow").status.refused == 3);
}

TEST_CASE_METHOD(yard, "what nobody will ever handle is counted as lost") {
  for (int i = 0; i < 4; ++i) send(last, price_batch{});
  caf::anon_send_exit(last, caf::exit_reason::kill);
  run();
  for (int i = 0; i < 3; ++i) send(last, price_batch{});
  run();
  board().known("last")->set_state(actor_state::stopped, 1, "killed");
  auto gone = row("last");
  CHECK(gone.status.mailbox == 0);
  CHECK(gone.lost == gone.enqueued - gone.status.handled + 3);
  CHECK(gone.enqueued + 3 == gone.status.handled + gone.lost);
}

TEST_CASE_METHOD(yard, "the totals of a name go on when another takes its seat") {
  for (int i = 0; i < 10; ++i) send(first, price_batch{});
  run();
  caf::anon_send_exit(first, caf::exit_reason::user_shutdown);
  run();
  auto second = spawn(porter, "first", last, 1);
  for (int i = 0; i < 5; ++i) send(second, price_batch{});
  run();
  CHECK(row("first").sent == 35);
  CHECK(row("first").enqueued == 16);
  CHECK(row("first").status.handled == 16);
  // Somebody still knew the one that has ended.
  for (int i = 0; i < 2; ++i) send(first, price_batch{});
  run();
  CHECK(row("first").lost == 2);
  CHECK(row("first").enqueued == 16);
}

TEST_CASE_METHOD(yard, "times are sampled: the count says how many, their sum how long") {
  for (int i = 0; i < 640; ++i) send(last, order_update{});
  run();
  auto seen = row("last");
  CHECK(seen.status.handled == 640);
  CHECK(seen.handler.sampled == 10);
  CHECK(seen.handler.busy_ns == 10 * 5'000'000);
}

TEST_CASE_METHOD(yard, "the sampled mean is the real one, as near as so many samples can be") {
  // 0 to 10 ms: their standard deviation is 0.58 of their mean.
  order_work = [] {
    static std::mt19937_64 dice{7};
    return dice() % 10'000'000;
  };
  constexpr int orders = 100'000;
  const auto before = made_up_ns;
  for (int i = 0; i < orders; ++i) {
    send(last, order_update{});
    run();
  }
  const auto truth = static_cast<double>(made_up_ns - before) / orders;
  const auto seen = row("last").handler;
  const auto mean = static_cast<double>(seen.busy_ns) / static_cast<double>(seen.sampled);
  INFO(truth << " " << mean << " of " << seen.sampled);
  CHECK(seen.sampled >= orders / sampling_interval);
  CHECK(std::abs(mean - truth) < 3 * 0.58 * truth / std::sqrt(static_cast<double>(seen.sampled)));
}

TEST_CASE_METHOD(yard, "an actor knows who started it") {
  auto parent = spawn([](porter_self* self) -> caf::behavior {
    self->observe({"parent", "test", 0});
    return {[self](const wake&) {
      auto child = self->spawn(porter, "child", caf::actor{}, 0);
      caf::anon_send_exit(child, caf::exit_reason::user_shutdown);
    }};
  });
  send(parent, wake{});
  run();
  CHECK(row("parent").parent.empty());
  CHECK(row("child").parent == "parent");
}

TEST_CASE_METHOD(yard, "messages have names for people") {
  send(last, price_batch{});
  send(last, caf::tick_atom::value, std::string{"x"}, 7);
  caf::anon_send(last, caf::make_message(order_update{}));
  auto shared = caf::make_message(feed_status{});
  auto raw = caf::actor_cast<caf::strong_actor_ptr>(last);
  raw->enqueue(nullptr, caf::make_message_id(), shared, nullptr);
  run();
  auto who = board().known("last")->counters();
  CHECK(message_name(*who->recent[0].type) == "price_batch");
  CHECK(message_name(*who->recent[1].type) == "atom text int");
  CHECK(message_name(*who->recent[2].type) == "order_update");
  CHECK(message_name(*who->recent[3].type) == "feed_status");
  CHECK(message_name(typeid(void)) == "nothing");
}
