#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "messages/inspection.hpp"

namespace outcry::control {

/// The parts of a snapshot that are wanted, as one JSON object.
std::string to_json(const floor_snapshot& x, std::uint64_t seq, std::uint32_t parts);

/// Writes snapshots down for one reader: the first whole, the next ones as what has changed since.
/// Pure; keeps the last snapshot it was given.
class delta_writer {
public:
  explicit delta_writer(std::uint32_t parts) : parts_(parts) {}

  /// {"snapshot":{...}} or {"delta":{...}}: the item for this snapshot.
  std::string write(std::shared_ptr<const floor_snapshot> now);

  /// The reader has missed something: the next item is whole.
  void start_over() { last_ = nullptr; }

private:
  std::string delta(const floor_snapshot& now) const;

  std::uint32_t parts_;
  std::uint64_t seq_ = 0;
  std::shared_ptr<const floor_snapshot> last_;
};

}  // namespace outcry::control
