#pragma once

#include <filesystem>

#include "adapters/firebase/local/change.hpp"
#include "adapters/firebase/local/hub.hpp"
#include "adapters/firebase/local/outbox.hpp"
#include "adapters/firebase/local/store.hpp"

namespace outcry::firebase::local {

/// The stored tree and who listens to it, for whoever has their turn on the database's thread.
class tree {
public:
  /// Throws as store does.
  explicit tree(const std::filesystem::path& file) : leaves(file), listeners(leaves, out) {}

  /// Puts numbers in place of the increments of `what`.
  void resolve(change& what);

  /// Writes what has been resolved and tells the listeners. What would remove something below a
  /// leaf is taken out of `what`: it changes nothing.
  void apply(change& what);

  /// Everything said from now on is true.
  void commit();
  /// Nothing since the last commit was.
  void rollback();

  store leaves;
  outbox out;
  hub listeners;
};

}  // namespace outcry::firebase::local
