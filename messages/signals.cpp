#include "messages/signals.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

namespace outcry {

namespace {

constexpr std::array<std::pair<signal_state, std::string_view>, 12> words{{
    {signal_state::quarantined, "quarantined"},
    {signal_state::waiting, "waiting"},
    {signal_state::accepted, "accepted"},
    {signal_state::entering, "entering"},
    {signal_state::open, "open"},
    {signal_state::closing, "closing"},
    {signal_state::closed, "closed"},
    {signal_state::cancelled, "cancelled"},
    {signal_state::refused, "refused"},
    {signal_state::declined, "declined"},
    {signal_state::expired, "expired"},
    {signal_state::observed, "observed"},
}};

}  // namespace

std::string_view to_string(signal_state x) {
  for (const auto& [state, word] : words)
    if (state == x) return word;
  return "unknown";
}

signal_state parse_signal_state(std::string_view text) {
  for (const auto& [state, word] : words)
    if (word == text) return state;
  throw std::invalid_argument("no state of a signal: \"" + std::string(text) + '"');
}

std::string_view to_string(follow_kind x) {
  switch (x) {
    case follow_kind::call:
      return "call";
    case follow_kind::update:
      return "update";
    case follow_kind::withdraw:
      return "withdraw";
  }
  return "unknown";
}

}  // namespace outcry
