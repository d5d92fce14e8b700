#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "adapters/firebase/local/value.hpp"

namespace outcry::firebase::local {

/// One place of a write and what stands there afterwards.
struct update {
  std::string name;  ///< relative to the write's place, as the client wrote it: "a/b"
  std::string place;
  std::vector<leaf> leaves;  ///< sorted; empty = removed
};

/// What one write changes. A PUT has one update, at the write's own place.
struct change {
  bool patch = false;
  std::string place;
  std::vector<update> updates;  ///< none lies within another
  std::int64_t now = 0;         ///< UNIX milliseconds: what `{".sv":"timestamp"}` became
};

/// The change that puts `value` at `place`. Throws as `flatten` does. `now`: UNIX milliseconds.
change put_at(const std::string& place, const nlohmann::json& value, std::int64_t now);

/// The change that puts the members of `body` at their paths below `place`, sorted. Throws refusal
/// (400) as `flatten` does, and if `body` is no object, has a path that is not allowed, or one that
/// is another's ancestor.
change merge_at(const std::string& place, const nlohmann::json& body, std::int64_t now);

}  // namespace outcry::firebase::local
