#pragma once

#include <cstddef>
#include <optional>

#include "actors/signals/mark.hpp"
#include "actors/signals/signal.hpp"

namespace outcry::signals {

struct read_date {
  expiry_date date;
  std::size_t marks = 0;  ///< how many it takes
};

/// An option's expiry at mark `i`: "11/13", "07/21/2023", "11-13", "Nov 13", "13 Nov 2023", "0dte".
/// Days that no month has are none.
std::optional<read_date> read_expiry(const message_view& view, std::size_t i);

}  // namespace outcry::signals
