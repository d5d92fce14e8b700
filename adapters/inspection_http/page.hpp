#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/http/gate.hpp"
#include "adapters/http/message.hpp"
#include "adapters/inspection_http/doorkeeper.hpp"
#include "adapters/inspection_http/latest_view.hpp"

namespace outcry::inspection_http {

/// What can be asked of the floor over HTTP, read-only:
///
///     GET /healthz   {"status":"ok"} while the floor answers, else 503; asks for no passcode
///     GET /metrics   the exposition format of Prometheus, version 0.0.4
///     GET /snapshot  all parts; /floor /actors /pits /links /messages /graves: one of them
///     GET /verdict   {"level","headline","lines"}
///
/// Refused before anything else (403): a Host that is none of ours, which stops a page that points
/// a name of its own at this machine, and whatever a browser says comes from a page of another
/// origin. Then the doorkeeper decides (401, 429). No answer may be kept, framed or read by pages
/// of others.
class page {
public:
  using sink = std::function<void(http::response)>;

  /// `door` must live longer.
  page(http::gate::options guard, view_source source, latest_view::options views, doorkeeper& door);

  /// Calls `to` once. Any thread; never blocks.
  void serve(const http::request& asked, sink to);

private:
  const http::gate gate_;
  const std::shared_ptr<latest_view> views_;
  doorkeeper& door_;
};

}  // namespace outcry::inspection_http
