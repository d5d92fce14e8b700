#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/firebase/local/database.hpp"
#include "adapters/firebase/local/wire/outgoing.hpp"
#include "adapters/firebase/local/wire/session.hpp"

namespace outcry::firebase::local::wire {

/// The side of a session that faces the client: one transport, or two while a long-poll is being
/// upgraded to a WebSocket. Answers control messages at once, and hands requests to the database's
/// thread. Source: Connection in the Firebase SDK, Apache 2.0 package @firebase/database.
class connection : public outgoing, public std::enable_shared_from_this<connection> {
public:
  struct options {
    std::string id;    ///< names the session; a secret of the client's
    std::string host;  ///< where the client shall connect the next time
    std::string peer;  ///< the client's address
    /// Bytes that the requests of one client may take while they wait; above this the client is
    /// cut off. A single request may be larger.
    std::size_t max_waiting = 64u << 20;
  };

  /// `data` and `guard` must live longer.
  connection(database& data, const gatekeeper& guard, options opts)
      : database_(data), guard_(guard), opts_(std::move(opts)) {}

  /// Begins on `transport`, with the server's greeting.
  void start(std::shared_ptr<outgoing> transport);

  /// Offers `transport` to the client as the better one.
  void upgrade(std::shared_ptr<outgoing> transport);

  // Of whoever runs a transport, on one thread at a time:

  /// A whole message came on `transport`.
  void receive(const outgoing* transport, const std::string& message);

  /// A message came that is larger than allowed; this is its beginning.
  void receive_too_large(const outgoing* transport, const std::string& beginning);

  /// What came is not the protocol.
  void refuse_protocol();

  /// `transport` has ended.
  void lost(const outgoing* transport);

  /// Looks again at the client's credential. On the database's thread.
  void recheck(tree& in);

  // As outgoing: to the client, on whatever transport it uses.
  void send(const std::string& message) override;
  void close() override;
  void trust() override;
  bool open() const override { return open_; }

  /// The client has signed in.
  bool trusted() const;

  const std::string& id() const { return opts_.id; }
  const std::string& peer() const { return opts_.peer; }

private:
  void control(const outgoing* transport, const std::string& type);
  void serve(request asked);
  void leave();

  database& database_;
  const gatekeeper& guard_;
  const options opts_;
  std::shared_ptr<session> session_;
  std::atomic<bool> open_ = true;
  std::atomic<std::size_t> waiting_ = 0;

  mutable std::mutex mutex_;
  std::shared_ptr<outgoing> primary_;
  std::shared_ptr<outgoing> secondary_;
  bool left_ = false;
  bool trusted_ = false;
};

}  // namespace outcry::firebase::local::wire
