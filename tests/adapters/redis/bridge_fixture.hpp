#pragma once

#include <memory>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/atom.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/seat.hpp"
#include "adapters/redis/subscriber.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/market_codec.hpp"
#include "tests/adapters/redis/redis_fixture.hpp"
#include "tests/support/manual_clock.hpp"

namespace outcry::redis::test {

/// A floor's actor system on real threads, with a clock that only the test moves.
struct bridge_system {
  struct config : floor_system_config {
    config() {
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", 2);
    }
  };

  config settings;
  caf::actor_system system{settings};
  std::shared_ptr<outcry::test::manual_clock> time = std::make_shared<outcry::test::manual_clock>();
  house_ptr the_house = [this] {
    auto result = std::make_shared<house>();
    result->time = time;
    return result;
  }();
  std::vector<caf::actor> owned;

  ~bridge_system() {
    for (auto& one : owned) caf::anon_send_exit(one, caf::exit_reason::kill);
  }

  template <class Handle>
  Handle own(Handle handle) {
    owned.push_back(caf::actor_cast<caf::actor>(handle));
    return handle;
  }
};

inline price_tick tick_of(int price, timestamp_ns at) {
  return {Price::from_integer(price), Quantity::from_integer(1), at, at};
}

/// What an existing bot hears on its ticker's channel: prices as text, or "order <event>".
class outside_bot {
public:
  outside_bot(const outcry::test::redis_server& server, const std::string& ticker)
      : wire_([&] {
          subscriber_options options;
          options.connection = at(server.url());
          options.link = quick_link();
          options.on_batch = [this](std::span<const message> batch) {
            for (const auto& entry : batch) heard.add(std::string(entry.payload));
          };
          return options;
        }()) {
    wire_.subscribe("TICKER_UPDATES_" + ticker);
    wire_.start();
  }
  ~outside_bot() { wire_.stop(); }

  /// The payload number `index`, read as the floor itself would.
  market_update read(std::size_t index) const {
    return parse_market_update(heard.all().at(index), "AAPL", 1).value();
  }
  std::string price(std::size_t index) const {
    return to_string(std::get<price_update>(read(index)).tick.price);
  }

  seen<std::string> heard;

private:
  subscriber wire_;
};

}  // namespace outcry::redis::test
