#pragma once

#include <cstdint>
#include <functional>

#include "adapters/firebase/local/database.hpp"
#include "adapters/firebase/local/gatekeeper.hpp"
#include "adapters/firebase/local/push_id.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/server.hpp"

namespace outcry::firebase::local {

/// The REST and streaming surface of the Realtime Database: what Firebase answers, answered from
/// `database`. Sources: the Firebase documentation (reference/rest/database, database/rest/*).
class rest {
public:
  struct options {
    std::function<unsigned()> random;  ///< [0, 64), for push ids
  };

  /// `data`, `guard` and `door` must live longer. `door` tells which pages may ask at all, `guard`
  /// what is open to whom.
  rest(database& data, const gatekeeper& guard, const http::gate& door, options opts);

  /// Serves one request; on the HTTP server's thread.
  void serve(http::request asked, const http::responder& answer);

private:
  struct call;

  void route(call& one);
  void get(call& one);
  void stream(call& one);
  void put(call& one, bool remove);
  void patch(call& one);
  void post(call& one);
  void write(call& one, write_request made);

  database& database_;
  const gatekeeper& guard_;
  const http::gate& gate_;
  push_ids push_ids_;
};

}  // namespace outcry::firebase::local
