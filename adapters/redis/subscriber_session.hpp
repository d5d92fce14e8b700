#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/subscriber.hpp"
#include "adapters/redis/wanted_channels.hpp"

namespace outcry::redis::detail {

/// Written by the subscriber's thread, read by any.
struct subscriber_figures {
  std::atomic<std::uint64_t> messages = 0;
  std::atomic<std::uint64_t> batches = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> connects = 0;
  std::atomic<std::uint64_t> malformed = 0;
  std::atomic<std::uint64_t> oversized = 0;
  std::atomic<std::uint64_t> callback_errors = 0;
  std::atomic<std::uint64_t> cut_offs = 0;
  std::atomic<steady_time::rep> last_message = 0;
  std::atomic<bool> live = false;
};

/// One connection's life in subscriber mode, from the first SUBSCRIBE to its loss. Messages are
/// read in place from the receive buffer: nothing is copied or allocated for them.
class subscriber_session {
public:
  /// `on_live` is called once, when the server has answered every first subscription.
  subscriber_session(const subscriber_options& options, wanted_channels& wanted,
                     topic_table& topics, subscriber_figures& figures, const stop_signal& stop,
                     connection& link, std::function<void()> on_live);

  /// Runs until the connection is lost or `stop` is notified (`cancelled`). Never throws.
  failure run();

  /// See the class comment of `subscriber`.
  bool closed_with_backlog() const { return closed_with_backlog_; }

private:
  enum class received { data, nothing, lost };
  /// A command that the server has yet to answer; answers come in order.
  struct owed {
    bool ping = false;
    std::string name;
  };

  failure serve();
  void send(const wanted_channels::change& change);
  void send_ping();
  std::optional<failure> flush();
  received receive(failure& reason);
  std::optional<failure> deliver();
  std::optional<failure> wait();
  void answer(const frame& what);
  void hand_over();
  void call_topics();
  void drop_oversized(const frame& what);
  void make_room(std::size_t needed);
  template <class Call>
  void guarded(Call call);

  const subscriber_options& options_;
  wanted_channels& wanted_;
  topic_table& topics_;
  subscriber_figures& figures_;
  const stop_signal& stop_;
  connection& link_;
  std::function<void()> on_live_;

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  ///< first byte not yet parsed
  std::size_t end_ = 0;    ///< behind the last byte received
  std::size_t skip_ = 0;   ///< bytes of an oversized message still to come
  std::vector<message> batch_;

  std::string out_;
  std::size_t sent_ = 0;
  std::deque<owed> owed_;
  bool live_ = false;
  std::size_t without_pause_ = 0;  ///< bytes received since the socket was last empty
  bool closed_with_backlog_ = false;
  steady_time last_received_;
  std::optional<steady_time> ping_due_;  ///< when the PING under way must be answered
};

}  // namespace outcry::redis::detail
