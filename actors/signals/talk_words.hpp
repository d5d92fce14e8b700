#pragma once

#include <string_view>

namespace outcry::signals {

/// Common words and phrases of trading channels that are no ticker and decide nothing, separated
/// by '|'.
std::string_view talk_words();

}  // namespace outcry::signals
