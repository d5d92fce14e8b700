#include "actors/signals/process_message.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "actors/signals/contract_call.hpp"
#include "actors/signals/follow_up.hpp"
#include "actors/signals/level_call.hpp"
#include "actors/signals/mark.hpp"

namespace outcry::signals {

namespace {

reading too_long(std::size_t bytes) {
  reading result;
  auto reason = fmt::format("{} bytes: longer than {}", bytes, max_message_bytes);
  result.rules.push_back({"length", reason});
  conclude(result, verdict::quarantine, "length", std::move(reason), 100);
  return result;
}

reading talk() {
  reading result;
  constexpr int confidence = 90;
  conclude(result, verdict::nothing, "", "neither a call nor an update", confidence);
  return result;
}

/// BTO or STO: whatever follows is no update of another call.
bool opens(const message_view& view) {
  for (const auto& m : view.marks)
    if (m.what == term::bto || m.what == term::sto) return true;
  return false;
}

/// A price right behind a label; a separator or the label's number may stand between.
bool has_price(const message_view& view, std::size_t label) {
  for (auto i = label + 1; i <= label + 3 && view.has(i); ++i) {
    if (view.is_price(i)) return true;
    if (!is_separator(view.at(i)) && view.at(i) != term::at_sign) return false;
  }
  return false;
}

/// A side with its exits, and nothing is said to change: a call, also without its entry.
bool is_bare_call(const message_view& view) {
  bool side = false;
  bool verb = false;
  bool stop = false;
  bool target = false;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const auto x = view.at(i);
    side = side || x == term::long_word || x == term::short_word;
    verb = verb || x == term::buy_word || x == term::sell_word;
    stop = stop || (x == term::stop_label && has_price(view, i));
    target = target || (x == term::target_label && has_price(view, i));
    if (x == term::change || x == term::hit || x == term::trailing || x == term::closed)
      return false;
  }
  // "WAG long SL 9" is how the stop of a long is set; "buy WAG SL 9" opens one.
  return ((side || verb) && stop && target) || (verb && (stop || target));
}

reading read(message_view& view, const message_context& context) {
  if (auto contract = read_contract_call(view, context)) return std::move(*contract);
  auto call = read_level_call(view, context);
  if (call && call->outcome != verdict::refused) return std::move(*call);
  auto roles = view.roles;
  // A call that lacks a part may be an update that never had it.
  const bool incomplete = call && call->call && call->call->entries.empty() &&
                          call->rule != "positive-prices" && call->rule != "readable-numbers" &&
                          call->rule != "entry-unsaid";
  if (!call || incomplete) {
    auto update = read_follow_up(view, context);
    if (update && update->outcome == verdict::update && opens(view)) {
      update->rules.push_back({"opens", "the verb opens a position"});
      conclude(*update, verdict::quarantine, "opens", "the verb opens, the rest is an update", 80);
    }
    if (update && update->outcome == verdict::update && is_bare_call(view)) {
      update->rules.push_back({"bare-call", "a side with its exits, but no entry"});
      conclude(*update, verdict::quarantine, "bare-call", "a side with its exits, but no entry",
               80);
    }
    if (update && (!call || update->outcome != verdict::nothing)) return std::move(*update);
    if (call) view.roles = std::move(roles);
  }
  return call ? std::move(*call) : talk();
}

std::string meaning(const message_view& view, std::size_t i) {
  const auto what = view.roles[i];
  const auto name = to_string(view.marks[i].what);
  if (what == role::none) {
    switch (view.marks[i].what) {
      case term::unknown:
      case term::number:
      case term::newline:
      case term::talk:
      case term::filler:
      case term::picture:
        return "";
      default:
        return std::string{name};
    }
  }
  if (what == role::label || what == role::event || what == role::order)
    return fmt::format("{}: {}", to_string(what), name);
  return std::string{to_string(what)};
}

std::vector<token_reading> spell_out(const message_view& view) {
  std::vector<token_reading> result;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const auto& m = view.marks[i];
    const auto read = meaning(view, i);
    for (std::uint32_t n = 0; n < m.count; ++n) {
      const auto& t = view.text.tokens[m.first + n];
      token_reading x;
      x.offset = t.offset;
      x.length = t.length;
      x.kind = to_string(t.kind);
      x.text = t.kind == token_kind::punctuation ? std::string(1, t.sign) : std::string{t.text};
      x.read = read;
      result.push_back(std::move(x));
    }
  }
  return result;
}

}  // namespace

reading process_message(std::string_view text, const message_context& context) {
  if (text.size() > max_message_bytes) return too_long(text.size());
  auto view = view_message(text);
  return read(view, context);
}

explanation explain_message(std::string_view text, const message_context& context) {
  explanation result;
  if (text.size() > max_message_bytes) {
    result.result = too_long(text.size());
    return result;
  }
  auto view = view_message(text);
  result.result = read(view, context);
  result.tokens = spell_out(view);
  return result;
}

}  // namespace outcry::signals
