#include "adapters/firebase/local/query.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "adapters/firebase/local/key.hpp"

namespace outcry::firebase::local {

std::string query::index() const {
  switch (order_) {
    case orders::key:
      return ".key";
    case orders::value:
      return ".value";
    case orders::priority:
      return ".priority";
    case orders::child:
      break;
  }
  return to_text(child_);
}

bool query::within_bounds(const entry& one) const {
  const auto distance = [&](const bound& limit) {
    const int by = order_ == orders::key ? 0 : compare(one.by, limit.by);
    return by != 0 ? by : one.child.compare(limit.key);
  };
  if (start_) {
    const int d = distance(*start_);
    if (d < 0 || (d == 0 && !start_->inclusive)) return false;
  }
  if (end_) {
    const int d = distance(*end_);
    if (d > 0 || (d == 0 && !end_->inclusive)) return false;
  }
  return true;
}

std::optional<entry> query::match(store& from, std::string_view place,
                                  std::string_view child) const {
  const auto exists = [&] { return from.first_place(place, end_of(place)).has_value(); };
  entry found;
  found.child = child;
  if (order_ == orders::key) {
    if (!within_bounds(found) || !exists()) return std::nullopt;
    return found;
  }
  if (order_ == orders::priority) {
    auto priority = from.has_priorities() ? from.get(joined(place, priority_key)) : std::nullopt;
    if (priority) {
      found.by = {index_value::kinds::leaf, std::move(*priority)};
    } else if (!exists()) {
      return std::nullopt;
    }
  } else {
    const std::string at = joined(place, child_);
    if (auto first = from.first(at, end_of(at))) {
      if (first->place == at) {
        found.by = {index_value::kinds::leaf, std::move(first->value)};
      } else {
        found.by.kind = index_value::kinds::node;
      }
    } else if (!exists()) {
      return std::nullopt;
    }
  }
  if (!within_bounds(found)) return std::nullopt;
  return found;
}

std::vector<entry> query::walk_keys(store& from, std::string_view parent, std::size_t limit,
                                    bool without_priority) const {
  std::string low = first_child_of(parent);
  std::string high = end_of(parent);
  // A bound by a priority says nothing about keys.
  const auto by_key = [](const std::optional<bound>& one) {
    return one && one->by.kind == index_value::kinds::none;
  };
  if (by_key(start_) && start_->key != before_keys) {
    low = joined(parent, start_->key);
    if (!start_->inclusive) low.push_back(end_mark);
  }
  if (by_key(end_)) {
    high = joined(parent, end_->key);
    if (end_->inclusive && end_->key != before_keys) high.push_back(end_mark);
  }
  std::vector<entry> entries;
  while (limit == 0 || entries.size() < limit) {
    auto child =
        from_the_end_ ? last_child(from, parent, low, high) : next_child(from, parent, low, high);
    if (!child) break;
    const std::string place = joined(parent, *child);
    if (from_the_end_) {
      high = place;
    } else {
      low = end_of(place);
    }
    if (without_priority && from.get(joined(place, priority_key))) continue;
    entries.push_back({{}, std::move(*child)});
  }
  if (from_the_end_) std::reverse(entries.begin(), entries.end());
  return entries;
}

std::vector<entry> query::prioritized(store& from, std::string_view parent,
                                      std::size_t limit) const {
  selection chosen(limit, from_the_end_);
  from.scan_priorities(
      first_child_of(parent), end_of(parent), [&](std::string_view place, const scalar& value) {
        const std::string_view rest = place.substr(parent.size());
        const std::size_t size = first_key_size(rest);
        if (size + priority_key.size() != rest.size()) return true;
        entry one{{index_value::kinds::leaf, value}, std::string(rest.substr(0, size))};
        if (within_bounds(one)) chosen.add(std::move(one));
        return true;
      });
  return chosen.take();
}

std::vector<entry> query::run_by_priority(store& from, std::string_view parent) const {
  // Children without a priority come first, by key; those with one follow.
  const bool some_without = !start_ || start_->by.kind == index_value::kinds::none;
  const auto without = [&](std::size_t limit) {
    return some_without ? walk_keys(from, parent, limit, from.has_priorities())
                        : std::vector<entry>();
  };
  std::vector<entry> all;
  std::vector<entry> rest;
  if (from_the_end_) {
    rest = prioritized(from, parent, limit_);
    if (limit_ == 0) {
      all = without(0);
    } else if (rest.size() < limit_) {
      all = without(limit_ - rest.size());
    }
  } else {
    all = without(limit_);
    if (limit_ == 0) {
      rest = prioritized(from, parent, 0);
    } else if (all.size() < limit_) {
      rest = prioritized(from, parent, limit_ - all.size());
    }
  }
  std::move(rest.begin(), rest.end(), std::back_inserter(all));
  return all;
}

std::vector<entry> query::run(store& from, std::string_view parent) const {
  if (order_ == orders::key) return walk_keys(from, parent, limit_, false);
  if (order_ == orders::priority) return run_by_priority(from, parent);
  selection chosen(limit_, from_the_end_);
  const std::string end = end_of(parent);
  std::string at = first_child_of(parent);
  while (const auto child = next_child(from, parent, at, end)) {
    const std::string place = joined(parent, *child);
    if (auto one = match(from, place, *child)) chosen.add(std::move(*one));
    at = end_of(place);
  }
  return chosen.take();
}

}  // namespace outcry::firebase::local
