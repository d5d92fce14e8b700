#include "adapters/firebase/local/push_id.hpp"

#include <algorithm>

namespace outcry::firebase::local {

namespace {

constexpr char alphabet[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

}  // namespace

std::string push_ids::next(std::int64_t now) {
  if (now > last_) {
    last_ = now;
    for (unsigned& digit : tail_) digit = random_() % 64;
  } else {
    // The same millisecond, or a clock set back: count on from the last key.
    std::size_t i = tail_.size();
    while (i > 0 && tail_[i - 1] == 63) tail_[--i] = 0;
    if (i > 0) {
      ++tail_[i - 1];
    } else {
      ++last_;
    }
  }
  std::string key(20, '-');
  std::int64_t time = last_;
  for (std::size_t i = 8; i-- > 0; time /= 64) key[i] = alphabet[time % 64];
  for (std::size_t i = 0; i < tail_.size(); ++i) key[8 + i] = alphabet[tail_[i]];
  return key;
}

}  // namespace outcry::firebase::local
