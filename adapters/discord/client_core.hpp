#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <nlohmann/json_fwd.hpp>

#include "adapters/discord/client.hpp"
#include "adapters/discord/rest_worker.hpp"
#include "adapters/discord/zlib_stream.hpp"
#include "adapters/websocket/client.hpp"

namespace outcry::discord {

/// Everything is decided on one thread, which takes what the socket's and the REST API's threads
/// have for it from a queue.
class client::core {
public:
  core(client_options options, client_events events);
  ~core();
  core(const core&) = delete;
  core& operator=(const core&) = delete;

  /// Begins; the thread keeps the core alive.
  static void start(const std::shared_ptr<core>& it);
  void stop();

  figures counted() const;

private:
  using task = std::function<void()>;

  static std::int64_t steady_ms();

  /// From any thread. Bounded: the REST API has at most one answer under way for each channel, the
  /// socket's frames are counted.
  void post(task what);
  void run();
  bool step();
  bool is_stopping();
  std::optional<std::int64_t> next_wake() const;
  void tick();
  void begin();
  std::optional<snowflake> last_seen(snowflake channel) const;
  void ask_me();
  void know_me(const rest_answer& answer);
  void fail(const std::string& reason);
  void say(client_state state, const std::string& reason);
  void trouble(snowflake channel, const std::string& what);

  // The session's wishes.
  void act(session_actions actions);
  void act_on(const action::ask_gateway&);
  void know_gateway(const rest_answer& answer);
  void act_on(const action::open_socket& wish);
  void act_on(const action::send_text& wish);
  void act_on(const action::close_socket& wish);
  void act_on(const action::changed& change);
  void act_on(const action::give_up& end);
  void act_on(const action::deliver& event);
  void take_frame(bool binary, const std::string& frame);
  void take_payload(const std::string& text);

  // Events.
  void take_event(const std::string& type, const nlohmann::json& data);
  bool wanted(const nlohmann::json& data) const;
  message with_guild(message m) const;
  void know_guild(const nlohmann::json& data);
  void know_threads(const nlohmann::json& data);
  void know_thread(const nlohmann::json& data, bool fresh);

  // What was missed.
  void ask_pages();
  void take_page(const catch_up::page_request& request, fetched_page page);
  void publish(news_list list);
  void publish_one(const message& m);
  void publish_one(const deletion& d);
  void publish_one(const beginning& b);
  void publish_one(const gap& g);

  const client_options options_;
  const client_events events_;
  const std::string token_;
  std::function<double()> random_;
  identify_file store_;
  identify_budget budget_;
  gateway_session session_;
  catch_up catching_;
  std::map<snowflake, snowflake> guild_of_;  ///< of followed channels and threads
  snowflake me_ = 0;
  bool failed_ = false;
  bool caught_up_ = false;
  int me_failures_ = 0;
  int page_failures_ = 0;
  std::optional<std::int64_t> ask_me_at_;
  std::optional<std::int64_t> ask_pages_at_;
  std::uint64_t turn_ = 0;  ///< which socket is the present one
  std::unique_ptr<zlib_stream> inflater_;

  std::atomic<std::size_t> waiting_bytes_{0};
  std::atomic<int> identifies_{0};
  std::atomic<std::int64_t> round_trip_ms_{-1};
  std::atomic<int> resumes_{0};
  std::atomic<std::uint64_t> payloads_{0};
  std::atomic<std::uint64_t> messages_{0};
  std::atomic<std::uint64_t> unreadable_{0};

  std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  std::deque<task> tasks_;

  std::unique_ptr<rest_worker> rest_;
  std::unique_ptr<websocket::client> socket_;
  std::thread thread_;
};

}  // namespace outcry::discord
