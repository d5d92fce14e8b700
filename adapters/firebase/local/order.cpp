#include "adapters/firebase/local/order.hpp"

#include <algorithm>
#include <utility>

#include "adapters/firebase/local/key.hpp"

namespace outcry::firebase::local {

namespace {

/// false < true < numbers < strings; the place of a leaf's kind among these.
int rank(const index_value& value) {
  if (value.kind == index_value::kinds::none) return 0;
  if (value.kind == index_value::kinds::node) return 5;
  if (const auto* flag = std::get_if<bool>(&value.value)) return *flag ? 2 : 1;
  return std::holds_alternative<std::string>(value.value) ? 4 : 3;
}

/// Exact for both kinds of numbers: 64 bits of mantissa hold every integer.
long double number(const scalar& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<long double>(*whole);
  }
  return static_cast<long double>(std::get<double>(value));
}

}  // namespace

int compare(const index_value& left, const index_value& right) {
  const int a = rank(left);
  const int b = rank(right);
  if (a != b) return a < b ? -1 : 1;
  if (a == 4) {
    return compare_utf16(std::get<std::string>(left.value), std::get<std::string>(right.value));
  }
  if (a != 3) return 0;
  const long double x = number(left.value);
  const long double y = number(right.value);
  return x < y ? -1 : (x > y ? 1 : 0);
}

bool before(const entry& left, const entry& right) {
  const int order = compare(left.by, right.by);
  return order != 0 ? order < 0 : left.child < right.child;
}

void selection::add(entry one) {
  entries_.push_back(std::move(one));
  if (limit_ == 0) return;
  const auto worse = [this](const entry& a, const entry& b) {
    return from_the_end_ ? before(b, a) : before(a, b);
  };
  std::push_heap(entries_.begin(), entries_.end(), worse);
  if (entries_.size() <= limit_) return;
  std::pop_heap(entries_.begin(), entries_.end(), worse);
  entries_.pop_back();
}

std::vector<entry> selection::take() {
  std::sort(entries_.begin(), entries_.end(), before);
  return std::move(entries_);
}

}  // namespace outcry::firebase::local
