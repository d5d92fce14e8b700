#include <map>

#include <caf/atom.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/sessions.hpp"
#include "messages/operator_codec.hpp"

namespace outcry::control {

namespace {

bool is_final(message_state x) {
  return x == message_state::done || x == message_state::failed || x == message_state::expired;
}

class send_state;
using send_self = caf::stateful_actor<send_state, observed<caf::event_based_actor>>;

class send_state {
public:
  static inline const char* name = "send";

  explicit send_state(send_self* self) : self_(self) {}

  void begin(bridge_context context, request asked, reply_ptr answer) {
    context_ = std::move(context);
    asked_ = std::move(asked);
    answer_ = std::move(answer);
    auto seat_name = fmt::format("socket:send:{}", asked_.message.id);
    self_->observe({seat_name, "session", 10'000});
    seat_ = session_seat{self_->system(), seat_name};
    self_->request(context_->desk, context_->submit_limit, submit_message{asked_.message, false})
        .then([this](const ledger& x) { on_adopted(x); },
              [this](const caf::error& why) { fail(why); });
  }

  void on_line(const line_record& x) {
    if (x.message_id == asked_.message.id) tell(x.line);
  }

  void on_state(const state_record& x) {
    if (x.message_id != asked_.message.id) return;
    tell(x);
    if (is_final(x.state)) read_ledger();
  }

  /// The whole truth, once the message is final or patience has ended: a command desk that was
  /// restarted meanwhile has forgotten its watchers, and a line may follow the state.
  void read_ledger() {
    if (reading_) return;
    reading_ = true;
    self_->request(context_->desk, context_->request_limit, find_ledgers{asked_.message.id, 1, 0})
        .then(
            [this](const ledger_list& list) {
              if (!list.ledgers.empty()) tell_rest(list.ledgers.front());
              end();
            },
            [this](const caf::error&) { end(); });
  }

private:
  void on_adopted(const ledger& x) {
    state_ = x.state;
    for (const auto& line : x.lines) told_[line.bot_id] = acknowledgement_json(line);
    answer_->item("{\"ledger\":" + to_json(x) + "}");
    if (is_final(x.state) || asked_.wait_ms == 0) return end();
    self_->send(context_->desk, watch_message{asked_.message.id, self_});
    self_->delayed_send(self_, std::chrono::milliseconds(asked_.wait_ms), caf::tick_atom::value);
  }

  void tell_rest(const ledger& x) {
    for (const auto& line : x.lines) tell(line);
    if (x.state != state_) tell(state_record{x.message.id, x.state, x.code, x.reason});
  }

  void tell(const ledger_line& x) {
    if (x.status == line_status::open) return;
    auto text = acknowledgement_json(x);
    auto& told = told_[x.bot_id];
    if (told == text) return;
    told = text;
    answer_->item(fmt::format("{{\"line\":{{\"bot\":{},\"acknowledgement\":{}}}}}",
                              nlohmann::json(x.bot_id).dump(), text));
  }

  void tell(const state_record& x) {
    if (x.state == state_) return;
    state_ = x.state;
    nlohmann::json state = {{"state", to_string(x.state)}, {"code", x.code}, {"reason", x.reason}};
    answer_->item(
        "{\"state\":" + state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "}");
  }

  void end() {
    answer_->end(fmt::format("\"final\":{}", is_final(state_)));
    self_->quit();
  }

  void fail(const caf::error& why) {
    if (why == caf::sec::request_timeout)
      answer_->error(
          caf::make_error(ec::no_answer, "not known yet whether message " + asked_.message.id +
                                             " is taken; it may still run: `outcry log " +
                                             asked_.message.id + "` tells"),
          "the command desk");
    else
      answer_->error(why, "the command desk");
    self_->quit();
  }

  send_self* self_;
  bridge_context context_;
  request asked_;
  reply_ptr answer_;
  session_seat seat_;
  message_state state_ = message_state::sent;
  std::map<std::string, std::string> told_;  ///< last acknowledgement by bot
  bool reading_ = false;
};

caf::behavior send_session(send_self* self, bridge_context context, request asked,
                           reply_ptr answer) {
  self->state.begin(std::move(context), std::move(asked), std::move(answer));
  return {
      // One bot's word.
      [self](const line_record& x) { self->state.on_line(x); },
      // The message as a whole.
      [self](const state_record& x) { self->state.on_state(x); },
      // The client's patience has ended.
      [self](caf::tick_atom) { self->state.read_ledger(); },
  };
}

}  // namespace

caf::actor spawn_send_session(caf::actor_system& system, bridge_context context, request asked,
                              reply_ptr answer) {
  return system.spawn(send_session, std::move(context), std::move(asked), std::move(answer));
}

}  // namespace outcry::control
