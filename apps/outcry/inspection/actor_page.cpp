#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/inspection/snapshot_json.hpp"
#include "actors/inspection/wording.hpp"
#include "apps/outcry/floor_link.hpp"
#include "apps/outcry/inspection/verbs.hpp"
#include "apps/outcry/output.hpp"

namespace outcry::cli {

namespace {

using inspection::actor_row;
using inspection::lasting;
using inspection::thousands;
using nlohmann::json;

const std::vector<std::size_t> label_width{9};

void show_fact(output& out, const char* label, cell fact) {
  out.line({{label, colour::dim}, std::move(fact)}, label_width);
}

void show_row(output& out, const actor_row& x) {
  out.line({{x.name, colour::bold},
            {x.kind},
            {x.state, colour_of(x.state)},
            {"since " + local_time(x.since_ms), colour::dim}});
  show_fact(out, "parent", {x.parent.empty() ? "the floor" : x.parent});
  auto waiting = thousands(x.mailbox);
  if (x.mailbox_bound > 0) waiting += " of " + thousands(x.mailbox_bound);
  if (x.mailbox > 0) waiting += ", the oldest for " + lasting(x.oldest_wait_ms);
  show_fact(out, "mailbox", {waiting});
  if (x.serving)
    show_fact(out, "serving",
              {fmt::format("{} since {}", x.serving->message, local_time(x.serving->since_ms)),
               colour::yellow});
  show_fact(out, "messages",
            {fmt::format("{} handled, {} sent, {} errors, {} refused", thousands(x.handled),
                         thousands(x.sent), thousands(x.errors), thousands(x.refused)),
             x.errors + x.refused > 0 ? colour::red : colour::none});
  if (x.handler.sampled > 0)
    show_fact(out, "handler",
              {fmt::format("mean {}, longest of the last minute {} ({} were timed)",
                           short_span(x.handler.busy_ns / x.handler.sampled),
                           short_span(x.handler.max_ns), thousands(x.handler.sampled))});
  if (x.restarts > 0 || !x.last_exit.empty())
    show_fact(out, "restarts",
              {fmt::format("{}; the last ended: {}", thousands(x.restarts),
                           x.last_exit.empty() ? "no reason is known" : x.last_exit),
               colour::red});
  if (x.backoff_left_ms > 0)
    show_fact(out, "backoff", {lasting(x.backoff_left_ms) + " left", colour::yellow});
}

const json* list_of(const json& item, const char* name) {
  auto found = item.find(name);
  return found != item.end() && found->is_array() && !found->empty() ? &*found : nullptr;
}

std::string word(const json& x, const char* name) {
  auto found = x.find(name);
  return found != x.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

void show_lists(output& out, const json& item) {
  if (auto* links = list_of(item, "links")) {
    std::string names;
    for (const auto& x : *links) names += (names.empty() ? "" : ", ") + x.get<std::string>();
    show_fact(out, "links", {names});
  }
  if (auto* waiting = list_of(item, "mailbox")) {
    out.line({{"waiting", colour::bold}});
    for (const auto& x : *waiting) out.line({{"  " + word(x, "message")}, {word(x, "text")}});
  }
  if (auto* recent = list_of(item, "recent")) {
    out.line({{"handled last", colour::bold}});
    for (const auto& x : *recent) {
      auto took = x.find("took_ns");
      const bool timed = took != x.end() && took->is_number_unsigned();
      out.line({{"  " + local_time(x.value("at_ms", std::int64_t{0})), colour::dim},
                {word(x, "message")},
                {timed ? short_span(took->get<std::uint64_t>()) : "not timed", colour::dim}});
    }
  }
  if (auto* log = list_of(item, "log")) {
    out.line({{"log", colour::bold}});
    for (const auto& x : *log) out.line({{"  " + x.get<std::string>()}});
  }
}

void show_state(output& out, const json& item) {
  auto found = item.find("state");
  if (found == item.end() || found->is_null()) return;
  out.line({{"state", colour::bold}});
  const auto text = found->dump(2, ' ', false, json::error_handler_t::replace);
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    out.line("  " + text.substr(begin, end - begin));
    begin = end + 1;
  }
}

void show_unanswered(output& out, const json& item) {
  auto* missing = list_of(item, "unanswered");
  if (missing == nullptr) return;
  std::string parts;
  for (const auto& x : *missing) parts += (parts.empty() ? "" : ", ") + x.get<std::string>();
  out.line({{"It did not answer when asked for: " + parts + ". It is stuck, or much waits for it.",
             colour::red}});
}

}  // namespace

exit_code actor(const session& at, const actor_options& what) {
  json parts = {"mailbox", "recent", "links", "log"};
  if (what.state) parts.push_back("state");
  const auto items = hear_all(at, "actor", {{"name", what.name}, {"parts", parts}});
  if (items.empty()) return not_done;
  const auto& item = items[0];
  output out;
  if (at.json) {
    out.line(item.dump(-1, ' ', false, json::error_handler_t::replace));
    return all_done;
  }
  show_row(out, inspection::read_actor(item.at("actor")));
  show_lists(out, item);
  show_state(out, item);
  show_unanswered(out, item);
  return all_done;
}

}  // namespace outcry::cli
