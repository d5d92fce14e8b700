#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/firebase/auth/identity.hpp"
#include "adapters/firebase/local/gatekeeper.hpp"
#include "adapters/firebase/local/hub.hpp"
#include "adapters/firebase/local/query.hpp"
#include "adapters/firebase/local/tree.hpp"

namespace outcry::firebase::local {

/// What became of a request.
struct outcome {
  int status = 200;
  std::string body;  ///< JSON; empty if none was wanted
  std::string etag;  ///< empty if none was wanted
};

struct read_request {
  auth::identity who;
  std::string peer;  ///< the client's address
  std::string place;
  std::optional<query> filter;
  bool shallow = false;
  form as = form::plain;
  bool want_body = true;
  bool want_etag = false;
};

struct write_request {
  auth::identity who;
  std::string peer;  ///< the client's address
  change what;       ///< increments not resolved yet
  std::optional<std::string> if_match;
  std::string body;  ///< the answer's body; empty = what was written
  bool want_body = true;
  bool want_etag = false;
};

/// The tree, its listeners and the thread that serves both. Requests are served in the order in
/// which they come; those that wait together share one transaction. Answers and events leave when
/// that transaction is committed, so what has been answered survives the end of the process.
/// The public functions may be called from any thread.
class database {
public:
  struct options {
    std::filesystem::path file;
    std::chrono::milliseconds keep_alive{30'000};  ///< between keep-alive events of a stream
    std::chrono::milliseconds sweep{1'000};        ///< between looks for streams that have ended
    std::size_t max_waiting = 256u << 20;          ///< bytes of requests not served yet
    /// Called before each sweep, on the database's thread. What it leaves in the
    /// tree's outbox is said then.
    std::function<void(tree&)> before_sweep;
  };

  /// Is called once, on the database's thread; must neither block nor throw.
  using done = std::function<void(outcome)>;

  /// Throws as store does. `guard` must live longer.
  database(const gatekeeper& guard, options opts);
  /// As `stop`.
  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  // Each of these returns false, and does nothing, when too much is waiting or after `stop`.
  // `size` is what the request weighs in memory, in bytes.

  bool read(read_request asked, done answer);
  bool write(write_request asked, std::size_t size, done answer);
  /// Opens a stream. `start` is called in place of an answer when the stream is sure to begin, and
  /// gives the sink; `failed` when it is not.
  bool listen(read_request asked, std::function<std::shared_ptr<event_sink>()> start, done failed);

  /// Does any `work`, in its turn; with `writes` in a transaction. `failed` is called, perhaps
  /// after `work`, when that transaction fails; what was left in the outbox is thrown away then.
  bool run(std::size_t size, bool writes, std::function<void(tree&)> work, done failed);

  /// Sweeps now: streams whose credential is no longer accepted end.
  void sweep();

  /// Serves what is waiting, ends the thread. Returns when that is done.
  void stop();

private:
  struct job {
    std::function<void()> run;
    std::function<void(outcome)> fail;
    bool writes = false;
    std::size_t size = 0;
  };

  bool enqueue(job one);
  void serve();
  void serve(std::vector<job>& batch);
  void apply(write_request& asked, const done& answer);
  void admit(bool allowed, refusals what, const std::string& peer) const;
  void answer_later(const done& answer, outcome result);

  const gatekeeper& guard_;
  const options opts_;
  tree tree_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<job> waiting_;
  std::size_t waiting_size_ = 0;
  bool sweep_now_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

/// The ETag of a value's JSON text (never with whitespace); "null_etag" for null.
std::string etag_of(const std::string& text);

}  // namespace outcry::firebase::local
