#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <caf/error.hpp>

#include "adapters/control/server.hpp"
#include "messages/error.hpp"

namespace outcry::control {

/// The answer to one request of one client. Ends exactly once: a reply that is thrown away
/// without an end ends with an error, so that no client waits for nothing.
class reply {
public:
  reply(std::shared_ptr<server> to, connection_id connection, std::uint64_t request);
  ~reply();
  reply(const reply&) = delete;
  reply& operator=(const reply&) = delete;

  /// One item that must arrive; JSON.
  void item(std::string_view json);

  /// One item of a live stream, which may give way when the client is slow; JSON.
  void streamed(std::string_view json);

  /// So many items of a stream were left out here.
  void dropped(std::uint64_t count);

  /// How many bytes of answers the client has not read yet.
  std::size_t unread() const { return to_->waiting(connection_); }

  /// The end; `more` is empty or further members: `"final":false`.
  void end(std::string_view more = {});

  /// The end, as an error.
  void error(std::string_view code, std::string_view reason);

  /// The same for what an actor answered, or did not answer in time.
  void error(const caf::error& why, std::string_view whom);

private:
  void finish(std::string line);

  std::shared_ptr<server> to_;
  connection_id connection_;
  std::uint64_t request_;
  bool ended_ = false;
};

using reply_ptr = std::shared_ptr<reply>;

}  // namespace outcry::control
