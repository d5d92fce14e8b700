#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/database.hpp"
#include "adapters/firebase/local/push_id.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/server.hpp"

namespace outcry::firebase::local {

/// The tokens that open the database. Any thread.
class token_set {
public:
  explicit token_set(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}

  bool accepts(std::string_view token) const;
  void replace(std::vector<std::string> tokens);

private:
  mutable std::mutex mutex_;
  std::vector<std::string> tokens_;
};

/// The REST and streaming surface of the Realtime Database: what Firebase answers, answered from
/// `database`. Sources: the Firebase documentation (reference/rest/database, database/rest/*).
class rest {
public:
  struct options {
    std::function<std::int64_t()> now;  ///< UNIX milliseconds
    std::function<unsigned()> random;   ///< [0, 64), for push ids
  };

  /// `data`, `tokens` and `guard` must live longer.
  rest(database& data, std::shared_ptr<const token_set> tokens, const http::gate& guard,
       options opts);

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
  std::shared_ptr<const token_set> tokens_;
  const http::gate& gate_;
  options opts_;
  push_ids push_ids_;
};

}  // namespace outcry::firebase::local
