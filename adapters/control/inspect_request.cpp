#include "adapters/control/inspect_request.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "adapters/control/members.hpp"

namespace outcry::control {

namespace {

constexpr std::size_t longest_name = 200;

/// Sets what `mark(word)` knows for each word of a list; it answers false for a word it does not.
template <class Mark>
void each_word(const members& from, const std::string& field, const std::string& expected,
               Mark mark) {
  const auto& list = from.document()[field];
  if (!list.is_array() || list.empty()) from.refuse(field, expected);
  for (const auto& x : list)
    if (!x.is_string() || !mark(x.get_ref<const std::string&>())) from.refuse(field, expected);
}

std::uint32_t part_of(std::string_view word) {
  if (word == "floor") return part::floor;
  if (word == "actors") return part::actors;
  if (word == "pits") return part::pits;
  if (word == "links") return part::links;
  if (word == "messages") return part::messages;
  if (word == "graves") return part::graves;
  return 0;
}

bool* flag_of(inspection_wish& to, std::string_view word) {
  if (word == "state") return &to.state;
  if (word == "mailbox") return &to.mailbox;
  if (word == "recent") return &to.recent;
  if (word == "links") return &to.links;
  if (word == "log") return &to.log;
  return nullptr;
}

}  // namespace

void read_inspect(const members& from, inspection_wish& to) {
  from.only({"interval_ms", "parts"});
  if (from.has("interval_ms")) {
    to.interval_ms = from.integer("interval_ms", 0, 60'000);
    if (to.interval_ms > 0 && to.interval_ms < 200)
      from.refuse("interval_ms", "0, or 200 to 60000");
  }
  if (!from.has("parts") || from.document()["parts"].empty()) return;
  to.parts = 0;
  each_word(from, "parts", "a list of floor, actors, pits, links, messages, graves",
            [&](const std::string& word) {
              to.parts |= part_of(word);
              return part_of(word) != 0;
            });
}

void read_actor(const members& from, inspection_wish& to) {
  from.only({"name", "parts"});
  to.name = from.text("name", 1, longest_name);
  if (!from.has("parts") || from.document()["parts"].empty()) return;
  to.state = to.mailbox = to.recent = to.links = to.log = false;
  each_word(from, "parts", "a list of state, mailbox, recent, links, log",
            [&](const std::string& word) {
              auto* flag = flag_of(to, word);
              if (flag != nullptr) *flag = true;
              return flag != nullptr;
            });
}

void read_trace(const members& from, inspection_wish& to) {
  from.only({"name", "count", "seconds"});
  to.name = from.text("name", 1, longest_name);
  to.count = static_cast<std::uint32_t>(from.has("count") ? from.integer("count", 1, 1000) : 100);
  to.seconds =
      static_cast<std::uint32_t>(from.has("seconds") ? from.integer("seconds", 1, 600) : 60);
}

void read_act(const members& from, inspection_wish& to) {
  from.only({"name", "action", "why"});
  to.name = from.text("name", 1, longest_name);
  const auto word = from.text("action");
  if (word == "restart")
    to.action = actor_action::restart;
  else if (word == "pause")
    to.action = actor_action::pause;
  else if (word == "resume")
    to.action = actor_action::resume;
  else if (word == "stop")
    to.action = actor_action::stop;
  else if (word == "reset_backoff")
    to.action = actor_action::reset_backoff;
  else
    from.refuse("action", "one of restart, pause, resume, stop, reset_backoff");
  to.why = from.text("why", 1, 200);
}

void read_log_level(const members& from, inspection_wish& to) {
  from.only({"name", "level"});
  to.name = from.text("name", 1, longest_name);
  to.level = from.text("level");
  for (std::string_view known : {"trace", "debug", "info", "warning", "error", "off", "default"})
    if (to.level == known) return;
  from.refuse("level", "one of trace, debug, info, warning, error, off, default");
}

}  // namespace outcry::control
