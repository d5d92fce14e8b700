#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

#include "adapters/redis/failure.hpp"

namespace outcry::redis {

/// A channel together with the type that travels on it. `decode` turns a payload into a value or
/// says what is wrong with it (`malformed`); it must not keep the payload.
template <class T>
struct topic {
  std::string channel;
  result<T> (*decode)(std::string_view payload) = nullptr;
};

/// Hears of a payload that its topic could not decode. The payload is valid during the call.
using malformed_callback =
    std::function<void(std::string_view channel, const failure& reason, std::string_view payload)>;

namespace detail {

/// Receives a pointer to the decoded value.
using erased_callback = std::function<void(const void*)>;
/// Decodes and hands the value on; the failure is filled when it returns false.
using erased_decoder =
    std::function<bool(std::string_view payload, const erased_callback& consume, failure& bad)>;

/// One callback of one topic.
struct topic_slot {
  /// Held while the callback runs, so that removal can wait for it; recursive, because a callback
  /// may remove itself.
  std::recursive_mutex running;
  bool alive = true;
  erased_callback call;
};

/// The callbacks of one channel that share a decoder: a payload is decoded once for all of them.
struct topic_group {
  std::type_index type = typeid(void);
  void (*identity)() = nullptr;
  erased_decoder decode;
  std::vector<std::shared_ptr<topic_slot>> slots;
};

/// All typed callbacks by channel. Changing it never waits for callbacks: readers hold an
/// immutable copy.
class topic_table {
public:
  using snapshot = std::map<std::string, std::vector<topic_group>, std::less<>>;

  std::shared_ptr<topic_slot> add(const std::string& channel, std::type_index type,
                                  void (*identity)(), erased_decoder decode, erased_callback call);
  /// On return the callback does not run and never will, unless this is called from within it.
  void remove(const std::string& channel, const std::shared_ptr<topic_slot>& slot);

  bool empty() const { return empty_.load(std::memory_order_relaxed); }
  std::shared_ptr<const snapshot> current() const;

private:
  mutable std::mutex mutex_;
  std::shared_ptr<const snapshot> current_ = std::make_shared<const snapshot>();
  std::atomic<bool> empty_ = true;
};

template <class T>
erased_decoder erase_decoder(result<T> (*decode)(std::string_view)) {
  return [decode](std::string_view payload, const erased_callback& consume, failure& bad) {
    auto value = decode(payload);
    if (!value) {
      bad = value.error();
      return false;
    }
    consume(&*value);
    return true;
  };
}

}  // namespace detail

/// Keeps one typed callback registered; destroying it removes the callback. When the destructor
/// returns, the callback is not running and will not run again (unless it is destroyed from
/// within that callback), so do not destroy it while holding a lock the callback takes.
/// May outlive the subscriber. Any thread, one at a time.
class subscription {
public:
  subscription() = default;
  explicit subscription(std::function<void()> remove) : remove_(std::move(remove)) {}
  subscription(subscription&& other) noexcept : remove_(std::exchange(other.remove_, nullptr)) {}
  subscription& operator=(subscription&& other) noexcept {
    if (this != &other) {
      reset();
      remove_ = std::exchange(other.remove_, nullptr);
    }
    return *this;
  }
  ~subscription() { reset(); }

  void reset() {
    if (auto remove = std::exchange(remove_, nullptr)) remove();
  }

private:
  std::function<void()> remove_;
};

}  // namespace outcry::redis
