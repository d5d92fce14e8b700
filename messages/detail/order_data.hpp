#pragma once

#include <string>
#include <string_view>

#include "messages/detail/json_reader.hpp"

namespace outcry::detail {

/// What an order update says besides its JSON.
struct order_facts {
  std::string order_id;
  std::string event;
};

/// Checks an `order_data` object as existing bots know it: seven fields and an `order` of 32. Each
/// must be there; what bots treat as text may be null, what is a number must be one. Unknown
/// fields are ignored. `raw` has been scanned; `path` is where it stands.
order_facts read_order_data(reading& to, std::string_view raw, std::string path);

}  // namespace outcry::detail
