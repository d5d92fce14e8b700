#include "actors/signals/desk/known_calls.hpp"

#include <algorithm>
#include <charconv>

namespace outcry {

call_key key_of(const signal_record& x) {
  return {x.source, x.source_id};
}

void known_calls::put(signal_record record) {
  auto key = key_of(record);
  calls_.insert_or_assign(std::move(key), std::move(record));
}

signal_record* known_calls::find(const call_key& key) {
  auto found = calls_.find(key);
  return found == calls_.end() ? nullptr : &found->second;
}

const signal_record* known_calls::find(const call_key& key) const {
  auto found = calls_.find(key);
  return found == calls_.end() ? nullptr : &found->second;
}

signal_record* known_calls::find(const std::string& name) {
  std::int64_t id = 0;
  const auto end = name.data() + name.size();
  const bool is_number = std::from_chars(name.data(), end, id).ptr == end && !name.empty();
  for (auto& [key, record] : calls_)
    if (is_number ? record.id == id : key.first + '/' + key.second == name) return &record;
  return nullptr;
}

void known_calls::forget(timestamp_ns since) {
  std::erase_if(calls_, [&](const auto& x) {
    return is_final(x.second.state) && x.second.received_ns < since;
  });
  while (calls_.size() > most_final) {
    auto oldest = calls_.end();
    for (auto i = calls_.begin(); i != calls_.end(); ++i)
      if (is_final(i->second.state) &&
          (oldest == calls_.end() || i->second.received_ns < oldest->second.received_ns))
        oldest = i;
    if (oldest == calls_.end()) return;
    calls_.erase(oldest);
  }
}

std::string fingerprint(const signals::signal& call) {
  auto result = call.ticker + '/' + call.quote + ' ' + std::string(to_string(call.side)) + ' ' +
                std::string(to_string(call.action));
  auto entries = call.entries;
  std::sort(entries.begin(), entries.end());
  for (const auto price : entries) result += " e" + to_string(price);
  if (call.stop) result += " s" + to_string(call.stop->price);
  auto targets = call.targets;
  std::sort(targets.begin(), targets.end());
  for (const auto price : targets) result += " t" + to_string(price);
  if (call.option)
    result += " o" + to_string(call.option->strike) + std::string(to_string(call.option->right));
  return result;
}

}  // namespace outcry
