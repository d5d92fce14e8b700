#pragma once

#include <stdexcept>

#include <nlohmann/json_fwd.hpp>

#include "actors/signals/labelled.hpp"

namespace outcry::signals {

/// What a label says; std::invalid_argument names the key that is wrong.
labelled_signal signal_label(const nlohmann::json& expect);
labelled_update update_label(const nlohmann::json& expect);

/// A JSON number as a price; 10 places are exact for what people write. Throws
/// std::invalid_argument, which names `key`.
Price label_number(const nlohmann::json& x, const char* key);

}  // namespace outcry::signals
