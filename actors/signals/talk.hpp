#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "actors/signals/mark.hpp"

namespace outcry::signals {

/// A word that makes a sentence something else than a call or an update.
struct talk_sign {
  std::string_view rule;
  std::string what;
};

/// Whether the lines that make a call sound like a thought, a question, a story or a report.
/// Boilerplate in other lines does not count.
std::optional<talk_sign> talk_in_call(const message_view& view);

/// Whether what is closed, cancelled or filled is something else than a trade: the word behind the
/// verb that ends before mark `at` is a common noun ("sold my car").
bool is_about_something_else(const message_view& view, std::size_t at);

/// Whether the sentence goes on about a week, month or year from mark `at` on: results, no trade.
bool is_about_a_period(const message_view& view, std::size_t at);

/// Whether the sentence around mark `at` is about what has not happened: "if TP1 hits", "almost
/// stopped out", "don't close".
std::optional<talk_sign> talk_around(const message_view& view, std::size_t at);

}  // namespace outcry::signals
