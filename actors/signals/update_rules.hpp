#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "actors/signals/mark.hpp"
#include "actors/signals/update.hpp"

namespace outcry::signals {

/// What a rule read.
struct update_match {
  update_step step;
  std::size_t last = 0;  ///< mark
  bool certain = true;   ///< false: loose language
};

/// A rule looks at mark `i` and says what begins there; nothing if nothing does.
struct update_rule {
  std::string_view name;
  std::optional<update_match> (*read)(const message_view& view, std::size_t i);
};

/// About stops: moved, trailed, hit.
std::span<const update_rule> stop_update_rules();
/// About targets and entries: hit, changed, filled.
std::span<const update_rule> target_update_rules();
/// About a part of the position: closed, trimmed.
std::span<const update_rule> share_update_rules();
/// About the whole position: closed, cancelled, its leverage.
std::span<const update_rule> position_update_rules();

// What the rules have in common.

/// A step of `kind` that ends with mark `last`.
std::optional<update_match> made(update_kind kind, std::size_t last, bool certain = true);

/// The first mark from `i` on, at most `most` marks away in the same sentence, that is `wanted`,
/// with only fillers and the like between; `npos` if none.
constexpr std::size_t npos = static_cast<std::size_t>(-1);
std::size_t ahead(const message_view& view, std::size_t i, std::size_t most, term wanted);

/// True if mark `i` may name a ticker: a tag, a word nobody knows, a known ticker in capitals.
bool is_name(const message_view& view, std::size_t i);

/// True if nothing of weight stands before mark `i` in its sentence: a ticker, a side, pictures,
/// what kind of order it is, politeness, and at most one word nobody knows.
bool begins_sentence(const message_view& view, std::size_t i);

/// True for words that may stand between the parts of an update.
bool is_gap(term x);

/// True for what turns a number behind it into a new value: "to", "now", "moved".
bool leads_to_value(const message_view& view, std::size_t at);

/// True if a change is said in the `most` marks before `i`: "move", "new", "raised".
bool change_before(const message_view& view, std::size_t i, std::size_t most);

/// The number of a target at its label `i`, from "tp2", "TP 2", "first target"; `last` becomes
/// the last mark used. 0 = none.
std::uint8_t target_number(const message_view& view, std::size_t i, std::size_t& last);

}  // namespace outcry::signals
