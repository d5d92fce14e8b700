#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "messages/bots.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/performance.hpp"

namespace outcry::test {

/// What the people around one bot were told.
struct trading_talk {
  std::vector<bot_status> statuses;
  std::vector<command_outcome> outcomes;  ///< answers and later words, as they came
  std::size_t unanswered = 0;
  std::vector<bot_performance> earned;
  caf::actor subscriber;

  /// The last word on a message; a line without a bot when there is none.
  ledger_line last(const std::string& id) const {
    for (auto i = outcomes.rbegin(); i != outcomes.rend(); ++i)
      if (i->message_id == id) return i->line;
    return {};
  }
};

/// What the command desk journals of a message for one bot.
inline journal_write adopted_for(const std::string& bot_id, operator_message message) {
  ledger entry;
  entry.message = std::move(message);
  entry.state = message_state::working;
  ledger_line line;
  line.bot_id = bot_id;
  line.addressed = true;
  entry.lines = {line};
  journal_write write;
  write.adopted = {entry};
  return write;
}

inline caf::behavior talk_listener(caf::event_based_actor* self,
                                   const std::shared_ptr<trading_talk>& talk) {
  self->set_default_handler(caf::drop);
  return {
      [=](const bot_status& x) { talk->statuses.push_back(x); },
      [=](const bot_performance& x) { talk->earned.push_back(x); },
      [=](const subscribe_pit& x) {
        talk->subscriber = x.subscriber;
        caf::anon_send(x.subscriber, feed_status{"AAPL", feed_state::live, 0, ""});
      },
      [=](const order_update&) {},
  };
}

/// Sends commands as the command desk does, and keeps what it hears of them.
inline caf::behavior talk_commander(caf::event_based_actor* self,
                                    const std::shared_ptr<trading_talk>& talk) {
  return {
      [=](const caf::actor& bot, const bot_command& command) {
        self->request(caf::actor_cast<commandable_actor>(bot), std::chrono::seconds{10}, command)
            .then([=](const command_outcome& x) { talk->outcomes.push_back(x); },
                  [=](caf::error&) { ++talk->unanswered; });
      },
      [=](const command_outcome& x) { talk->outcomes.push_back(x); },
  };
}

}  // namespace outcry::test
