#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/http/gate.hpp"
#include "adapters/http/server.hpp"
#include "adapters/signal_api/alert_queue.hpp"
#include "adapters/signal_api/credentials.hpp"
#include "adapters/signal_api/listing.hpp"
#include "adapters/signal_api/rate_limiter.hpp"
#include "adapters/signal_api/reply.hpp"
#include "adapters/signal_api/routes.hpp"

namespace outcry::signal_api {

/// Whoever answers requests that the front has let in. Called from one thread of its own choice,
/// through `inbox`.
class back {
public:
  virtual ~back() = default;
  virtual void take(raw_message what, reply_ptr to) = 0;
  virtual void take(contributed_signal what, reply_ptr to) = 0;
  virtual void find(find_messages what, reply_ptr to) = 0;
  virtual void find(find_signals what, reply_ptr to) = 0;
  virtual void show(std::int64_t id, reply_ptr to) = 0;
  virtual void stream(stream_query what, reply_ptr to, slot place) = 0;
};

/// Work for the back. Any thread. Bounded by the front: each piece holds one of its places.
class inbox {
public:
  using work = std::function<void(back&)>;
  void put(work what);
  /// Everything that waits.
  std::deque<work> take();

private:
  std::mutex mutex_;
  std::deque<work> waiting_;
};

/// How much the front lets in.
struct front_limits {
  rate_limiter::options per_token{600, 60, 10'000};  ///< also for each TradingView secret
  rate_limiter::options per_peer{1'200, 120, 10'000};
  std::size_t streams_per_token = 8;
  std::size_t outstanding = 64;               ///< requests that the back has not answered yet
  std::size_t outstanding_per_token = 32;     ///< of them
  duration_ns repeat_window = 60 * ns_per_s;  ///< a timeless alert repeated within it is the same
};

/// Decides who may ask what, and reads it: everything that needs no actor. On the HTTP server's
/// thread.
class front {
public:
  struct options {
    http::gate::options guard;
    front_limits limits;
    std::function<timestamp_ns()> now;
    std::function<std::string()> fresh_id;  ///< for contributions that name none
    std::string version;
  };

  /// `wake` tells the back, from any thread, that the inbox has something. `alerts` must live
  /// longer; it is told of by its own `ready`.
  front(options opts, const credentials& who, alert_queue& alerts, std::shared_ptr<inbox> to,
        std::function<void()> wake);

  void serve(http::request asked, const http::responder& answer);

private:
  struct call;

  void route_request(call& one);
  const credentials::holder& authenticate(const call& one) const;
  void check_rate(rate_limiter& of, const std::string& key, const char* whose);
  void pass_on(call& one, inbox::work what);
  void open_stream(call& one);
  void take_alert(call& one, const std::string* presented);
  std::string alert_id(const std::string& name, const std::string& body, bool names_its_time);

  options opts_;
  const credentials& who_;
  alert_queue& alerts_;
  std::shared_ptr<inbox> inbox_;
  std::function<void()> wake_;
  http::gate gate_;
  rate_limiter token_rate_;
  rate_limiter peer_rate_;
  slots streams_;
  slots outstanding_;
  std::map<std::string, timestamp_ns> recent_alerts_;
};

}  // namespace outcry::signal_api
