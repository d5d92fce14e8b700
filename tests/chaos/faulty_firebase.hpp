#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace outcry::test {

/// A Firebase with faults: passes HTTP requests on to one on 127.0.0.1, or does not. One thread for
/// each connection, which serves one request; streams last until one side ends them. It takes a
/// token of its own instead of the real one, so that it can expire.
class faulty_firebase {
public:
  enum class fault {
    none,
    broken,  ///< 500; every other write is done all the same
    busy     ///< 429 with Retry-After
  };
  /// What the floor writes: the history of prices, its table of actors, and everything else. Each
  /// has a writer of its own.
  enum class lane { prompt, history, actors };
  struct write {
    lane which = lane::prompt;
    std::string body;
  };
  static constexpr std::chrono::seconds retry_after{2};

  /// Throws std::runtime_error if it cannot listen.
  faulty_firebase(std::uint16_t target_port, std::string real_token, std::string token);
  /// Cuts every connection and joins.
  ~faulty_firebase();
  faulty_firebase(const faulty_firebase&) = delete;
  faulty_firebase& operator=(const faulty_firebase&) = delete;

  std::uint16_t port() const { return port_; }

  /// What becomes of writes from now on. Forgets what was refused and passed until now.
  void serve(fault next);
  /// From now on only `token` is good; others hear 401, and streams end. Forgets, too.
  void expire(const std::string& token);
  /// Cuts the next `times` streams in the middle of `word` in an event.
  void cut_at(const std::string& word, int times);

  /// Writes refused on the prompt lane.
  int refused() const;
  /// Prices that were tried although the prompt lane had been refused twice.
  int overtaking() const;
  /// Streams cut by cut_at.
  int cuts() const;
  /// Writes that came before the Retry-After of their lane had passed, ever.
  std::vector<write> impatient() const;
  /// Writes that were done and answered so, in order.
  std::vector<write> passed() const;

private:
  struct request;

  void accept_loop();
  void serve_one(int near);
  std::string verdict(request& asked, bool& done_all_the_same);
  void relay(int near, const request& asked, bool silently);
  bool must_cut(std::string_view piece, std::size_t& at);

  const std::uint16_t target_port_;
  const std::string real_token_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;
  std::string token_;
  fault fault_ = fault::none;
  int era_ = 0;  ///< counts the calls of serve and expire
  int refused_ = 0;
  int overtaking_ = 0;
  int cuts_ = 0;
  int cuts_wanted_ = 0;
  std::string word_;
  std::vector<write> impatient_;
  std::vector<write> passed_;
  std::map<lane, std::chrono::steady_clock::time_point> not_before_;
  std::set<int> open_;
  std::set<int> streams_;  ///< of open_: ended when the token expires
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace outcry::test
