#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// The time of the first look in these tests: 100 s after the made floor began.
constexpr std::int64_t made_ms = 1'700'000'100'000;

/// One actor's row as the floor tells it; `more` replaces and adds members.
nlohmann::json made_actor(const std::string& name, const nlohmann::json& more = {});

/// A whole snapshot of a small floor: a feed, two pits, two bots, a relay and a hidden session;
/// links, one message, one grave. `at_ms` is its time.
nlohmann::json made_snapshot(std::int64_t at_ms);

/// A floor without actors that speaks the inspection protocol over a real socket. What it tells is
/// what the test put in. Thread-safe.
class made_floor {
public:
  /// Opens `socket`, or one of its own.
  explicit made_floor(const std::string& socket = {});
  ~made_floor();

  std::string socket() const;

  /// What each inspection begins with, and what is told to those under way as a whole.
  void set_snapshot(nlohmann::json snapshot);
  /// Told to every inspection under way.
  void tell_delta(const nlohmann::json& delta);

  /// Answers of the other operations: the items before the end, by "op" or "op name". None = an
  /// error `unknown_target`.
  void set_answer(const std::string& to, std::vector<nlohmann::json> items);
  /// An item of every trace under way.
  void tell_trace(const nlohmann::json& traced);
  void end_traces(const std::string& reason);

  /// Every request heard so far.
  std::vector<nlohmann::json> requests() const;
  /// Waits until a request of this operation was heard; null after 20 s.
  nlohmann::json wait_for(const std::string& op) const;
  std::size_t traces() const;

  /// Goes away, as a floor that dies, until `start`.
  void stop();
  void start();

private:
  class core;
  std::unique_ptr<core> core_;
};

}  // namespace outcry::test
