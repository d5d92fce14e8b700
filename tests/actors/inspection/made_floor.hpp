#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "actors/inspection/rule.hpp"

namespace outcry::test {

/// A floor as a test makes it up, looked at again and again by one rule. Its clock and the steady
/// one go by hand.
class made_floor {
public:
  static constexpr std::int64_t opened_ms = 1'700'000'000'000;

  made_floor() {
    now.at_ms = opened_ms + 3'600'000;
    now.floor.started_ms = opened_ms;
    now.floor.halt = "none";
  }

  inspection::actor_row& actor(const std::string& name, const std::string& kind = "bot") {
    auto [found, fresh] = now.actors.try_emplace(name);
    auto& x = found->second;
    if (fresh) {
      x.name = name;
      x.kind = kind;
      x.state = "running";
      x.since_ms = x.started_ms = opened_ms;
    }
    return x;
  }

  inspection::pit_row& pit(const std::string& ticker, const std::string& state,
                           std::int64_t for_ms = 0) {
    auto& x = now.pits[ticker];
    x.ticker = ticker;
    x.state = state;
    x.since_ns = (now.at_ms - for_ms) * 1'000'000;
    x.age_ms = for_ms;
    x.price = state == "waiting" ? "" : "1";
    x.subscribers = 2;
    return x;
  }

  inspection::link_row& link(const std::string& name, const std::string& state,
                             std::int64_t for_ms = 3'000'000) {
    auto& x = now.links[name];
    x.name = name;
    x.state = state;
    x.since_ms = now.at_ms - for_ms;
    return x;
  }

  void bury(const std::string& name, std::int64_t ago_ms, const std::string& reason = "threw") {
    now.graves.push_back({name, "bot", reason, now.at_ms - ago_ms, 1000});
  }

  /// Both clocks go on.
  made_floor& pass(std::int64_t ms) {
    now.at_ms += ms;
    heard_ms += ms;
    return *this;
  }

  /// What the rule says of the floor as it is.
  inspection::verdict_lines look(inspection::rule& by, inspection::verdict_lines said = {}) {
    time.note(now.at_ms, heard_ms);
    inspection::findings found(said.begin(), said.end());
    const auto rows = rows_of(now);
    by.judge({rows, time, heard_ms}, found);
    said.clear();
    for (auto& x : found) said.push_back(std::move(x).in_words());
    return said;
  }

  /// The floor looked at every second for so long, `each` changing it before each look; what is
  /// said last.
  template <class Each>
  inspection::verdict_lines watch(inspection::rule& by, int seconds, Each&& each) {
    inspection::verdict_lines said;
    for (int i = 0; i < seconds; ++i) {
      pass(1000);
      each();
      said = look(by);
    }
    return said;
  }

  inspection::floor_snapshot now;
  inspection::time_keeper time;
  std::int64_t heard_ms = 5000;
};

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace outcry::test
