#include "adapters/firebase/local/wire/on_disconnect.hpp"

#include <utility>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"

namespace outcry::firebase::local::wire {

void on_disconnect::put(const std::string& place, nlohmann::json value, std::size_t size) {
  size += place.size();
  if (writes_.size() >= most_writes || size_ + size > largest) {
    throw refusal(400, "Too much to be written on disconnect: at most " +
                           std::to_string(most_writes) + " writes of " + std::to_string(largest) +
                           " bytes together");
  }
  cancel(place);
  size_ += size;
  writes_.push_back({place, std::move(value), size});
}

void on_disconnect::cancel(const std::string& place) {
  std::erase_if(writes_, [&](const write& one) {
    if (!within(one.place, place)) return false;
    size_ -= one.size;
    return true;
  });
}

std::vector<on_disconnect::write> on_disconnect::take() {
  size_ = 0;
  return std::exchange(writes_, {});
}

}  // namespace outcry::firebase::local::wire
