#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/adapters/firebase/local/model.hpp"

namespace outcry::test {

/// `text` (UTF-8) in UTF-16, the units by which the SDK compares texts.
std::u16string utf16(std::string_view text);

/// The SDK's order of keys, "[MIN_NAME]" and "[MAX_NAME]" included.
int compare_keys(const std::string& left, const std::string& right);

/// One node of a tree as the SDK has it in memory: the oracle of the stored tree.
struct model_node {
  struct by_key {
    bool operator()(const std::string& a, const std::string& b) const {
      return compare_keys(a, b) < 0;
    }
  };

  json value;     ///< of a leaf; else null
  json priority;  ///< null, a number or a string
  std::map<std::string, model_node, by_key> children;

  bool empty() const { return value.is_null() && children.empty(); }
  /// The node at `path`, or nothing.
  const model_node* find(const std::string& path) const;
};

/// What `exported` (with ".value" and ".priority") stands for.
model_node node_of(const json& exported);

/// The other way round; without priorities if `plain`.
json export_of(const model_node& node, bool plain = false);

/// Writes `exported` at `path`, whose last part may be ".priority".
void write_at(model_node& tree, const std::string& path, const json& exported);

/// The order of values: null < false < true < numbers < strings < nodes with children.
int compare_values(const model_node& left, const model_node& right);

/// The keys of the children that `query` (an object of the wire protocol) selects, in its order.
std::vector<std::string> select(const model_node& from, const json& query);

/// Random trees and queries with priorities.
class priority_maker : public tree_maker {
public:
  using tree_maker::tree_maker;

  json priority();  ///< may be null
  json exported(std::size_t depth);
  json query();  ///< an object of the wire protocol; may be the default query

private:
  void add_bound(json& to, const char* value, const char* key, const char* inclusive);
};

}  // namespace outcry::test
