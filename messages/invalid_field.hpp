#pragma once

#include <string>

namespace outcry {

/// Why an input was refused: which field, what was expected there, what was found.
struct invalid_field {
  std::string field;     ///< path inside the input: "target.selected[1]"; "" = the whole input
  std::string expected;  ///< "a decimal number above 0"
  std::string found;     ///< the offending text, cut at 80 characters; "nothing" when missing
};

/// One line: `target.selected[1]: expected a ticker or bot id, found ""`.
std::string to_string(const invalid_field& x);

}  // namespace outcry
