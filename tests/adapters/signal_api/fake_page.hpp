#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <nlohmann/json.hpp>

#include "actors/floor/seat.hpp"
#include "adapters/signal_api/bridge.hpp"
#include "tests/adapters/http/raw_client.hpp"
#include "tests/support/manual_clock.hpp"

namespace outcry::test {

/// What the fake desk and the fake store know. Thread-safe.
///
/// The fake desk reads a text that begins with "call" as a signal, with "said" as an update, all
/// others as nothing. What it takes is stored and told to its watchers.
class page_world {
public:
  enum class mood : std::uint8_t { answers, holds, is_full, is_down, refuses };

  void set_desk(mood x);
  void set_store(mood x);
  mood desk() const;
  mood store() const;

  desk_verdict take(const raw_message& x);
  desk_verdict take(const contributed_signal& x);
  /// Gives a stored signal another state, and tells.
  void change(std::int64_t id, signal_state to);
  /// Stores a signal; tells of it only if `tell`.
  void add_signal(const std::string& ticker, bool tell = true);
  void add_trade(std::int64_t id);
  /// From now on the calls of `add_signal` have so many bytes more.
  void pad_calls(std::size_t bytes);

  signal_list find(const find_signals& x) const;
  message_list find(const find_messages& x) const;
  update_list find(const find_updates& x) const;

  void watch(const caf::actor& watcher);
  /// As a desk that was restarted.
  void forget_watchers();

  /// Waits until the desk was asked `n` times, whatever it answered; false after ten seconds.
  bool wait_for_questions(std::size_t n);
  /// Waits until somebody watches.
  bool wait_for_watcher();
  std::vector<raw_message> asked() const;
  std::vector<contributed_signal> contributed() const;
  void saw_question();

private:
  signal_record& add(signal_record x);
  void tell(const signal_record& x);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  mood desk_ = mood::answers;
  mood store_ = mood::answers;
  std::size_t questions_ = 0;
  std::size_t padding_ = 0;
  std::vector<raw_message> asked_;
  std::vector<contributed_signal> contributed_;
  std::vector<signal_record> signals_;
  std::vector<stored_message> messages_;
  std::vector<signal_update_record> updates_;
  std::vector<desk_verdict> verdicts_;
  std::vector<std::pair<std::string, std::size_t>> known_;
  std::vector<caf::actor> watchers_;
};

struct http_answer {
  int status = 0;
  std::string head;
  std::string body;

  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  /// The text of the error's only field.
  std::string error() const;
  /// Of a header; "" without it.
  std::string header(const std::string& name) const;
};

struct stream_event {
  std::string name;
  std::string id;
  nlohmann::json data;
};

/// One reader of GET /signals as a stream.
class event_reader {
public:
  event_reader(std::uint16_t port, const std::string& query, const std::string& headers = {});

  /// The next event that is no comment; an empty name when the stream has ended.
  stream_event next();
  /// Reads up to and with the next comment; false when the stream has ended.
  bool ping();
  /// Up to the end of the answer's header.
  const std::string& head() const { return head_; }

private:
  raw_client wire_;
  std::string head_;
};

/// The tokens of `fake_page`.
inline constexpr const char* reader_token = "reader-token-0123456789";
inline constexpr const char* giver_token = "giver-token-0123456789";
inline constexpr const char* both_token = "both-token-0123456789";
inline constexpr const char* alert_word = "alert-secret-0123456789";

/// A bridge between a real server on loopback and fake actors. Time stands still unless moved.
class fake_page {
public:
  explicit fake_page(const std::function<void(signal_api::bridge_options&)>& change = {});
  ~fake_page();

  std::uint16_t port() const { return port_; }
  page_world& world() { return *world_; }
  manual_clock& clock() { return *clock_; }

  /// One request on a connection of its own. `token` may be empty.
  http_answer ask(const std::string& method, const std::string& path, const std::string& token,
                  const std::string& body = {}, const std::string& headers = {}) const;
  http_answer get(const std::string& path, const std::string& token = both_token) const {
    return ask("GET", path, token);
  }
  http_answer post(const std::string& path, const std::string& body,
                   const std::string& token = both_token) const {
    return ask("POST", path, token, body);
  }

  /// Answers what the desk holds.
  void release();

  /// Ends the bridge and waits until it is gone.
  void stop();

private:
  std::shared_ptr<page_world> world_ = std::make_shared<page_world>();
  std::shared_ptr<manual_clock> clock_ = std::make_shared<manual_clock>();
  floor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  signal_desk_actor desk_;
  signal_store_actor store_;
  caf::actor bridge_;
  std::uint16_t port_ = 0;
};

/// Sends one request and reads the answer to its end.
http_answer ask_http(std::uint16_t port, const std::string& method, const std::string& path,
                     const std::string& body, const std::string& headers);

}  // namespace outcry::test
