#include "adapters/redis/wanted_channels.hpp"

#include <utility>

namespace outcry::redis::detail {

wanted_channels::asked& wanted_channels::entry(std::string_view name, bool pattern) {
  auto& table = pattern ? patterns_ : channels_;
  auto found = table.find(name);
  if (found == table.end()) found = table.emplace(std::string(name), asked{}).first;
  return found->second;
}

void wanted_channels::update(std::string_view name, bool pattern, bool was_wanted) {
  auto& table = pattern ? patterns_ : channels_;
  auto found = table.find(name);
  bool is_wanted = found->second.plainly || found->second.tokens > 0;
  if (!is_wanted) table.erase(found);
  if (is_wanted == was_wanted || !connected_) return;
  changes_.push_back({std::string(name), pattern, is_wanted});
  has_changes_ = true;
  changed_.notify();
}

void wanted_channels::want(std::string_view name, bool pattern) {
  std::lock_guard lock(mutex_);
  auto& known = entry(name, pattern);
  bool was_wanted = known.plainly || known.tokens > 0;
  known.plainly = true;
  update(name, pattern, was_wanted);
}

void wanted_channels::drop(std::string_view name, bool pattern) {
  std::lock_guard lock(mutex_);
  auto& known = entry(name, pattern);
  bool was_wanted = known.plainly || known.tokens > 0;
  known.plainly = false;
  update(name, pattern, was_wanted);
}

void wanted_channels::want_token(std::string_view channel) {
  std::lock_guard lock(mutex_);
  auto& known = entry(channel, false);
  bool was_wanted = known.plainly || known.tokens > 0;
  ++known.tokens;
  update(channel, false, was_wanted);
}

void wanted_channels::drop_token(std::string_view channel) {
  std::lock_guard lock(mutex_);
  auto& known = entry(channel, false);
  bool was_wanted = known.plainly || known.tokens > 0;
  if (known.tokens > 0) --known.tokens;
  update(channel, false, was_wanted);
}

std::vector<wanted_channels::change> wanted_channels::connected() {
  std::lock_guard lock(mutex_);
  connected_ = true;
  changes_.clear();
  has_changes_ = false;
  changed_.drain();
  std::vector<change> all;
  all.reserve(channels_.size() + patterns_.size());
  for (const auto& [name, unused] : channels_) all.push_back({name, false, true});
  for (const auto& [name, unused] : patterns_) all.push_back({name, true, true});
  return all;
}

std::vector<wanted_channels::change> wanted_channels::take_changes() {
  std::lock_guard lock(mutex_);
  has_changes_ = false;
  changed_.drain();
  return std::exchange(changes_, {});
}

void wanted_channels::disconnected() {
  std::lock_guard lock(mutex_);
  connected_ = false;
  changes_.clear();
  confirmed_.clear();
}

void wanted_channels::confirm(std::string_view name, bool active) {
  std::lock_guard lock(mutex_);
  if (active) {
    confirmed_.emplace(name);
  } else if (auto found = confirmed_.find(name); found != confirmed_.end()) {
    confirmed_.erase(found);
  }
}

bool wanted_channels::confirmed(std::string_view name) const {
  std::lock_guard lock(mutex_);
  return confirmed_.find(name) != confirmed_.end();
}

}  // namespace outcry::redis::detail
