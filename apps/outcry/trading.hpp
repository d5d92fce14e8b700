#pragma once

#include <cstdint>
#include <string>

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

struct orders_options {
  std::string bot;
  std::string ticker;
  bool open = false;
  std::uint32_t limit = 50;
};

/// Orders, newest first.
exit_code orders(const session& at, const orders_options& what);

/// What every bot owns, what is held outside, and whether the broker says the same. Not done when
/// a ticker is halted.
exit_code positions(const session& at);

/// A day's figures, bot by bot and in all; `day` empty = the latest.
exit_code performance(const session& at, const std::string& day);

/// Limits and what they are measured against. Not done when something keeps anybody from buying.
exit_code risk(const session& at);

}  // namespace outcry::cli
