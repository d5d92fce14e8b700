#include <random>

#include <catch2/catch.hpp>

#include "tests/actors/bots/follow/follow_rig.hpp"
#include "tests/support/rounds.hpp"

// Random calls, updates, prices, cancels by hand and restarts in any order: whatever is held is
// protected as soon as everybody has been heard, the books agree, and every trade ends.

using namespace outcry;
using outcry::test::follow_rig;
using outcry::test::price_of;
using outcry::test::shares;
using signals::update_kind;
using signals::update_step;

namespace {

class chaos {
public:
  explicit chaos(unsigned seed)
      : random_(seed), rig_(R"({"max_notional":"5000","entry_valid_s":120})", options(seed)) {
    rig_.tells_twice = seed % 2 == 1;
  }

  void run() {
    rig_.price("100");
    for (int i = 0; i < 120; ++i) {
      act();
      const auto deliveries = pick(6);
      for (unsigned n = 0; n < deliveries; ++n) rig_.step();
      if (pick(4) == 0) look();
    }
    wind_up();
  }

private:
  static paper::exchange_options options(unsigned seed) {
    paper::exchange_options x;
    x.seed = seed + 1;
    x.participation = seed % 3 == 0 ? 5000 : paper::whole_in_bps;
    return x;
  }

  unsigned pick(unsigned n) { return std::uniform_int_distribution<unsigned>{0, n - 1}(random_); }

  signals::signal call() {
    auto x = test::long_call();
    const auto at = Price::from_integer(static_cast<std::int64_t>(90 + pick(20)));
    x.entries = {at};
    if (pick(3) == 0) x.entries.push_back(at - price_of("2"));
    x.stop->price = at - price_of("8");
    x.targets.clear();
    for (unsigned i = 0; i < pick(4); ++i)
      x.targets.push_back(at + Price::from_integer(static_cast<std::int64_t>(3 * (i + 1))));
    if (pick(4) == 0) {
      x.order = signals::entry_order::market;
      x.entries.clear();
      x.stop->price = price_of("50");
      x.targets.clear();
    }
    return x;
  }

  update_step step() {
    update_step x;
    switch (pick(6)) {
      case 0:
        x.kind = update_kind::close;
        break;
      case 1:
        x.kind = update_kind::close_partial;
        x.percent = Ratio::from_integer(static_cast<std::int64_t>(1 + pick(100)));
        break;
      case 2:
        x.kind = update_kind::cancel;
        break;
      case 3:
        x.kind = update_kind::set_target;
        x.target = static_cast<std::uint8_t>(pick(3));
        x.price = Price::from_integer(static_cast<std::int64_t>(95 + pick(30)));
        break;
      case 4:
        x.kind = update_kind::target_hit;
        x.target = 1;
        break;
      default:
        x.kind = update_kind::move_stop;
        if (pick(2) == 0)
          x.breakeven = true;
        else
          x.price = Price::from_integer(static_cast<std::int64_t>(70 + pick(45)));
    }
    return x;
  }

  void act() {
    switch (pick(9)) {
      case 0:
        rig_.call(std::to_string(++said_), call());
        about_ = said_;
        break;
      case 1:
        rig_.update(std::to_string(++said_), std::to_string(about_), {step()});
        break;
      case 2:
        rig_.restart();
        break;
      case 3: {
        const auto open = rig_.broker().open_orders();
        if (open.empty()) break;
        (void)rig_.broker().cancel(open[pick(static_cast<unsigned>(open.size()))].id, rig_.now());
        break;
      }
      case 4:
        rig_.pass(1 + pick(20));
        break;
      case 5:
        if (pick(4) == 0) rig_.withdraw(std::to_string(about_));
        break;
      default:
        rig_.price(std::to_string(80 + pick(40)));
    }
  }

  void look() {
    rig_.settle();
    rig_.pass(6);
    rig_.settle();
    CHECK(rig_.strategy().position() == rig_.position());
    CHECK(!(rig_.position() < Quantity{}));
    INFO(rig_.strategy().snapshot());
    CHECK(rig_.covered() >= rig_.position());
    if (rig_.strategy().current() != nullptr && rig_.position().is_positive() &&
        !rig_.strategy().current()->closing)
      CHECK(following::is_protected(*rig_.strategy().current()));
  }

  void wind_up() {
    rig_.settle();
    for (int i = 0; i < 20 && rig_.strategy().current() != nullptr; ++i) {
      update_step close;
      close.kind = update_kind::close;
      const auto& at = *rig_.strategy().current();
      rig_.update("end" + std::to_string(i), at.source_id, {close});
      rig_.settle();
      rig_.pass(11);
      rig_.price("100");
      rig_.settle();
    }
    CHECK(rig_.strategy().current() == nullptr);
    CHECK(rig_.position().is_zero());
    CHECK(rig_.broker().open_orders().empty());
    // To the cent what the account says.
    const auto earned = rig_.broker().account().cash - Money::from_integer(100'000);
    CHECK(to_string(rig_.strategy().performance()->realized) == to_string(earned));
  }

  std::mt19937 random_;
  follow_rig rig_;
  int said_ = 0;
  int about_ = 0;
};

}  // namespace

TEST_CASE("whatever happens in whatever order, what is held is protected") {
  for (unsigned seed = 0; seed < test::rounds(100); ++seed) {
    INFO("seed " << seed);
    chaos{seed}.run();
  }
}
