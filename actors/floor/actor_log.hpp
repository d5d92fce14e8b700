#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace outcry {

/// What each actor logged last, kept beside the program's own log, and from what level on. A line
/// belongs to the actor whose handler wrote it; what threads outside of actors write is not kept.
/// Thread-safe.
class actor_log {
public:
  /// Listens to the default logger as it is now; call it once, before other threads log. What the
  /// logger printed until now it goes on printing, whatever level an actor is given here.
  actor_log();
  ~actor_log();
  actor_log(const actor_log&) = delete;
  actor_log& operator=(const actor_log&) = delete;

  /// Keeps lines of that actor from that level on: trace, debug, info, warning, error, off, or
  /// default, which is what the program logs. False: no such level, or levels were set for so many
  /// that there is no room for another (1000).
  bool set_level(const std::string& name, const std::string& level);

  /// Its last lines, oldest first, at most a hundred, each cut at 500 bytes. Of the actors that
  /// logged, the last thousand are remembered.
  std::vector<std::string> lines(const std::string& name) const;

private:
  class sink;
  std::shared_ptr<sink> sink_;
};

}  // namespace outcry
