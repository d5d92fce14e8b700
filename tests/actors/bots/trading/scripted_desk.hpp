#pragma once

#include <memory>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "messages/error.hpp"
#include "messages/interfaces/trading.hpp"

namespace outcry::test {

/// What stands between a bot and its order desk, and what the bot asked for.
struct order_desk_script {
  bool hangs = false;          ///< passes nothing on and answers nothing
  bool loses_orders = false;   ///< passes no place_order on, nor answers it
  bool loses_answers = false;  ///< passes place_order on, but its answer is lost
  bool hangs_gates = false;    ///< close_gate and open_gate are not answered
  bool late_events = false;    ///< events of orders do not come to the bot: `hold_back` keeps them
  std::vector<order_event> hold_back;
  std::vector<place_order> placed;
  std::vector<settle_order> settled;
  std::vector<cancel_order> cancelled;
  std::vector<close_gate> closings;
  std::vector<open_gate> openings;
  std::vector<claim_shares> claims;
  std::vector<accept_position> accepted;
  caf::actor bot;  ///< the one that met it last
};

/// Hands a bot its events, or keeps them.
inline caf::behavior event_gate(caf::event_based_actor* self, const caf::actor& bot,
                                const std::shared_ptr<order_desk_script>& script) {
  return {
      [=](const order_event& x) {
        if (script->late_events)
          script->hold_back.push_back(x);
        else
          self->send(bot, x);
      },
      [=](const orders_reopened& x) { self->send(bot, x); },
      [=](const market_session& x) { self->send(bot, x); },
  };
}

/// The real order desk behind a script. Only what bots ask for.
inline caf::behavior scripted_desk(caf::event_based_actor* self, const order_desk_actor& real,
                                   const std::shared_ptr<order_desk_script>& script) {
  auto pass = [self, real](bool lost, const auto& question,
                           auto reply) -> caf::result<decltype(reply)> {
    if (lost) return self->make_response_promise<decltype(reply)>();
    return self->delegate(real, question);
  };
  return {
      [=](const meet_order_desk& x) -> caf::result<order_desk_greeting> {
        script->bot = x.bot;
        auto mine = x;
        mine.bot = self->spawn(event_gate, x.bot, script);
        return pass(script->hangs, mine, order_desk_greeting{});
      },
      [=](const place_order& x) -> caf::result<order_record> {
        script->placed.push_back(x);
        if (script->loses_answers) caf::anon_send(real, x);
        return pass(script->hangs || script->loses_orders || script->loses_answers, x,
                    order_record{});
      },
      [=](const settle_order& x) -> caf::result<order_record> {
        script->settled.push_back(x);
        return pass(script->hangs, x, order_record{});
      },
      [=](const cancel_order& x) {
        script->cancelled.push_back(x);
        if (!script->hangs) self->send(real, x);
      },
      [=](const close_gate& x) -> caf::result<gate_report> {
        script->closings.push_back(x);
        return pass(script->hangs || script->hangs_gates, x, gate_report{});
      },
      [=](const open_gate& x) -> caf::result<gate_report> {
        script->openings.push_back(x);
        return pass(script->hangs || script->hangs_gates, x, gate_report{});
      },
      [=](const claim_shares& x) -> caf::result<claim_granted> {
        script->claims.push_back(x);
        return pass(script->hangs, x, claim_granted{});
      },
      [=](const accept_position& x) -> caf::result<claim_granted> {
        script->accepted.push_back(x);
        return pass(script->hangs, x, claim_granted{});
      },
  };
}

}  // namespace outcry::test
