#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/server.hpp"
#include "adapters/signal_api/refusal.hpp"

namespace outcry::signal_api {

/// A place among few: given back when the last copy goes.
using slot = std::shared_ptr<const void>;

/// Counts places under names. Any thread.
class slots {
public:
  /// Nothing if `most` are taken under that name.
  slot take(const std::string& name, std::size_t most);

private:
  struct counts {
    std::mutex mutex;
    std::map<std::string, std::size_t> taken;
  };
  std::shared_ptr<counts> counts_ = std::make_shared<counts>();
};

/// The answer to one request. Ends exactly once: a reply that is thrown away unanswered, because
/// whoever was to answer has ended, becomes a 503. One thread at a time.
class reply {
public:
  reply(http::responder to, std::vector<http::header> headers);
  ~reply();
  reply(const reply&) = delete;
  reply& operator=(const reply&) = delete;

  void json(int status, std::string body);
  void refuse(const refusal& why);

  /// Begins server-sent events.
  http::stream_writer stream();

  /// Holds a place until the reply has gone.
  void hold(slot place) { place_ = std::move(place); }

private:
  http::responder to_;
  std::vector<http::header> headers_;
  slot place_;
  bool ended_ = false;
};

using reply_ptr = std::shared_ptr<reply>;

}  // namespace outcry::signal_api
