#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/floor/observed.hpp"
#include "messages/history.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::test {

/// What an actor of a test has heard.
struct notebook {
  std::vector<std::string> all;  ///< everything, in order: "prices 1 2", "lockstep 3", "live", ...
  std::vector<price_batch> batches;
  std::vector<price_batch> lockstep;
  std::vector<price_batch> recorded;
  std::vector<order_update> orders;
  std::vector<feed_status> states;
  std::vector<demand> demands;
  std::vector<price_changed> changes;

  /// False: lockstep batches and history are answered one by one, at a `wake` each. (A promise
  /// may be kept outside its actor, but delivered only inside.)
  bool answers = true;
  std::vector<caf::typed_response_promise<batch_receipt>> unanswered;
  std::vector<caf::typed_response_promise<history_receipt>> unrecorded;
};
using notes = std::shared_ptr<notebook>;

inline std::string prices_of(const price_batch& batch) {
  std::string text;
  for (const auto& tick : batch.ticks) text += (text.empty() ? "" : " ") + to_string(tick.price);
  return text;
}

/// Ticks of one ticker with the whole prices `first` to `last`.
inline price_batch ticks_of(const std::string& ticker, int first, int last) {
  price_batch batch{ticker, {}, 0};
  for (int i = first; i <= last; ++i)
    batch.ticks.push_back({Price::from_integer(i), Quantity::from_integer(1), i, i});
  return batch;
}

template <class T>
void answer_next(std::vector<caf::typed_response_promise<T>>& waiting, const T& answer) {
  if (waiting.empty()) return;
  waiting.front().deliver(answer);
  waiting.erase(waiting.begin());
}

struct listener_state {
  static inline const char* name = "listener";
};
using listener_self = caf::stateful_actor<listener_state, observed<caf::event_based_actor>>;

/// Plays any neighbour of a pit or feed: writes down what it hears.
inline caf::behavior listener(listener_self* self, const std::string& label, const notes& log) {
  self->observe({label, "listener", 0});
  return {
      [log](const price_batch& batch) -> caf::result<void> {
        log->batches.push_back(batch);
        log->all.push_back("prices " + prices_of(batch));
        return caf::unit;
      },
      [self, log](const lockstep_batch& step) -> caf::result<batch_receipt> {
        log->lockstep.push_back(step.batch);
        log->all.push_back("lockstep " + prices_of(step.batch));
        auto promise = self->make_response_promise<batch_receipt>();
        if (!log->answers) {
          log->unanswered.push_back(promise);
          return promise;
        }
        return promise.deliver(batch_receipt{step.batch.ticks.size()});
      },
      [log](const order_update& update) {
        log->orders.push_back(update);
        log->all.push_back("order " + update.order_id);
      },
      [log](const feed_status& status) {
        log->states.push_back(status);
        log->all.emplace_back(to_string(status.state));
      },
      [log](const wake&) { answer_next(log->unanswered, batch_receipt{1}); },
      [log](const demand& request) { log->demands.push_back(request); },
      [log](const price_changed& change) { log->changes.push_back(change); },
  };
}

/// Plays the history.
inline caf::behavior history_keeper(listener_self* self, const notes& log) {
  self->observe({"history", "listener", 0});
  return {
      [self, log](const price_batch& batch) -> caf::result<history_receipt> {
        log->recorded.push_back(batch);
        auto promise = self->make_response_promise<history_receipt>();
        if (!log->answers) {
          log->unrecorded.push_back(promise);
          return promise;
        }
        return promise.deliver(history_receipt{});
      },
      [log](const wake&) { answer_next(log->unrecorded, history_receipt{}); },
  };
}

}  // namespace outcry::test
