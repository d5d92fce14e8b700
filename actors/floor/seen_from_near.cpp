#include "actors/floor/seen_from_near.hpp"

#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include "actors/floor/looks.hpp"
#include "actors/floor/message_type.hpp"
#include "actors/floor/observed.hpp"
#include "actors/floor/trace_tap.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/inspection.hpp"

namespace outcry {

namespace {

constexpr std::size_t longest_text = 300;
constexpr std::size_t most_peeked = 50;

std::string name_of(const caf::strong_actor_ptr& sender) {
  if (!sender) return {};
  const auto* seen = dynamic_cast<const observable*>(sender->get());
  return seen == nullptr ? std::string{} : seen->counters().name;
}

std::vector<waiting_message> peek(caf::scheduled_actor& self) {
  std::vector<waiting_message> result;
  auto see = [&](const caf::mailbox_element& x) {
    if (result.size() >= most_peeked || is_question(x)) return;
    result.push_back({message_name(type_of(x)), message_text(x.content())});
  };
  self.mailbox().fetch_more();
  self.get_urgent_queue().cache().peek_all(see);
  self.get_urgent_queue().peek_all(see);
  self.get_normal_queue().cache().peek_all(see);
  self.get_normal_queue().peek_all(see);
  return result;
}

std::string told_by(const std::function<std::string()>& state) try {
  return state ? state() : std::string{};
} catch (const std::exception& e) {
  return std::string{"it could not tell: "} + e.what();
}

}  // namespace

std::string message_text(const caf::type_erased_tuple& content) {
  std::string result;
  for (std::size_t i = 0; i < content.size() && result.size() <= longest_text; ++i) {
    if (i > 0) result += ", ";
    result += content.stringify(i);
  }
  if (result.size() <= longest_text) return result;
  // Cut between two characters, not inside of one.
  auto end = longest_text;
  while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xC0) == 0x80) --end;
  result.resize(end);
  return result;
}

bool is_question(const caf::mailbox_element& element) {
  const auto& content = element.content();
  return content.match_elements<look_inside>() || content.match_elements<end_pause>();
}

void answer_question(caf::mailbox_element& element, caf::scheduled_actor& self, gauge& counters,
                     const std::function<std::string()>& state) {
  counters.wishes.fetch_sub(gauge_wish::question, std::memory_order_relaxed);
  const auto& content = element.content();
  if (content.match_elements<end_pause>()) {
    // CAF looks again at what was left of the ordinary messages, since it came before this one.
    counters.resume();
    self.get_urgent_queue().flush_cache();
    return;
  }
  if (!element.sender) return;
  const auto& asked = content.get_as<look_inside>(0);
  inside_view view;
  if (asked.state) view.state = told_by(state);
  if (asked.mailbox) view.mailbox = peek(self);
  element.sender->enqueue(self.ctrl(), element.mid.response_id(),
                          caf::make_message(std::move(view)), self.context());
}

void send_end_of_pause(gauge& counters, const caf::actor& who) {
  counters.wishes.fetch_add(gauge_wish::question, std::memory_order_relaxed);
  caf::anon_send(who, end_pause{});
}

bool hold(const caf::mailbox_element& element, caf::scheduled_actor& self, gauge& counters) {
  const auto& content = element.content();
  const bool exits = content.match_elements<caf::exit_msg>();
  bool ends = exits;
  if (content.match_elements<bot_command>()) {
    const auto& command = content.get_as<bot_command>(0);
    ends = command.addressed && is_brake(parse_verb(command.message.type));
  }
  if (ends) send_end_of_pause(counters, caf::actor_cast<caf::actor>(&self));
  return !exits;
}

close_look::close_look(gauge& counters, const caf::mailbox_element& element, std::uint32_t wishes)
    : counters_(counters), number_(counters.handled.load(std::memory_order_relaxed)) {
  counters_.wishes.fetch_and(~gauge_wish::sample, std::memory_order_relaxed);
  if ((wishes & gauge_wish::trace) != 0) tap_ = tap_of(counters);
  if (tap_ && tap_->wants_one()) {
    from_ = name_of(element.sender);
    message_ = message_name(type_of(element));
    text_ = message_text(element.content());
  } else {
    tap_ = nullptr;
  }
  began_ns_ = steady_now_ns();
}

close_look::~close_look() {
  const auto took = steady_now_ns() - began_ns_;
  if (!counted_) return;
  counters_.note_time(number_, took);
  if (!tap_) return;
  const auto at = coarse_now_ms.load(std::memory_order_relaxed);
  const auto began =
      counters_.recent[number_ % remembered_messages].began.load(std::memory_order_relaxed);
  tap_->put({whole_ms(began, at), std::move(from_), std::move(message_), std::move(text_), took});
}

}  // namespace outcry
