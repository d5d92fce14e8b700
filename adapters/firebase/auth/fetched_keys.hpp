#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "adapters/firebase/auth/key_source.hpp"

namespace outcry::firebase::auth {

/// What the publisher of the keys answered.
struct key_answer {
  bool complete = false;  ///< status 200 and the whole body
  std::string body;
  std::string cache_control;  ///< the header of that name
  std::string problem;        ///< if not complete
};

/// Asks for the keys; blocks until there is an answer or stop is requested.
using key_request = std::function<key_answer(const std::stop_token&)>;

/// Asks `url` with libcurl. Throws std::invalid_argument unless it is https, or http to this
/// machine. `ca_file`: certificates trusted beside the system's; empty = none.
key_request ask_for_keys(const std::string& url, const std::string& ca_file);

/// Where Google publishes the keys of Firebase Authentication
/// (firebase.google.com/docs/auth/admin/verify-id-tokens).
inline constexpr const char* google_keys_url =
    "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";

/// Keys that a thread of its own fetches: at the start, before the max-age of the last answer is
/// over, and when somebody shows a key id that is not known; never sooner than `options.pause`
/// after the last time. Keys whose max-age is over are not used.
class fetched_keys : public key_source {
public:
  struct options {
    key_request ask;
    std::function<std::int64_t()> now;  ///< UNIX milliseconds; empty = the system's clock
    std::chrono::milliseconds pause{60'000};
    std::chrono::milliseconds without_max_age{3'600'000};
    std::chrono::milliseconds longest{86'400'000};  ///< whatever the max-age says
  };

  explicit fetched_keys(options opts);
  ~fetched_keys() override;

  signature_state verify(std::string_view key_id, std::string_view text, std::string_view signature,
                         std::int64_t now_ms) override;

  /// Looks at the clock again, for clocks that are moved by hand.
  void look();

private:
  void run(const std::stop_token& ending);
  bool due() const;
  void take(const key_answer& answer);

  const options opts_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const certificate_keys> keys_;
  std::int64_t good_until_ms_ = 0;
  std::int64_t asked_ms_ = 0;
  std::int64_t next_ms_ = 0;
  bool asked_ever_ = false;
  bool wanted_ = false;
  bool complained_ = false;
  std::jthread thread_;
};

/// The max-age in a Cache-Control header; 0 for no-store and no-cache, -1 if there is none.
std::int64_t max_age_seconds(std::string_view cache_control);

}  // namespace outcry::firebase::auth
