#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/io.hpp"

namespace outcry::redis::detail {

/// What a subscriber shall listen to, and what the server has confirmed. Any thread.
class wanted_channels {
public:
  /// One command owed to the server.
  struct change {
    std::string name;
    bool pattern = false;
    bool active = true;
  };

  void want(std::string_view name, bool pattern);
  void drop(std::string_view name, bool pattern);
  /// The same, counted: the channel stays as long as any token or want() asks for it.
  void want_token(std::string_view channel);
  void drop_token(std::string_view channel);

  /// Everything wanted, as the changes that a fresh connection needs. From now on changes are
  /// kept for take_changes().
  std::vector<change> connected();
  std::vector<change> take_changes();
  /// Nothing is confirmed any more and changes need not be kept.
  void disconnected();

  void confirm(std::string_view name, bool active);
  bool confirmed(std::string_view name) const;

  /// There are changes to take; cheap enough to ask between two batches.
  bool has_changes() const { return has_changes_.load(std::memory_order_relaxed); }
  /// Readable when there are changes to take.
  const wake_event& changed() const { return changed_; }

private:
  struct asked {
    bool plainly = false;
    std::uint32_t tokens = 0;
  };
  using names = std::map<std::string, asked, std::less<>>;

  asked& entry(std::string_view name, bool pattern);
  void update(std::string_view name, bool pattern, bool was_wanted);

  mutable std::mutex mutex_;
  names channels_;
  names patterns_;
  std::vector<change> changes_;
  std::set<std::string, std::less<>> confirmed_;
  bool connected_ = false;
  std::atomic<bool> has_changes_ = false;
  wake_event changed_;
};

}  // namespace outcry::redis::detail
