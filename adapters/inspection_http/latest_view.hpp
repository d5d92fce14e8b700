#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "adapters/inspection_http/view_source.hpp"

namespace outcry::inspection_http {

/// Stands before a source so that many who ask cost the floor no more than one: while a view is
/// being made others wait for the same one, and one that is fresh is given out again. Any thread.
class latest_view {
public:
  struct options {
    std::chrono::milliseconds fresh{200};  ///< for so long a view is given out again
    std::size_t most_waiting = 64;         ///< who may wait for one at a time
    std::function<std::int64_t()> now_ms;  ///< a clock that is never set; empty = the steady one
  };

  latest_view(view_source source, options opts);

  /// Calls `to` with the view, on this thread or the source's. Returns false, and does not keep
  /// `to`, if too many wait. Also calls it when the source has thrown the question away.
  bool ask(view_sink to);

private:
  struct shelf;
  std::shared_ptr<shelf> shelf_;
};

}  // namespace outcry::inspection_http
