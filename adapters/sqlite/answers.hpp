#pragma once

#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/response_promise.hpp>
#include <caf/result.hpp>
#include <caf/send.hpp>

#include "adapters/sqlite/journal_store.hpp"
#include "messages/error.hpp"

/// How the bridges of this folder turn a store's answers into CAF's.
namespace outcry::sqlite {

inline caf::error error_of(const journal_failure& failure) {
  return caf::make_error(failure.code, failure.text);
}

/// A handler's result from an answer that is a `Reply` or a failure.
template <class Reply, class Answer>
caf::result<Reply> result_of(Answer answer) {
  if (const auto* failure = std::get_if<journal_failure>(&answer)) return error_of(*failure);
  return std::get<Reply>(std::move(answer));
}

/// Delivers a `Reply` or a failure.
template <class Answer>
void deliver_answer(Answer answer, caf::response_promise& promise) {
  std::visit(
      [&promise]<class Reply>(Reply& x) {
        if constexpr (std::is_same_v<Reply, journal_failure>) {
          promise.deliver(error_of(x));
        } else {
          promise.deliver(std::move(x));
        }
      },
      answer);
}

/// Tells the actor at `address` from another thread that answers are ready. The address is weak:
/// the thread must not keep alive the actor whose end stops it.
inline std::function<void()> waker_of(caf::actor_addr address) {
  return [address = std::move(address)] {
    if (auto target = caf::actor_cast<caf::actor>(address)) {
      caf::anon_send<caf::message_priority::high>(target, caf::tick_atom::value);
    }
  };
}

}  // namespace outcry::sqlite
