#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "messages/journal.hpp"

namespace outcry {

/// Collects values for one multi-path write. Firebase refuses a write in which one path is an
/// ancestor of another, and writes the paths in no order: a later value for the same path replaces
/// the earlier one, and a value that stands above or below one already taken is not taken.
class patch_builder {
public:
  patch_builder(std::size_t max_values, std::size_t max_bytes);

  /// False: it does not fit into this write; send this one first. The first value always fits.
  bool add(const owed_value& value);

  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  std::vector<owed_value> take();

private:
  bool is_related(const std::string& path) const;

  std::size_t max_values_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::map<std::string, std::string> values_;
};

}  // namespace outcry
