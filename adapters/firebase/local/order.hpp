#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "adapters/firebase/local/value.hpp"

namespace outcry::firebase::local {

/// What a child is sorted by: nothing there, a leaf's value, or a node with children.
struct index_value {
  enum class kinds { none, leaf, node };
  kinds kind = kinds::none;
  scalar value;  ///< of a leaf
};

/// Firebase's order of values: null < false < true < numbers < strings (UTF-16) < nodes. Below,
/// equal to or above 0; nodes are equal to each other.
int compare(const index_value& left, const index_value& right);

/// One child that a query selects.
struct entry {
  index_value by;
  std::string child;  ///< its encoded key
};

/// True if `left` comes before `right`: by value, then by key.
bool before(const entry& left, const entry& right);

/// The first or the last so many of the entries it is given. Its memory is that of the limit.
class selection {
public:
  /// `limit` 0 = all.
  selection(std::size_t limit, bool from_the_end) : limit_(limit), from_the_end_(from_the_end) {}

  void add(entry one);

  /// What was selected, sorted by `before`. Ends the object's use.
  std::vector<entry> take();

private:
  std::size_t limit_;
  bool from_the_end_;
  std::vector<entry> entries_;  // with a limit a heap whose top is the entry to drop next
};

}  // namespace outcry::firebase::local
