#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "messages/decimal.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::following {

/// The money management of a bot that follows calls. JSON numbers and decimal texts are both taken.
struct parameters {
  Money max_notional;  ///< of one trade at its entry prices; 0 = no call is followed
  Money risk;          ///< lost at the stop at most; 0 = no such limit
  Quantity lot;        ///< quantities are multiples of it; 0 = 1, of crypto 0.0001
  Ratio default_stop;  ///< of a call without one: so far from the entry; 0 = it is refused
  Ratio slippage;      ///< how far beyond the last price an entry at market may fill
  Ratio max_chase;     ///< how far the market may have run from the price a call names
  std::uint32_t entry_valid_s = 14'400;  ///< 10 to 2,592,000: an entry is given up after this
  std::uint32_t max_targets = 6;         ///< 1 to 6: of more, the nearest and the last are used
  bool shorts = false;                   ///< calls to sell short are followed, too

  bool operator==(const parameters&) const = default;
};

parameters default_parameters();

/// Reads `changes` (a JSON object) over `now`. Error fields begin with "config".
tl::expected<parameters, invalid_field> read_changes(const parameters& now,
                                                     std::string_view changes);

/// All parameters as JSON, as `read_changes` reads them.
std::string write_parameters(const parameters& x);

}  // namespace outcry::following
