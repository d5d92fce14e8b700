#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "actors/operator/dead_man_switch.hpp"

namespace outcry {

/// Where the dead-man's switch keeps its record. Used by one thread at a time. Members throw
/// std::runtime_error when the disk does not answer; nothing has changed then.
class dead_man_store {
public:
  virtual ~dead_man_store() = default;

  /// Nothing when none was saved, or it was forgotten.
  virtual std::optional<dead_man_record> load() = 0;

  /// On disk when it returns.
  virtual void save(const dead_man_record& record) = 0;

  virtual void forget() = 0;
};

/// Hears the operator's heartbeat in the mirror until it is destroyed.
class heartbeat_ear {
public:
  virtual ~heartbeat_ear() = default;

  /// True when the mirror will tell nothing more; another ear may hear again later.
  virtual bool is_deaf() const = 0;
};

/// Opens an ear. `on_beat` is called on another thread with every heartbeat that the mirror tells,
/// old ones included.
using open_ear_function =
    std::function<std::unique_ptr<heartbeat_ear>(std::function<void(std::int64_t)> on_beat)>;

}  // namespace outcry
