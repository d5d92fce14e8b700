#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace outcry::test {

class fake_discord_connection;

/// A Discord of one server (guild) on 127.0.0.1: the REST calls a reader of channels needs, and a
/// gateway whose every misbehaviour a test can ask for. Written against sockets directly, so that
/// it shares no WebSocket code with what it tests, and can cut a frame in the middle.
class fake_discord {
public:
  using id = std::uint64_t;

  struct options {
    /// A bot's: the first part is the id 80351110224678912 in base64.
    std::string token = "ODAzNTExMTAyMjQ2Nzg5MTI.Gfake0.not-a-secret_at-all";
    bool bot = true;
    int heartbeat_ms = 45000;
    int identifies_left = 1000;
  };

  /// What has been seen so far.
  struct log {
    int connections = 0;
    int identifies = 0;
    int resumes = 0;
    int heartbeats = 0;
    std::vector<int> closes;               ///< codes clients closed with; 0 = none
    std::vector<std::string> upgrades;     ///< targets of WebSocket handshakes
    std::vector<std::string> requests;     ///< targets of REST requests
    std::vector<std::string> user_agents;  ///< of REST requests
    std::vector<nlohmann::json> identified;
  };

  fake_discord();
  explicit fake_discord(options opts);
  ~fake_discord();
  fake_discord(const fake_discord&) = delete;
  fake_discord& operator=(const fake_discord&) = delete;

  std::uint16_t port() const { return port_; }
  std::string api() const;  ///< "http://127.0.0.1:<port>/api/v10"
  const std::string& token() const { return options_.token; }
  id bot_id() const { return 80351110224678912; }
  id guild() const { return guild_; }

  // The server's contents. What a live session may see is dispatched, and kept for its resume.

  id add_channel(const std::string& name);
  /// A thread of `parent`; announced unless `silent`.
  id add_thread(id parent, const std::string& name, bool silent = false);
  void set_roles(id user, std::vector<id> roles);
  /// A message by user 2000; `extra` is merged over it. `silent`: no event, as if the event had
  /// been lost with its session.
  id post(id channel, const std::string& text, const nlohmann::json& extra = {},
          bool silent = false);
  /// A new text and the time of the edit.
  void edit(id channel, id message, const std::string& text, bool silent = false);
  /// The event of a link that got its preview: edited_timestamp stays null.
  void unfurl(id channel, id message, const nlohmann::json& embeds);
  void remove(id channel, const std::vector<id>& messages);

  // Misbehaviour.

  void ask_to_reconnect();                  ///< op 7
  void invalidate(bool resumable);          ///< op 9 to those connected
  void refuse_next_resume(bool resumable);  ///< with op 9
  void forget_sessions();                   ///< later resumes get op 9 false
  void close_all(int code);
  void close_next_identify(int code);
  void cut();                                        ///< without a close frame
  void cut_in_frame();                               ///< half of a frame, then nothing
  void send_raw(const std::string& text);            ///< a payload as it is, also no JSON
  void send_bytes(const std::string& bytes);         ///< a binary frame past the compression
  void request_heartbeat();                          ///< op 1
  void be_silent(bool silent);                       ///< no acknowledgement, no event, no answer
  void be_silent_until_closed();                     ///< until the next connection ends
  void split_frames(bool split) { split_ = split; }  ///< compressed payloads in two frames
  /// The next request whose target holds `part` gets this answer.
  void next_answer(const std::string& part, int status, const nlohmann::json& body,
                   std::vector<std::pair<std::string, std::string>> headers = {});

  /// Waits until `wanted` is true of the log; false after 20 s.
  bool wait(const std::function<bool(const log&)>& wanted);
  log seen() const;
  /// Connections with a session.
  std::size_t sessions() const;

private:
  friend class fake_discord_connection;
  struct session {
    std::int64_t sequence = 0;
    std::vector<nlohmann::json> history;
  };
  struct scripted {
    std::string part;
    int status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
  };
  using lock = std::unique_lock<std::mutex>;

  void accept();
  void dispatch(const std::string& type, const nlohmann::json& data);
  void send_event(fake_discord_connection& to, const std::string& type, const nlohmann::json& data);
  void payload(fake_discord_connection& from, const nlohmann::json& said);
  void identify(fake_discord_connection& from, const nlohmann::json& data);
  void resume(fake_discord_connection& from, const nlohmann::json& data);
  std::string answer(const std::string& target, const std::map<std::string, std::string>& headers,
                     int& status, std::vector<std::pair<std::string, std::string>>& more);
  nlohmann::json guild_object() const;
  nlohmann::json event_of(const nlohmann::json& message) const;
  nlohmann::json user_object(id user) const;
  id next_id();
  void each(const std::function<void(fake_discord_connection&)>& call);

  options options_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  id guild_ = 0;
  id last_id_ = 0;
  bool stopping_ = false;
  bool silent_ = false;
  bool close_ends_silence_ = false;
  bool split_ = false;
  int close_identify_ = 0;
  int refuse_resume_ = -1;  ///< -1 = no, else whether resumable
  std::map<id, std::string> channels_;
  std::map<id, id> threads_;  ///< to their parents
  std::map<id, std::map<id, nlohmann::json>> messages_;
  std::map<id, std::vector<id>> roles_;
  std::map<std::string, session> sessions_;
  std::deque<scripted> scripted_;
  log log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<fake_discord_connection>> connections_;
  std::thread acceptor_;
};

}  // namespace outcry::test
