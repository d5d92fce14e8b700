#pragma once

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/system_messages.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/floor/gauge.hpp"
#include "messages/error.hpp"

namespace outcry {

/// Who an actor is and how much may wait for it.
struct actor_label {
  std::string name;         ///< unique on the floor: "pit:AAPL"
  std::string kind;         ///< "pit"
  std::uint64_t bound = 0;  ///< messages its mailbox takes; 0 = its senders conflate
};

/// What can be asked of an actor from another thread.
class observable {
public:
  virtual ~observable() = default;
  virtual const gauge& counters() const = 0;
};

/// The base of every actor of ours: counts what it receives and handles, turns messages away when
/// its mailbox is at its bound, and survives error messages that nobody expected (CAF 0.17's
/// default is to quit). Responses, CAF's own messages and an actor's timers (whatever it sends to
/// itself) are never turned away.
template <class Base>
class observed : public Base, public observable {
public:
  using Base::Base;

  /// Takes the seat of that name. First line of every actor's function.
  void observe(const actor_label& label) {
    counters_->bound = label.bound;
    if (auto board = board_of(this->system())) board->find(label.name, label.kind)->take(counters_);
    this->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr& thrown) {
      return caf::make_error(caf::sec::runtime_error, describe(thrown));
    });
    this->set_error_handler([this](caf::scheduled_actor*, caf::error&) { count_error(); });
    this->set_default_handler(
        [this](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
          count_error();
          return caf::sec::unexpected_message;
        });
  }

  void count_error() { counters_->errors.fetch_add(1, std::memory_order_relaxed); }

  const gauge& counters() const override { return *counters_; }

  using Base::enqueue;

  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) override {
    if (is_over_bound(*element)) {
      counters_->refused.fetch_add(1, std::memory_order_relaxed);
      refuse(*element, unit);
      return;
    }
    counters_->enqueued.fetch_add(1, std::memory_order_relaxed);
    Base::enqueue(std::move(element), unit);
  }

  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    try {
      auto result = Base::consume(element);
      if (result != caf::invoke_message_result::skipped)
        counters_->handled.fetch_add(1, std::memory_order_relaxed);
      return result;
    } catch (...) {
      counters_->handled.fetch_add(1, std::memory_order_relaxed);
      count_error();
      throw;
    }
  }

private:
  static std::string describe(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      return e.what();
    } catch (...) {
      return "an unknown exception";
    }
  }

  bool is_over_bound(const caf::mailbox_element& element) const {
    auto bound = counters_->bound.load(std::memory_order_relaxed);
    if (bound == 0 || element.mid.is_response() || element.mid.is_urgent_message()) return false;
    // A timer that was turned away would never be set again.
    if (element.sender && element.sender.get() == this->ctrl()) return false;
    return counters_->depth() >= bound && !is_from_caf(element);
  }

  // Exits come with ordinary priority.
  static bool is_from_caf(const caf::mailbox_element& element) {
    const auto& content = element.content();
    return content.template match_elements<caf::exit_msg>() ||
           content.template match_elements<caf::down_msg>() ||
           content.template match_elements<caf::timeout_msg>();
  }

  void refuse(const caf::mailbox_element& element, caf::execution_unit* unit) {
    if (!element.mid.is_request() || !element.sender) return;
    element.sender->enqueue(nullptr, element.mid.response_id(),
                            caf::make_message(caf::make_error(ec::mailbox_full)), unit);
  }

  std::shared_ptr<gauge> counters_ = std::make_shared<gauge>();
};

/// A typed, observed actor with state.
template <class Interface, class State>
using observed_actor = caf::stateful_actor<State, observed<typename Interface::base>>;

/// The counters of an actor of ours; null for any other.
inline const gauge* counters_of(const caf::actor& handle) {
  auto* raw = caf::actor_cast<caf::abstract_actor*>(handle);
  auto* seen = dynamic_cast<observable*>(raw);
  return seen == nullptr ? nullptr : &seen->counters();
}

}  // namespace outcry
