#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/firebase/local/query.hpp"

namespace outcry::firebase::local {

/// Which children a query selects at the moment, kept up to date child by child: a write costs a
/// look at the children it touched. Only a limited window that lost a child reads on (by key: a few
/// look-ups; by priority: those that have one; by value: all children, there being no index).
class window {
public:
  explicit window(query filter) : query_(std::move(filter)) {}

  /// Selects anew; returns what is selected.
  std::vector<entry> fill(store& from, std::string_view parent);

  /// What a write changed. Children that were and are selected are in neither list.
  struct difference {
    std::vector<std::string> entered;  ///< encoded keys
    std::vector<std::string> left;
  };

  /// Looks again at `children` (encoded keys) of `parent` after a write to them, or to their
  /// priorities.
  difference update(store& from, std::string_view parent, const std::vector<std::string>& children);

  bool contains(const std::string& child) const;

private:
  struct by_order {
    bool operator()(const entry& a, const entry& b) const { return before(a, b); }
  };
  void insert(entry one);
  void erase(const std::string& child);

  /// A query by key without limit needs no memory: the key alone decides.
  bool stateless() const;

  query query_;
  std::unordered_map<std::string, index_value> selected_;
  std::set<entry, by_order> sorted_;  // only with a limit
  bool complete_ = true;              // nothing that matches was left out because of the limit
};

}  // namespace outcry::firebase::local
