#pragma once

#include <cstdint>
#include <optional>

#include "actors/notify/notice.hpp"

namespace outcry {

/// A state that is trouble once it lasts: a lost connection, stale prices. Short ones are nobody's
/// news.
class trouble_watch {
public:
  explicit trouble_watch(std::int64_t grace_ms) : grace_ms_(grace_ms) {}

  /// `trouble`: what is the matter now, nothing = all is well. Said when it has lasted, and again
  /// when its text has changed; `back` is said when what was said is over.
  void look(const std::optional<notice>& trouble, const notice& back, std::int64_t now_ms,
            news& to);

private:
  std::int64_t grace_ms_;
  std::optional<std::int64_t> since_ms_;
  std::optional<notice> said_;
};

}  // namespace outcry
