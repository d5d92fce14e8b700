#include <atomic>
#include <set>

#include <caf/atom.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/sessions.hpp"
#include "messages/market_codec.hpp"

namespace outcry::control {

namespace {

class tail_state;
using tail_self = caf::stateful_actor<tail_state, observed<caf::event_based_actor>>;

class tail_state {
public:
  static inline const char* name = "tail";

  explicit tail_state(tail_self* self) : self_(self) {}

  void begin(bridge_context context, request asked, reply_ptr answer) {
    static std::atomic<std::uint64_t> count{0};
    context_ = std::move(context);
    answer_ = std::move(answer);
    auto seat_name = fmt::format("socket:tail:{}", ++count);
    self_->observe({seat_name, "session", 10'000});
    seat_ = session_seat{self_->system(), seat_name};
    if (asked.tickers.empty()) return look_for_pits();
    for (const auto& ticker : asked.tickers) listen_to(ticker);
  }

  /// Subscribes to every pit there is, now and again.
  void look_for_pits() {
    self_->request(context_->market, context_->request_limit, list_pits{})
        .then(
            [this](const pit_list& list) {
              for (const auto& pit : list.pits) listen_to(pit.ticker);
              look_again();
            },
            [this](const caf::error& why) {
              // A market that is restarting does not end a tail that has begun.
              if (tickers_.empty())
                fail(why);
              else
                look_again();
            });
  }

  void on_prices(const price_batch& batch) {
    for (const auto& tick : batch.ticks)
      answer_->streamed("{\"data\":" + to_json(price_update{batch.ticker, tick}) + "}");
    if (batch.conflated > 0)
      answer_->streamed(fmt::format("{{\"conflated\":{{\"ticker\":{},\"count\":{}}}}}",
                                    text(batch.ticker), batch.conflated));
  }

  void on_order(const order_update& x) { answer_->streamed("{\"data\":" + to_json(x) + "}"); }

  void on_feed(const feed_status& x) {
    answer_->streamed(
        fmt::format(R"({{"feed":{{"ticker":{},"state":"{}","since":{},"reason":{}}}}})",
                    text(x.ticker), to_string(x.state), x.since_ns / ns_per_ms, text(x.reason)));
  }

private:
  static std::string text(const std::string& x) {
    return nlohmann::json(x).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  void look_again() { self_->delayed_send(self_, context_->new_pit_poll, caf::tick_atom::value); }

  void listen_to(const std::string& ticker) {
    if (!tickers_.insert(ticker).second) return;
    self_->request(context_->market, context_->request_limit, find_pit{ticker})
        .then(
            [this](const pit_address& found) {
              self_->send(found.pit, subscribe_pit{self_, false});
            },
            [this](const caf::error& why) { fail(why); });
  }

  void fail(const caf::error& why) {
    answer_->error(why, "the market");
    self_->quit();
  }

  tail_self* self_;
  bridge_context context_;
  reply_ptr answer_;
  session_seat seat_;
  std::set<std::string> tickers_;
};

caf::behavior tail_session(tail_self* self, bridge_context context, request asked,
                           reply_ptr answer) {
  self->state.begin(std::move(context), std::move(asked), std::move(answer));
  return {
      // Ticks.
      [self](const price_batch& x) { self->state.on_prices(x); },
      // Ticks whose sender waits until they have been handled.
      [self](const lockstep_batch& x) {
        self->state.on_prices(x.batch);
        return batch_receipt{x.batch.ticks.size()};
      },
      // An event of an order.
      [self](const order_update& x) { self->state.on_order(x); },
      // The ticker's feed.
      [self](const feed_status& x) { self->state.on_feed(x); },
      // Time to look for new pits.
      [self](caf::tick_atom) { self->state.look_for_pits(); },
  };
}

}  // namespace

caf::actor spawn_tail_session(caf::actor_system& system, bridge_context context, request asked,
                              reply_ptr answer) {
  return system.spawn(tail_session, std::move(context), std::move(asked), std::move(answer));
}

}  // namespace outcry::control
