#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "adapters/discord/bot_token.hpp"
#include "adapters/discord/catch_up.hpp"
#include "adapters/discord/gateway_payload.hpp"
#include "adapters/discord/rest.hpp"

namespace outcry::discord {

/// A fetched page of messages.
struct fetched_page {
  rest_outcome outcome = rest_outcome::unreachable;
  std::string error;
  std::vector<message> messages;
  std::vector<std::string> unreadable;  ///< why messages are left out
};

/// The thread that asks the REST API for a client. Questions about the gateway go before pages. The
/// answers are called on this thread, one at a time.
class rest_worker {
public:
  using answered = std::function<void(const rest_answer&)>;
  using page_answered = std::function<void(fetched_page)>;

  rest_worker(std::string token, rest_options options);
  /// Aborts what is under way.
  ~rest_worker();
  rest_worker(const rest_worker&) = delete;
  rest_worker& operator=(const rest_worker&) = delete;

  void ask_me(answered to);
  void ask_gateway(answered to);
  /// How a page is to be completed.
  struct page_wish {
    bool with_roles = false;  ///< fetch the roles of the authors
    snowflake guild = 0;      ///< of the channel; 0 = to be asked for where it is needed
    snowflake own_user = 0;
  };
  void ask_page(const catch_up::page_request& page, page_wish wish, page_answered to);

private:
  using job = std::function<void(const std::stop_token&)>;
  void add(job what, bool first);
  void run(const std::stop_token& stop);
  fetched_page fetch(const catch_up::page_request& page, page_wish wish,
                     const std::stop_token& stop);
  snowflake guild_of(snowflake channel, const std::stop_token& stop);
  void add_roles(message& m, snowflake guild, const std::stop_token& stop);

  rest_client rest_;
  /// By guild and user. Of this thread only.
  std::unordered_map<std::string, std::vector<snowflake>> roles_;
  std::unordered_map<snowflake, snowflake> guilds_;  ///< by channel; of this thread only
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::deque<job> first_;
  std::deque<job> jobs_;
  std::jthread thread_;
};

}  // namespace outcry::discord
