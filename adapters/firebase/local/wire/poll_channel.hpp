#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/firebase/local/wire/outgoing.hpp"

namespace outcry::firebase::local::wire {

/// Long-polling as a transport: the client's messages come as pieces in the addresses of script
/// requests, ours go as scripts that answer them. Any thread. Source: BrowserPollConnection in the
/// Firebase SDK, Apache 2.0 package @firebase/database.
class poll_channel : public outgoing {
public:
  using clock = std::chrono::steady_clock;
  /// Answers one request with a script; called once.
  using answer = std::function<void(std::string script)>;

  struct options {
    std::string id;
    std::string password;
    std::string callback;               ///< the client's name for its functions, see `is_callback`
    std::size_t max_queue = 16u << 20;  ///< bytes for a client that does not ask; then it is lost
    std::size_t max_message = 16u << 20;  ///< bytes; a larger one ends the transport
    std::chrono::seconds patience{60};    ///< without a request the client has gone
    std::function<clock::time_point()> now = [] { return clock::now(); };
  };

  explicit poll_channel(options opts);

  static bool is_callback(std::string_view name);

  /// The script that begins the transport, with what has been sent so far.
  std::string begin();

  /// One piece of a message.
  struct segment {
    std::uint64_t number;  ///< counts all pieces of the transport
    std::uint64_t total;   ///< of the message it belongs to
    std::string data;      ///< base64
  };

  /// A request of the client: `pieces` came with it, `to` is kept until there is something to say,
  /// or the next request comes. Returns the messages that are complete now; nothing if the client
  /// does not keep to the protocol: the transport has to end.
  std::optional<std::vector<std::string>> poll(std::vector<segment> pieces, answer to);

  /// Bytes of messages that are not whole yet.
  std::size_t held() const;

  /// True when the client has not asked for too long, or left too much waiting.
  bool expired() const;

  const options& opts() const { return opts_; }

  void send(const std::string& message) override;
  void close() override;
  bool open() const override;

private:
  /// The script with everything that waits.
  std::string script();
  bool take(segment piece, std::vector<std::string>& messages);
  void say(std::unique_lock<std::mutex>& lock);

  const options opts_;
  mutable std::mutex mutex_;
  std::deque<std::string> queue_;
  std::size_t queued_ = 0;
  std::uint64_t next_answer_ = 0;
  std::optional<answer> held_;
  clock::time_point asked_at_;
  bool closing_ = false;
  bool overrun_ = false;

  std::uint64_t next_piece_ = 0;
  std::map<std::uint64_t, segment> early_;
  std::uint64_t missing_ = 0;  // pieces of the message being put together
  std::string encoded_;
};

}  // namespace outcry::firebase::local::wire
