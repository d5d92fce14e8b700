#include <catch2/catch.hpp>

#include "tests/actors/bots/follow/follow_rig.hpp"

// Updates that move a target or sell a part, where the broker says no or everything ends in
// between.

using namespace outcry;
using outcry::test::follow_rig;
using outcry::test::long_call;
using outcry::test::price_of;
using outcry::test::shares;
using signals::update_kind;
using signals::update_step;

namespace {

using texts = std::vector<std::string>;

update_step target_to(std::uint8_t number, const char* price) {
  update_step x;
  x.kind = update_kind::set_target;
  x.target = number;
  x.price = price_of(price);
  return x;
}

update_step stop_to(const char* price) {
  update_step x;
  x.kind = update_kind::move_stop;
  x.price = price_of(price);
  return x;
}

update_step close_part(std::int64_t percent) {
  update_step x;
  x.kind = update_kind::close_partial;
  x.percent = Ratio::from_integer(percent);
  return x;
}

update_step hit() {
  update_step x;
  x.kind = update_kind::target_hit;
  x.target = 1;
  return x;
}

texts prices(const follow_rig& rig, order_type type) {
  texts result;
  for (const auto& order : rig.open(type)) {
    const auto& terms = order.request.terms;
    result.push_back(to_string(type == order_type::stop ? terms.stop_price : terms.limit_price));
  }
  return result;
}

/// Ten shares bought at 100; stop 90, five at 110, five at 120.
struct open_rig : follow_rig {
  open_rig() {
    price("101");
    call("1", long_call());
    settle();
    price("100");
    settle();
    price("105");
    settle();
    REQUIRE(position() == shares(10));
  }

  /// Until nobody has anything to say; the stop must stand all the while, and there must be a
  /// first target.
  void settle_guarded() {
    do {
      REQUIRE(covered() >= position());
      REQUIRE(open(order_type::limit).size() >= 2);
    } while (step());
  }

  follow_receipt known(const std::string& id) { return update(id, "1", {}); }
};

}  // namespace

TEST_CASE("a moved target is at the broker before the old one goes") {
  open_rig rig;
  CHECK(rig.update("2", "1", {target_to(1, "112")}).taken);
  rig.settle_guarded();
  CHECK(prices(rig, order_type::limit) == texts{"120", "112"});
  CHECK(prices(rig, order_type::stop) == texts{"90"});
  rig.price("112");
  rig.settle();
  CHECK(rig.position() == shares(5));
  rig.price("120");
  rig.settle();
  CHECK(rig.position().is_zero());
  CHECK(rig.broker().open_orders().empty());
  CHECK(rig.known("2").code.empty());
}

TEST_CASE("a moved target that is refused leaves the old one, and the update is not done") {
  open_rig rig;
  rig.update("2", "1", {target_to(1, "112")});
  rig.lets_through = [](const order_request&) { return false; };
  rig.settle_guarded();
  CHECK(prices(rig, order_type::limit) == texts{"110", "120"});
  CHECK(rig.last()->reason == "the target stays at 110: not let through");
  const auto answer = rig.known("2");
  CHECK(!answer.taken);
  CHECK(answer.code == "not_done");
  CHECK(answer.reason.ends_with("not done: the target stays at 110: not let through"));
  rig.restart();
  CHECK(rig.known("2").code == "not_done");
  rig.price("110");
  rig.settle();
  CHECK(rig.position() == shares(5));
}

TEST_CASE("an update of which a part came to nothing is done in part") {
  open_rig rig;
  rig.update("2", "1", {hit(), target_to(1, "112")});
  rig.lets_through = [](const order_request&) { return false; };
  rig.settle();
  CHECK(rig.known("2").taken);
  CHECK(rig.known("2").code == "not_done");
  rig.update("3", "1", {stop_to("95")});
  rig.pass(6);  // the pause after a refusal
  rig.settle();
  CHECK(!rig.known("3").taken);
  CHECK(rig.known("3").code == "not_done");
  CHECK(prices(rig, order_type::stop) == texts{"90"});
}

TEST_CASE("an old target that is reached before the new one is taken ends the new one") {
  open_rig rig;
  rig.update("2", "1", {target_to(1, "115")});
  rig.step();  // the new one is at the broker, and nobody has said so
  rig.price("110");
  rig.settle();
  CHECK(rig.position() == shares(5));
  CHECK(prices(rig, order_type::limit) == texts{"120"});
  rig.price("115");
  rig.settle();
  CHECK(rig.position() == shares(5));
  CHECK(rig.covered() >= shares(5));
}

TEST_CASE("a target moved twice in a breath ends where it was moved to last") {
  open_rig rig;
  rig.update("2", "1", {target_to(1, "112")});
  rig.update("3", "1", {target_to(1, "114")});
  bool second_refused = false;
  SECTION("both are taken") {}
  SECTION("the second is refused") {
    second_refused = true;
    rig.lets_through = [](const order_request& x) {
      return x.terms.limit_price != price_of("114");
    };
  }
  rig.settle_guarded();
  CHECK(prices(rig, order_type::limit) == texts{"120", second_refused ? "112" : "114"});
}

TEST_CASE("a target moved twice of which the first is refused replaces the oldest") {
  open_rig rig;
  rig.update("2", "1", {target_to(1, "112")});
  rig.update("3", "1", {target_to(1, "114")});
  rig.lets_through = [](const order_request& x) { return x.terms.limit_price != price_of("112"); };
  rig.settle_guarded();
  CHECK(prices(rig, order_type::limit) == texts{"120", "114"});
  CHECK(rig.known("2").code == "not_done");
  CHECK(rig.known("3").code.empty());
}

TEST_CASE("what an update asked for and the desk never took is asked for again, once") {
  open_rig rig;
  CHECK(rig.update("2", "1", {target_to(1, "112")}).taken);
  CHECK(rig.update("3", "1", {close_part(30)}).taken);
  CHECK(rig.update("4", "1", {stop_to("95")}).taken);
  rig.die_before_the_desk_hears();
  CHECK(rig.covered() == shares(10));
  follow_task task;
  task.what = follow_kind::update;
  task.source = "discord:1";
  task.source_id = "3";
  CHECK(rig.strategy().is_asking_again(task));
  const auto before = rig.orders();
  rig.pass(6);
  CHECK(!rig.strategy().is_asking_again(task));
  CHECK(rig.orders() == before + 3);
  rig.settle_guarded();
  CHECK(prices(rig, order_type::limit) == texts{"120", "112"});
  CHECK(prices(rig, order_type::stop) == texts{"95"});
  rig.price("105");
  rig.settle();
  CHECK(rig.position() == shares(7));
  for (const auto* id : {"2", "3", "4"}) {
    CHECK(rig.known(id).taken);
    CHECK(rig.known(id).code.empty());
  }
  rig.restart();
  rig.pass(6);
  rig.settle();
  CHECK(rig.orders() == before + 3);
}

TEST_CASE("what is asked for again and refused is told as not done") {
  open_rig rig;
  rig.update("2", "1", {close_part(30)});
  rig.die_before_the_desk_hears();
  rig.lets_through = [](const order_request&) { return false; };
  rig.pass(6);
  rig.settle();
  CHECK(!rig.known("2").taken);
  CHECK(rig.known("2").code == "not_done");
  rig.lets_through = [](const order_request&) { return true; };
  rig.pass(60);
  rig.settle();
  CHECK(rig.position() == shares(10));
}

TEST_CASE("a part that was lost long ago is not sold any more") {
  open_rig rig;
  rig.update("2", "1", {close_part(30)});
  rig.die_before_the_desk_hears();
  const auto before = rig.orders();
  rig.pass(301);
  rig.settle();
  CHECK(rig.orders() == before);
  CHECK(rig.known("2").code == "not_done");
  CHECK(rig.known("2").reason.ends_with("lost in a restart too long ago"));
}

TEST_CASE("a lost part is not more than what is left when it is asked for again") {
  open_rig rig;
  rig.update("2", "1", {close_part(80)});
  rig.die_before_the_desk_hears();
  rig.price("110");  // before it is asked for again, the first target sells five
  rig.settle();
  rig.pass(6);
  rig.settle();
  rig.price("110");
  rig.settle();
  CHECK(rig.position().is_zero());
  CHECK(rig.broker().open_orders().empty());
}

TEST_CASE("what was sold elsewhere comes off the first entries") {
  following::trade at;
  for (const std::uint64_t number : {1U, 3U}) {
    following::trade_order entry;
    entry.number = number;
    entry.qty = entry.filled = shares(5);
    at.orders.push_back(entry);
  }
  const auto pools = [&](std::int64_t sold) {
    at.sold_elsewhere = shares(sold);
    CHECK(pool(at, at.orders[0]) + pool(at, at.orders[1]) == held(at));
    return std::pair{pool(at, at.orders[0]), pool(at, at.orders[1])};
  };
  CHECK(pools(0) == std::pair{shares(5), shares(5)});
  CHECK(pools(3) == std::pair{shares(2), shares(5)});
  CHECK(pools(7) == std::pair{shares(0), shares(3)});
  CHECK(pools(10) == std::pair{shares(0), shares(0)});
}
