#include "actors/operator/patch_builder.hpp"

namespace outcry {

patch_builder::patch_builder(std::size_t max_values, std::size_t max_bytes)
    : max_values_(max_values), max_bytes_(max_bytes) {}

bool patch_builder::is_related(const std::string& path) const {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (values_.count(path.substr(0, slash)) != 0) return true;
  auto below = values_.lower_bound(path + '/');
  return below != values_.end() && below->first.compare(0, path.size() + 1, path + '/') == 0;
}

bool patch_builder::add(const owed_value& value) {
  auto size = value.path.size() + value.value.size();
  auto same = values_.find(value.path);
  if (!values_.empty()) {
    if (bytes_ + size > max_bytes_) return false;
    if (same == values_.end() && (values_.size() >= max_values_ || is_related(value.path)))
      return false;
  }
  bytes_ += size;
  values_[value.path] = value.value;
  return true;
}

std::vector<owed_value> patch_builder::take() {
  std::vector<owed_value> result;
  result.reserve(values_.size());
  for (auto& [path, value] : values_) result.push_back({path, std::move(value)});
  values_.clear();
  bytes_ = 0;
  return result;
}

}  // namespace outcry
