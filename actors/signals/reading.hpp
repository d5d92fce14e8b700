#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/signals/signal.hpp"
#include "actors/signals/update.hpp"

namespace outcry::signals {

enum class verdict : std::uint8_t {
  signal,      ///< a call that may be traded
  update,      ///< about a call that stands
  quarantine,  ///< may be meant as a call or an update: a person must decide
  refused,     ///< has the shape of a call and cannot be right: a part is missing or contradicts
  nothing,     ///< talk
};

std::string_view to_string(verdict x);

/// A rule that decided something, and why.
struct fired_rule {
  std::string_view rule;  ///< its name, constant
  std::string what;       ///< a sentence's worth
};

/// How one token was read. Offsets are bytes of the message.
struct token_reading {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string kind;  ///< "number", "word", ...
  std::string text;  ///< as folded
  std::string read;  ///< what it means, or as what it was used; "" = passed over
};

/// What a message means.
struct reading {
  verdict outcome = verdict::nothing;
  std::string reason;           ///< why; never empty
  std::string_view rule;        ///< the one that decided; constant; "" = none did
  std::uint8_t confidence = 0;  ///< in `outcome`, 0 to 100
  /// With `signal`; with `quarantine` and `refused` what was understood, if it went that far: to
  /// be shown, not to be traded.
  std::optional<signals::signal> call;
  std::optional<signals::update> follow_up;  ///< with `update`; with `quarantine` as above
  std::vector<fired_rule> rules;             ///< in the order they fired
};

/// The confidence of what is refused for a stated reason.
constexpr int sure_of_refusal = 90;

/// Sets what `x` comes to; `rule` decided it.
void conclude(reading& x, verdict outcome, std::string_view rule, std::string reason,
              int confidence);

/// A reading and how it came about.
struct explanation {
  reading result;
  std::vector<token_reading> tokens;
};

}  // namespace outcry::signals
