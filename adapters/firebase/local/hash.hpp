#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/order.hpp"
#include "adapters/firebase/local/store.hpp"

namespace outcry::firebase::local {

// The hashes by which the SDK tells whether it already has a value: base64 of SHA-1, "" for
// nothing. A leaf's text is its type and value, a node's that of its children's keys and hashes in
// the order of priorities and keys; a priority stands before either. Source: Node.hash in the
// Firebase SDK, package @firebase/database.
//
// The memory taken is a few hundred bytes for each level, and where there are priorities about a
// hundred for each child of the nodes on the way to the leaf that is looked at.

/// The hash of the node at `place`.
std::string hash_node(store& from, std::string_view place);

/// The hash of a node that consists of the children in `entries` alone, without a priority: what a
/// query's listener holds.
std::string hash_children(store& from, std::string_view parent, std::vector<entry> entries);

}  // namespace outcry::firebase::local
