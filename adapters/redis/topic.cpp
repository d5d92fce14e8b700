#include "adapters/redis/topic.hpp"

#include <algorithm>

namespace outcry::redis::detail {

std::shared_ptr<topic_slot> topic_table::add(const std::string& channel, std::type_index type,
                                             void (*identity)(), erased_decoder decode,
                                             erased_callback call) {
  auto slot = std::make_shared<topic_slot>();
  slot->call = std::move(call);
  std::lock_guard lock(mutex_);
  auto next = std::make_shared<snapshot>(*current_);
  auto& groups = (*next)[channel];
  auto group = std::find_if(groups.begin(), groups.end(), [&](const topic_group& known) {
    return known.type == type && known.identity == identity;
  });
  if (group == groups.end()) {
    groups.push_back({type, identity, std::move(decode), {}});
    group = std::prev(groups.end());
  }
  group->slots.push_back(slot);
  current_ = std::move(next);
  empty_ = false;
  return slot;
}

void topic_table::remove(const std::string& channel, const std::shared_ptr<topic_slot>& slot) {
  {
    std::lock_guard lock(mutex_);
    auto next = std::make_shared<snapshot>(*current_);
    if (auto found = next->find(channel); found != next->end()) {
      for (auto& group : found->second) std::erase(group.slots, slot);
      std::erase_if(found->second, [](const topic_group& group) { return group.slots.empty(); });
      if (found->second.empty()) next->erase(found);
    }
    empty_ = next->empty();
    current_ = std::move(next);
  }
  std::lock_guard wait_for_callback(slot->running);
  slot->alive = false;
}

std::shared_ptr<const topic_table::snapshot> topic_table::current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace outcry::redis::detail
