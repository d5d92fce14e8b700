#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>

#include "adapters/calendar/us_equity_calendar.hpp"
#include "adapters/paper/bridge.hpp"
#include "tests/adapters/paper/kept_store.hpp"
#include "tests/adapters/paper/trader.hpp"
#include "tests/support/actor_fixture.hpp"

namespace outcry::test {

/// What an order desk has heard of a broker, as text: "fill c1 5 @ 100", "session regular", "link
/// live".
struct broker_news {
  std::vector<std::string> all;
  std::vector<broker_update> updates;

  /// What came since the last call.
  std::vector<std::string> take() { return std::exchange(all, {}); }
};

/// Plays the order desk.
inline caf::behavior broker_listener(caf::event_based_actor*,
                                     const std::shared_ptr<broker_news>& news) {
  return {
      [news](const broker_update& update) {
        auto text = update.event + " " + update.order.request.client_order_id;
        if (update.qty.is_positive())
          text += " " + to_string(update.qty) + " @ " + to_string(update.price);
        news->all.push_back(text);
        news->updates.push_back(update);
      },
      [news](const market_session& session) {
        news->all.push_back("session " + std::string(to_string(session.phase)));
      },
      [news](const link_status& link) {
        news->all.push_back("link " + std::string(to_string(link.state)));
      },
  };
}

/// What a market of a test was asked.
struct market_notes {
  std::vector<std::string> asked;       ///< tickers, by `find_pit`
  std::vector<caf::actor> subscribers;  ///< in the order they came, repetitions included
  bool answers = true;                  ///< false: pits say nothing to their subscribers
};

/// Plays every pit.
inline caf::behavior deaf_pit(caf::event_based_actor* self, const std::string& ticker,
                              const std::shared_ptr<market_notes>& notes) {
  return {
      [=](const subscribe_pit& request) {
        notes->subscribers.push_back(request.subscriber);
        if (!notes->answers) return;
        feed_status first;
        first.ticker = ticker;
        first.state = feed_state::live;
        self->send(request.subscriber, first);
      },
  };
}

inline caf::behavior deaf_market(caf::event_based_actor* self,
                                 const std::shared_ptr<market_notes>& notes) {
  return {
      [=](const find_pit& request) {
        notes->asked.push_back(request.ticker);
        return pit_address{self->spawn(deaf_pit, request.ticker, notes)};
      },
  };
}

/// A paper broker on virtual time, with a state that outlives it.
class bridge_fixture : public actor_fixture, public order_maker {
public:
  std::shared_ptr<kept_state> disk = std::make_shared<kept_state>();
  std::shared_ptr<market_notes> pits = std::make_shared<market_notes>();
  std::shared_ptr<broker_news> news = std::make_shared<broker_news>();
  caf::actor hall = spawn(deaf_market, pits);
  caf::actor desk = spawn(broker_listener, news);
  paper::exchange_options options;
  broker_actor broker;

  bridge_fixture() { time()->set(monday_10); }

  /// Opens the broker, listens to it and forgets its greeting.
  void open(const std::vector<std::string>& tickers = {"SPY"}) {
    paper::bridge_options all;
    all.exchange = options;
    all.open_store = [state = disk] { return std::make_unique<kept_store>(state); };
    all.make_calendar = [] { return std::make_unique<calendar::us_equity_calendar>(); };
    all.market = caf::actor_cast<market_actor>(hall);
    all.house = the_house();
    all.tickers = tickers;
    broker = caf::actor_cast<broker_actor>(spawn(paper::bridge, all));
    send(broker, listen_to_broker{desk});
    run();
    news->take();
  }

  /// Ends it as a crash would.
  void kill() {
    caf::anon_send_exit(broker, caf::exit_reason::kill);
    run();
  }

  broker_answer ask_for(const order_request& order) { return told(order); }

  template <class Request>
  broker_answer told(const Request& wish) {
    return request_sync<broker_answer>(broker, wish).value();
  }

  broker_state state() { return request_sync<broker_state>(broker, get_broker_state{}).value(); }

  price_batch prints(const std::vector<std::string>& prices, const std::string& volume = "0") {
    price_batch batch{"SPY", {}, 0};
    for (const auto& text : prices)
      batch.ticks.push_back({price(text), qty(volume), time()->now(), time()->now()});
    return batch;
  }

  void print(const std::string& at, const std::string& volume = "0") {
    send(caf::actor_cast<caf::actor>(broker), prints({at}, volume));
    run();
  }
};

}  // namespace outcry::test
