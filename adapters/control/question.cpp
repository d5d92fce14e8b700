#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/sessions.hpp"
#include "adapters/control/trading_json.hpp"
#include "messages/bots_codec.hpp"
#include "messages/operator_codec.hpp"
#include "messages/roster_codec.hpp"
#include "messages/trading_codec.hpp"

namespace outcry::control {

namespace {

/// More than this in one answer would only fill memory: the client asks for the rest.
constexpr std::size_t most_ledger_bytes = 16u << 20;

/// Asks one actor; `on_answer` gets its answer, every failure becomes the reply's error.
template <class Question, class Handle, class Answer>
void ask_one(bridge_self* self, const bridge_context& context, const Handle& whom, const char* name,
             Question question, const reply_ptr& answer, void (*on_answer)(reply&, const Answer&)) {
  if (!whom) return answer->error(to_string(ec::unsupported), fmt::format("no {} here", name));
  self->request(whom, context->request_limit, std::move(question))
      .then([answer, on_answer](const Answer& x) { on_answer(*answer, x); },
            [answer, name](const caf::error& why) { answer->error(why, name); });
}

void tell_ledgers(reply& to, const ledger_list& list) {
  std::size_t bytes = 0;
  for (const auto& x : list.ledgers) {
    auto text = to_json(x);
    bytes += text.size();
    to.item(text);
    if (bytes > most_ledger_bytes && &x != &list.ledgers.back())
      return to.end(fmt::format("\"before\":{}", x.adopted_at_ms));
  }
  to.end();
}

template <class Answer, std::string (*Write)(const Answer&)>
void tell_one(reply& to, const Answer& x) {
  to.item(Write(x));
  to.end();
}

template <class List>
void tell_each(reply& to, const List& list) {
  for (const auto& x : list) to.item(to_json(x));
  to.end();
}

/// Collects what several actors say of the floor.
struct floor_report {
  reply_ptr answer;
  nlohmann::json members;
  int missing = 0;

  void have(const char* name, nlohmann::json value) {
    members[name] = std::move(value);
    if (--missing > 0) return;
    answer->item(members.dump());
    answer->end();
  }
};

/// What does not answer is null: a floor half down still says which half.
template <class Answer, class Question, class Handle>
void put(bridge_self* self, const bridge_context& context, const Handle& whom, Question question,
         const std::shared_ptr<floor_report>& report, const char* name,
         nlohmann::json (*value)(const Answer&)) {
  if (!whom) return report->have(name, nullptr);
  self->request(whom, context->request_limit, std::move(question))
      .then([report, name, value](const Answer& x) { report->have(name, value(x)); },
            [report, name](const caf::error&) { report->have(name, nullptr); });
}

void ask_status(bridge_self* self, const bridge_context& context, const reply_ptr& answer) {
  auto report = std::make_shared<floor_report>();
  report->answer = answer;
  report->missing = context->dead_man ? 5 : 4;
  report->members = {{"name", context->floor_name},
                     {"version", context->version},
                     {"now", context->house->time->now_ms()}};
  put<halt_state>(self, context, context->desk, get_halt{}, report, "halt",
                  [](const halt_state& x) { return nlohmann::json::parse(to_json(x)); });
  put<bot_list>(self, context, context->roster, list_bots{}, report, "bots",
                [](const bot_list& x) { return nlohmann::json(x.bots.size()); });
  put<actor_list>(self, context, context->roster, list_actors{}, report, "actors",
                  [](const actor_list& x) { return nlohmann::json(x.actors.size()); });
  put<pit_list>(self, context, context->market, list_pits{}, report, "pits",
                [](const pit_list& x) { return nlohmann::json(x.pits.size()); });
  if (!context->dead_man) return;
  put<dead_man_status>(self, context, context->dead_man, get_dead_man{}, report, "deadMan",
                       [](const dead_man_status& x) { return nlohmann::json::parse(to_json(x)); });
}

/// What a floor that trades can be asked.
void ask_trading(bridge_self* self, const bridge_context& context, const request& asked,
                 const reply_ptr& answer) {
  if (!context->orders || (asked.op == operation::performance && !context->performance))
    return answer->error(to_string(ec::unsupported), "this floor has no broker");
  switch (asked.op) {
    case operation::orders:
      return ask_one<find_orders, order_desk_actor, order_list>(self, context, context->orders,
                                                                "order desk", asked.orders, answer,
                                                                [](reply& to, const order_list& x) {
                                                                  for (const auto& order : x.orders)
                                                                    to.item(to_json(order));
                                                                  to.end();
                                                                });
    case operation::positions:
      return ask_one<get_positions, order_desk_actor, position_list>(
          self, context, context->orders, "order desk", {}, answer,
          tell_one<position_list, positions_json>);
    case operation::performance:
      return ask_one<get_performance, performance_actor, performance_list>(
          self, context, context->performance, "performance desk", {asked.day}, answer,
          tell_one<performance_list, performance_json>);
    case operation::risk:
      return ask_one<get_risk, order_desk_actor, risk_report>(self, context, context->orders,
                                                              "order desk", {}, answer,
                                                              tell_one<risk_report, risk_json>);
    default:
      return;
  }
}

}  // namespace

void ask(bridge_self* self, const bridge_context& context, const request& asked,
         const reply_ptr& answer) {
  switch (asked.op) {
    case operation::log:
      return ask_one<find_ledgers, command_desk_actor, ledger_list>(
          self, context, context->desk, "command desk",
          {asked.ledger_id, asked.limit, asked.before_ms}, answer, tell_ledgers);
    case operation::bots:
      return ask_one<list_bots, roster_actor, bot_list>(
          self, context, context->roster, "roster", {}, answer,
          [](reply& to, const bot_list& x) { tell_each(to, x.bots); });
    case operation::actors:
      return ask_one<list_actors, roster_actor, actor_list>(
          self, context, context->roster, "roster", {}, answer,
          [](reply& to, const actor_list& x) { tell_each(to, x.actors); });
    case operation::pits:
      return ask_one<list_pits, market_actor, pit_list>(
          self, context, context->market, "market", {}, answer,
          [](reply& to, const pit_list& x) { tell_each(to, x.pits); });
    case operation::links:
      return ask_one<get_relay, relay_actor, relay_status>(
          self, context, context->relay, "relay", {}, answer, [](reply& to, const relay_status& x) {
            to.item(to_json(x));
            to.end();
          });
    case operation::status:
      return ask_status(self, context, answer);
    case operation::orders:
    case operation::positions:
    case operation::performance:
    case operation::risk:
      return ask_trading(self, context, asked, answer);
    case operation::bot_record:
      return ask_one<load_bot, journal_actor, bot_image>(self, context, context->journal, "journal",
                                                         {asked.bot_id}, answer,
                                                         [](reply& to, const bot_image& x) {
                                                           if (x.known)
                                                             to.item(record_json(x.record));
                                                           to.end();
                                                         });
    default:
      break;
  }
}

}  // namespace outcry::control
