#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/value.hpp"

namespace outcry::firebase::local {

/// How a node is written as JSON.
enum class form {
  plain,     ///< values only; what looks like an array is one
  exported,  ///< with priorities, `{".value":1,".priority":2}` at leaves that have one; no arrays
};

/// Turns leaves, given in order, into JSON text without building a tree: memory is the text.
/// Nodes whose keys look like an array's (all of them indices, more than half of them present)
/// become arrays, as the Firebase clients do it, unless the form is `exported`.
class renderer {
public:
  static constexpr std::size_t largest = 256u << 20;  ///< bytes of one answer; Firebase's limit

  /// Renders the node at `base`.
  explicit renderer(std::string_view base, form as = form::plain)
      : base_size_(base.size()), form_(as) {}

  /// Adds a leaf at or below the base, behind those added before. Throws refusal (400) when the
  /// text gets larger than `largest`.
  void add(std::string_view place, const scalar& value);

  /// The JSON text; "null" if no leaf was added. Ends the object's use.
  std::string finish();

private:
  struct element {
    std::size_t index;
    std::size_t begin;  // of the value in text_
    std::size_t end;
  };
  struct node {
    std::size_t place_end;  // how much of current_ leads to this node
    std::size_t begin;      // of '{' in text_
    bool indices;           // all keys so far are indices
    std::vector<element> elements;
  };

  void add_priority(std::string_view whose, const scalar& value);
  /// Leaves and enters nodes until a value can be written at `rest`, which is not the base.
  void walk_to(std::string_view rest);
  void open(std::size_t place_end);
  void begin_child(std::string_view rest);
  void end_child();
  void close();

  std::size_t base_size_;
  form form_;
  std::string text_;
  std::string current_;
  std::size_t leaf_begin_ = 0;  // where the last leaf's value begins in text_
  bool leaf_last_ = false;      // current_ is a leaf
  std::vector<node> nodes_;
};

/// The JSON text of the part of `leaves` (sorted) that lies at or below `base`.
std::string render(const std::vector<leaf>& leaves, std::string_view base, form as = form::plain);

}  // namespace outcry::firebase::local
