#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/order.hpp"
#include "adapters/firebase/local/render.hpp"
#include "adapters/firebase/local/store.hpp"

namespace outcry::firebase::local {

/// The text of the node at `place`; "null" if there is none. Throws refusal (400) when it is larger
/// than `renderer::largest`, as the others below.
std::string render_node(store& from, std::string_view place, form as = form::plain);

/// As `render_node`, of the children in `entries` only, without the node's own priority.
std::string render_children(store& from, std::string_view parent, std::vector<entry> entries,
                            form as = form::plain);

/// `{"key":true,...}` for the children of the node at `place`, or the value of a leaf.
std::string render_shallow(store& from, std::string_view place);

/// The first child of `parent` at or behind `from` and before `to`: its encoded key. `from` must
/// not lie before `first_child_of(parent)`.
std::optional<std::string> next_child(store& in, std::string_view parent, std::string_view from,
                                      std::string_view to);

/// The last child of `parent` behind or at `from` and before `to`, as `next_child`.
std::optional<std::string> last_child(store& in, std::string_view parent, std::string_view from,
                                      std::string_view to);

/// The place of `child` (encoded) below `parent`.
inline std::string joined(std::string_view parent, std::string_view child) {
  std::string place(parent);
  place += child;
  return place;
}

}  // namespace outcry::firebase::local
