#include <chrono>

#include <fmt/format.h>

#include "adapters/control/sessions.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry::control {

namespace {

using detail::json_array;
using detail::json_string;
using detail::object_writer;

std::string waiting_json(const waiting_message& x) {
  return object_writer{}.text("message", x.message).text("text", x.text).finish();
}

std::string handled_json(const handled_message& x) {
  return object_writer{}
      .number("at_ms", x.at_ms)
      .text("message", x.message)
      .raw("took_ns", x.took_ns < 0 ? "null" : std::to_string(x.took_ns))
      .finish();
}

std::string page_json(const actor_page& x, const inspection_wish& wish) {
  object_writer out;
  out.raw("actor", to_json(x.row));
  if (wish.state) out.embed("state", x.state);
  if (wish.mailbox) out.raw("mailbox", json_array(x.mailbox, waiting_json));
  if (wish.recent) out.raw("recent", json_array(x.recent, handled_json));
  if (wish.links) out.raw("links", json_array(x.links, json_string));
  if (wish.log) out.raw("log", json_array(x.log, json_string));
  out.raw("unanswered", json_array(x.unanswered, json_string));
  return out.finish();
}

void tell_taken(reply& to, const action_taken& x) {
  to.item(object_writer{}.text("done", x.what).finish());
  to.end();
}

}  // namespace

void ask_inspector(bridge_self* self, const bridge_context& context, const request& asked,
                   const reply_ptr& answer) {
  if (!context->inspector)
    return answer->error(to_string(ec::unsupported), "nobody can look into this floor");
  const auto& wish = asked.inspection;
  auto fail = [answer](const caf::error& why) { answer->error(why, "the inspector"); };
  auto taken = [answer](const action_taken& x) { tell_taken(*answer, x); };
  const auto& limit = context->request_limit;
  if (asked.op == operation::actor)
    self->request(context->inspector, limit, inspect_actor{wish.name, wish.state, wish.mailbox})
        .then(
            [answer, wish](const actor_seen& x) {
              answer->item(page_json(*x.page, wish));
              answer->end();
            },
            fail);
  else if (asked.op == operation::act)
    self->request(context->inspector, limit,
                  act_on_actor{wish.name, wish.action, wish.who, wish.why})
        .then(taken, fail);
  else
    self->request(context->inspector, limit, set_log_level{wish.name, wish.level, wish.who})
        .then(taken, fail);
}

}  // namespace outcry::control
