#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/link.hpp"
#include "adapters/redis/topic.hpp"

namespace outcry::redis {

/// One published message. The texts are valid during the callback only.
struct message {
  std::string_view channel;
  std::string_view payload;
  std::string_view pattern;  ///< the pattern it came by; empty for a plain subscription
};

/// Receives what was already in the socket, in the order of the server.
using batch_callback = std::function<void(std::span<const message>)>;

struct subscriber_options {
  connection_options connection;
  link_options link;
  std::size_t max_batch = 256;  ///< messages handed over in one call, at least 1
  /// A larger payload is dropped and counted; its neighbours are not touched.
  std::size_t max_message_bytes = 16 * 1024 * 1024;

  // Every callback runs on the subscriber's thread and may be empty. One that throws is counted
  // and costs nothing else.
  batch_callback on_batch;
  link_callback on_state;
  malformed_callback on_malformed;  ///< a typed topic could not decode a payload
  /// The server confirmed that we now receive (or no longer receive) this channel or pattern.
  std::function<void(std::string_view name, bool active)> on_confirmed;
  /// Something that does not end the connection: a channel refused by the server's access list, a
  /// payload over the limit. `name` is the channel or pattern.
  std::function<void(std::string_view name, const failure& reason)> on_error;
};

/// Figures since the start, readable from any thread at any time.
struct subscriber_counters {
  std::uint64_t messages = 0;
  std::uint64_t batches = 0;
  std::uint64_t bytes = 0;            ///< received from the socket
  std::uint64_t connects = 0;         ///< connections that became live
  std::uint64_t reconnects = 0;       ///< of these, all but the first
  std::uint64_t malformed = 0;        ///< payloads a typed topic could not decode
  std::uint64_t oversized = 0;        ///< payloads over max_message_bytes
  std::uint64_t callback_errors = 0;  ///< exceptions out of callbacks
  std::uint64_t cut_offs = 0;
  /// When the last message came, on std::chrono::steady_clock; its epoch if none came.
  std::chrono::steady_clock::time_point last_message;
};

/// Listens on channels over one connection, on a thread of its own, and stays connected: after
/// any loss it reconnects with backoff and subscribes to everything wanted again.
///
/// Redis publishes at most once: what was published while we were away is gone. A channel that is
/// also matched by a pattern arrives twice, once by each.
///
/// A consumer that is slower than the publisher makes the server's buffer grow until the server
/// closes the connection (client-output-buffer-limit). The state is then `cut_off`: the connection
/// was closed in the middle of a frame or after at least 64 KiB without a pause. It is the likely
/// reason, not a certain one: a server that dies under full load looks the same.
class subscriber {
public:
  explicit subscriber(subscriber_options options);
  /// Stops.
  ~subscriber();
  subscriber(const subscriber&) = delete;
  subscriber& operator=(const subscriber&) = delete;

  /// Starts the thread; once.
  void start();
  /// Ends the thread; returns in well under a second unless a callback holds it up. Called from a
  /// callback it only asks for the end. Safe to repeat.
  void stop();

  /// Any thread, any time, also before start() and while the server is away. Repeating is free.
  void subscribe(std::string_view channel);
  void unsubscribe(std::string_view channel);
  void psubscribe(std::string_view pattern);
  void punsubscribe(std::string_view pattern);

  /// Calls `callback` on the subscriber's thread with every value on the topic's channel and keeps
  /// the channel subscribed as long as the token lives. Several callbacks may share a channel;
  /// those with the same decoder share one decoding. Typed callbacks follow `on_batch`.
  template <class T>
  [[nodiscard]] subscription on(const topic<T>& where, std::function<void(const T&)> callback) {
    return add_topic(where.channel, typeid(T), reinterpret_cast<void (*)()>(where.decode),
                     detail::erase_decoder<T>(where.decode),
                     [callback = std::move(callback)](const void* value) {
                       callback(*static_cast<const T*>(value));
                     });
  }

  bool is_live() const;
  /// The server confirmed this channel or pattern on the present connection.
  bool confirmed(std::string_view name) const;
  subscriber_counters counters() const;

private:
  struct core;
  subscription add_topic(const std::string& channel, std::type_index type, void (*identity)(),
                         detail::erased_decoder decode, detail::erased_callback call);

  std::shared_ptr<core> core_;
  std::thread thread_;
};

}  // namespace outcry::redis
