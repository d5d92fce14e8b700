#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "actors/signals/signal.hpp"
#include "actors/signals/update.hpp"

namespace outcry::signals {

/// What a person says a message is. `reject`: it has the shape of a call and must not be traded.
enum class label_class : std::uint8_t { signal, update, noise, reject };

constexpr std::size_t label_classes = 4;

std::string_view to_string(label_class x);

/// The call a message makes, as labelled. Empty `entries` = at market.
struct labelled_signal {
  trade_action action = trade_action::open;
  trade_side side = trade_side::long_side;
  std::string symbol;
  std::vector<Price> entries;  ///< in the order written
  bool market = false;         ///< "cmp" stands among the entries
  std::optional<Price> stop;   ///< "sl", or "sl_hint" where that is null
  std::vector<Price> targets;  ///< "tp", or "tp_hint" where that is empty
  std::optional<Price> strike;
  option_right right = option_right::call;
  std::optional<expiry_date> expiry;
};

/// One step of a labelled update; what is not said is not compared.
struct labelled_step {
  std::string name;                 ///< the label's own word for it: "move_sl"
  std::optional<update_kind> kind;  ///< nothing: a word nobody knows; no reading can meet it
  std::optional<int> target;
  bool all = false;
  bool breakeven = false;
  std::optional<Price> price;  ///< the new stop or target
  std::optional<Price> percent;
  std::optional<Price> leverage;
  std::optional<Price> factor;
  std::string unknown;  ///< a value nobody can compare
};

struct labelled_update {
  std::string symbol;  ///< "" = the message names none
  std::vector<labelled_step> steps;
};

/// A message and what it means.
struct labelled_message {
  std::size_t line = 0;  ///< of its file, from 1
  std::string text;
  label_class kind = label_class::noise;
  std::optional<labelled_signal> call;    ///< with `signal`
  std::optional<labelled_update> change;  ///< with `update`
};

/// A line that is no labelled message: "FILE:LINE: what is wrong".
class bad_label : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Reads one JSON object a line:
///
///     {"text": "...", "class": "signal|update|noise|reject", "expect": null | SIGNAL | UPDATE}
///
/// SIGNAL is {"symbol", "side": "long|short", "entry": [number | "cmp"], "sl": number | null,
/// "tp": [number]} and may have "action", "option": {"strike", "right", "expiry"}, "sl_hint" and
/// "tp_hint"; UPDATE is {"update": STEP | [STEP]}, STEP {"kind", "symbol", "tp", "tp_price", "to",
/// "sl", "pct", "leverage", "factor", "all", "at", "then": STEP | [STEP]}. Without "class" the form
/// of "expect" tells. Other keys and empty lines are passed over. Throws bad_label.
std::vector<labelled_message> read_labelled(std::istream& in, std::string_view file);

}  // namespace outcry::signals
