#include "adapters/firebase/local/window.hpp"

#include <iterator>
#include <unordered_set>

#include "adapters/firebase/local/key.hpp"

namespace outcry::firebase::local {

bool window::stateless() const {
  return query_.order() == query::orders::key && query_.limit() == 0;
}

void window::insert(entry one) {
  selected_[one.child] = one.by;
  if (query_.limit() > 0) sorted_.insert(std::move(one));
}

void window::erase(const std::string& child) {
  const auto found = selected_.find(child);
  if (found == selected_.end()) return;
  if (query_.limit() > 0) sorted_.erase(entry{found->second, child});
  selected_.erase(found);
}

bool window::contains(const std::string& child) const {
  if (!stateless()) return selected_.contains(child);
  return child != priority_key && query_.selects_key(child);
}

std::vector<entry> window::fill(store& from, std::string_view parent) {
  std::vector<entry> entries = query_.run(from, parent);
  if (stateless()) return entries;
  selected_.clear();
  sorted_.clear();
  for (const entry& one : entries) insert(one);
  complete_ = query_.limit() == 0 || entries.size() < query_.limit();
  return entries;
}

window::difference window::update(store& from, std::string_view parent,
                                  const std::vector<std::string>& children) {
  difference changed;
  if (stateless()) return changed;
  std::unordered_set<std::string> before_it;  // the touched or dropped children selected until now
  std::unordered_set<std::string> looked_at(children.begin(), children.end());
  looked_at.erase(std::string(priority_key));  // the parent's own
  bool lost = false;
  for (const std::string& child : looked_at) {
    if (selected_.contains(child)) before_it.insert(child);
  }
  for (const std::string& child : looked_at) {
    std::string place(parent);
    place += child;
    auto now = query_.match(from, place, child);
    const bool was = before_it.contains(child);
    if (was) erase(child);
    if (!now) {
      lost = lost || was;
      continue;
    }
    if (!complete_) {
      // Beyond the window's inner edge there may be others that come before this one.
      const entry* edge = nullptr;
      if (!sorted_.empty()) {
        edge = query_.from_the_end() ? &*sorted_.begin() : &*std::prev(sorted_.end());
      }
      const bool inside =
          edge && (query_.from_the_end() ? before(*edge, *now) : before(*now, *edge));
      if (!inside) {
        lost = lost || was;
        continue;
      }
    }
    insert(std::move(*now));
  }
  while (query_.limit() > 0 && sorted_.size() > query_.limit()) {
    const auto worst = query_.from_the_end() ? sorted_.begin() : std::prev(sorted_.end());
    const std::string child = worst->child;
    if (!looked_at.contains(child)) before_it.insert(child);
    erase(child);
    complete_ = false;
  }
  if (lost && !complete_) {
    for (const auto& [child, by] : selected_) {
      if (!looked_at.contains(child)) before_it.insert(child);
    }
    fill(from, parent);
    for (const auto& [child, by] : selected_) {
      if (!before_it.contains(child)) changed.entered.push_back(child);
    }
  } else {
    for (const std::string& child : looked_at) {
      if (selected_.contains(child) && !before_it.contains(child)) changed.entered.push_back(child);
    }
  }
  for (const std::string& child : before_it) {
    if (!selected_.contains(child)) changed.left.push_back(child);
  }
  return changed;
}

}  // namespace outcry::firebase::local
