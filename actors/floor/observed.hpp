#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/system_messages.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/floor/message_type.hpp"
#include "actors/floor/seat.hpp"
#include "actors/floor/seen_from_near.hpp"
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

/// The base of every actor of ours: counts what it receives, handles and sends, turns messages away
/// when its mailbox is at its bound, and survives error messages that nobody expected (CAF 0.17's
/// default is to quit). Responses, CAF's own messages and an actor's timers (whatever it sends to
/// itself) are never turned away. It is also where a console looks in: `gauge::wishes` says what
/// somebody wants beyond counting, and costs one reading per message while nobody wants anything.
///
/// Compiled with OUTCRY_UNOBSERVED it counts nothing and turns nothing away: what the counting
/// costs is measured against that.
template <class Base>
class observed : public Base, public observable {
public:
  using Base::Base;

  /// Takes the seat of that name. First line of every actor's function.
  void observe(const actor_label& label) {
    counters_->bound = label.bound;
    counters_->name = label.name;
    if (auto board = board_of(this->system()))
      board->find(label.name, label.kind)->take(counters_, this->address(), board->time->now_ms());
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

  /// How this actor tells its state to a console: JSON, called in its own thread, only when asked.
  void tell_state(std::function<std::string()> how) { state_ = std::move(how); }

  void count_error() { counters_->errors.fetch_add(1, std::memory_order_relaxed); }

  const gauge& counters() const override { return *counters_; }

#ifndef OUTCRY_UNOBSERVED
  using Base::enqueue;

  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) override {
    // On a large floor they are far away: they come while the mailbox does.
    __builtin_prefetch(counters_.get(), 1);
    count_sent();
    if (this->getf(caf::abstract_actor::is_terminated_flag)) {
      counters_->lost.fetch_add(1, std::memory_order_relaxed);
    } else if (is_over_bound(*element)) {
      counters_->refused.fetch_add(1, std::memory_order_relaxed);
      refuse(*element, unit);
      return;
    } else {
      counters_->enqueued.fetch_add(1, std::memory_order_relaxed);
    }
    Base::enqueue(std::move(element), unit);
  }

  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t most) override {
    __builtin_prefetch(counters_.get(), 1);
    return Base::resume(unit, most);
  }

  void initialize() override {
    stage_entry stage{*counters_};
    Base::initialize();
  }

  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    auto& mine = *counters_;
    const auto wishes = mine.wishes.load(std::memory_order_relaxed);
    const auto number = mine.handled.load(std::memory_order_relaxed);
    if (wishes == 0 && number % sampling_interval != 0) return handle(element);
    return handle_closely(element, wishes);
  }

private:
  caf::invoke_message_result handle(caf::mailbox_element& element) {
    turn mine{*counters_, type_of(element)};
    auto result = Base::consume(element);
    mine.done(result != caf::invoke_message_result::skipped);
    return result;
  }

  caf::invoke_message_result handle_closely(caf::mailbox_element& element, std::uint32_t wishes) {
    if (wishes >= gauge_wish::question && is_question(element)) {
      turn mine{*counters_, type_of(element)};
      answer_question(element, *this, *counters_, state_);
      mine.done(true);
      return caf::invoke_message_result::consumed;
    }
    if ((wishes & gauge_wish::pause) != 0 && hold(element, *this, *counters_))
      return caf::invoke_message_result::skipped;
    close_look look{*counters_, element, wishes};
    auto result = handle(element);
    look.done(result != caf::invoke_message_result::skipped);
    return result;
  }

  bool is_over_bound(const caf::mailbox_element& element) const {
    auto bound = counters_->bound.load(std::memory_order_relaxed);
    if (bound == 0 || element.mid.is_response() || element.mid.is_urgent_message()) return false;
    // A timer that was turned away would never be set again.
    if (element.sender && element.sender.get() == this->ctrl()) return false;
    return counters_->depth() >= bound && !is_from_caf(element) && !is_question(element);
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
#endif

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

  std::shared_ptr<gauge> counters_ = std::make_shared<gauge>();
  std::function<std::string()> state_;
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
