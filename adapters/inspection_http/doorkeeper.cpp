#include "adapters/inspection_http/doorkeeper.hpp"

#include <algorithm>
#include <utility>

#include "adapters/firebase/auth/home_state.hpp"
#include "adapters/firebase/auth/secrets.hpp"
#include "adapters/firebase/auth/worker.hpp"
#include "adapters/http/token_file.hpp"
#include "adapters/inspection_http/basic_credentials.hpp"

namespace outcry::inspection_http {

namespace {

using namespace firebase;

constexpr std::size_t key_bytes = 32;

std::int64_t system_now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

http::response not_accepted() {
  auto answer = http::error_response(
      401, "Expected the passcode (Basic) or the inspection token (Bearer) of this floor");
  answer.headers.push_back({"WWW-Authenticate", "Basic realm=\"outcry\", charset=\"UTF-8\""});
  answer.headers.push_back({"WWW-Authenticate", "Bearer realm=\"outcry\""});
  return answer;
}

http::response later(int status, const char* why, std::int64_t seconds) {
  auto answer = http::error_response(status, why);
  answer.headers.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(seconds, 1))});
  return answer;
}

}  // namespace

/// Everything that has to do with passcodes; all of it on the worker's thread.
class doorkeeper::desk {
public:
  explicit desk(const options& opts)
      : now_ms_(opts.now_ms ? opts.now_ms : system_now_ms),
        key_(auth::system_random_bytes(key_bytes)),
        passcode_(opts.data_dir),
        attempts_(opts.attempts),
        worker_(opts.most_waiting, opts.sweep, [this] { look(); }) {}

  void ask(std::string password, std::string peer, decision then) {
    const auto busy = then;
    const auto taken = worker_.post([this, password = std::move(password), peer = std::move(peer),
                                     then = std::move(then)] { then(judge(password, peer)); });
    if (!taken) busy(later(503, "Too many passcodes are being looked at; try again", 1));
  }

  void stop() { worker_.stop(); }

private:
  /// A passcode that was changed or taken away opens no more.
  void look() {
    passcode_.reload();
    if (passcode_.id() == accepted_id_ && !passcode_.damaged()) return;
    accepted_.clear();
    accepted_id_ = passcode_.id();
  }

  std::optional<http::response> judge(const std::string& password, const std::string& peer) {
    const auto now = now_ms_();
    if (const auto wait = attempts_.refuse(peer, now))
      return later(429, "Too many wrong attempts; try later", (wait->count() + 999) / 1000);
    look();
    if (matches(password)) {
      attempts_.succeeded(peer, now);
      return std::nullopt;
    }
    attempts_.failed(peer, now);
    return not_accepted();
  }

  /// The slow look is taken once for a passcode, not at each request.
  bool matches(const std::string& password) {
    if (passcode_.damaged() || !passcode_.current()) return false;
    auto digest = auth::hmac_sha256(key_, password);
    if (!accepted_.empty() && auth::same_bytes(digest, accepted_)) return true;
    if (!passcode_.current()->matches(password)) return false;
    accepted_ = std::move(digest);
    return true;
  }

  const std::function<std::int64_t()> now_ms_;
  const std::string key_;
  auth::passcode_watch passcode_;
  auth::attempt_limiter attempts_;
  std::string accepted_;     // HMAC of the passcode that opened last; empty = none did
  std::string accepted_id_;  // of the passcode file then
  auth::worker worker_;      // last: ends before what its jobs use
};

doorkeeper::doorkeeper(options opts) : opts_(std::move(opts)) {
  if (!opts_.open) desk_ = std::make_unique<desk>(opts_);
}

doorkeeper::~doorkeeper() {
  stop();
}

void doorkeeper::check(const http::request& asked, decision then) {
  if (opts_.open) return then(std::nullopt);
  const auto* line = asked.find_header("Authorization");
  if (!line) return then(not_accepted());
  if (const auto token = after_scheme(*line, "Bearer")) {
    const bool known = !opts_.token.empty() && http::same_token(*token, opts_.token);
    return then(known ? std::nullopt : std::optional{not_accepted()});
  }
  const auto encoded = after_scheme(*line, "Basic");
  auto password = encoded ? basic_password(*encoded) : std::nullopt;
  if (!password || password->empty()) return then(not_accepted());
  desk_->ask(std::move(*password), asked.peer, std::move(then));
}

void doorkeeper::stop() {
  if (desk_) desk_->stop();
}

}  // namespace outcry::inspection_http
