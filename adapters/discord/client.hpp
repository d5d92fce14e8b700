#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/discord/catch_up.hpp"
#include "adapters/discord/gateway_session.hpp"
#include "adapters/discord/identify_budget.hpp"
#include "adapters/discord/rest.hpp"

namespace outcry::discord {

struct client_options {
  std::string token;                ///< a bot's
  std::vector<snowflake> channels;  ///< to follow, with their threads
  std::string identify_file;        ///< where the times of identifies survive, in the data folder
  std::string ca_file;              ///< PEM certificates trusted beside the system's
  std::string api = default_api;    ///< https, or http on this machine
  /// Fetch the roles of authors of messages that were missed: Discord sends them with live ones
  /// only.
  bool fetch_roles = false;

  // For tests; the defaults are Discord's.
  session_options session;  ///< its token is the one above
  catch_up_options catching;
  rest_options rest;  ///< its api and ca_file are the ones above
  identify_limits identifies;
  std::size_t max_payload_bytes = 16 * 1024 * 1024;  ///< of one gateway payload, inflated
  std::function<double()> random;                    ///< in [0, 1); default: the system's
};

enum class client_state {
  connecting,  ///< or waiting to connect again
  live,        ///< events arrive; channels may still be behind
  failed       ///< for good: a person must act
};

/// Called on the client's own thread, one at a time, in order. They must not throw or block for
/// long. If one destroys the client, the thread ends by itself soon afterwards, and what it had in
/// hand may still be told.
struct client_events {
  std::function<void(const message&)> on_message;  ///< one that is new to us
  std::function<void(const message&)> on_edit;     ///< a later text of one
  std::function<void(const deletion&)> on_delete;
  std::function<void(client_state, const std::string& reason)> on_state;
  /// Something was missed or could not be read; the client goes on.
  std::function<void(snowflake channel, const std::string& what)> on_trouble;
  /// A channel or thread without a `last_seen` begins after this message: if its owner stores that,
  /// nothing is missed when the client is made anew before any message has come.
  std::function<void(snowflake channel, snowflake after)> on_beginning;
  /// All channels have caught up with what was missed.
  std::function<void()> on_caught_up;
  /// The last message of this channel or thread that its owner has stored, if any. What the owner
  /// says here it never gets again, what is later it gets in order. None = begin with what is new.
  std::function<std::optional<snowflake>(snowflake channel)> last_seen;
  /// The first `on_beginning` there ever was of this followed channel, if its owner has stored it:
  /// its threads without a `last_seen` begin there. None = they begin with the channel's
  /// `last_seen`, and what they hold from before it is not found.
  std::function<std::optional<snowflake>(snowflake channel)> threads_from;
};

/// Follows channels on Discord as a bot: the gateway for what happens now, REST for what was
/// missed, each message once, in each channel in the order of its ids for what was missed and in
/// Discord's order for what is live. Connects, resumes and begins anew by itself until it is
/// destroyed or nothing but a person can help. The token leaves it only towards Discord.
class client {
public:
  /// Begins at once. Throws std::invalid_argument when the token cannot be a bot's
  /// (`token_problem`) or the API's address is not allowed.
  client(client_options options, client_events events);
  /// Ends within a second; no event is called afterwards (but see client_events).
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Figures for metrics; any thread.
  struct figures {
    int identifies = 0;
    std::int64_t round_trip_ms = -1;  ///< of the last heartbeat; -1 = not known yet
    int resumes = 0;
    std::uint64_t payloads = 0;
    std::uint64_t messages = 0;
    std::uint64_t unreadable = 0;  ///< payloads and messages
  };
  figures counted() const;

private:
  class core;
  std::shared_ptr<core> core_;
};

}  // namespace outcry::discord
