#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/firebase/auth/identity.hpp"
#include "adapters/firebase/local/gatekeeper.hpp"
#include "adapters/firebase/local/hub.hpp"
#include "adapters/firebase/local/tree.hpp"
#include "adapters/firebase/local/wire/message.hpp"
#include "adapters/firebase/local/wire/on_disconnect.hpp"
#include "adapters/firebase/local/wire/outgoing.hpp"

namespace outcry::firebase::local::wire {

/// One client of the wire protocol, version 5: who it is, what it listens to, what it leaves to be
/// written when it goes. Answers and events leave through the tree's outbox, in one order. On the
/// database's thread, except for the constructor. Source: PersistentConnection in the Firebase SDK,
/// Apache 2.0 package @firebase/database.
class session : public event_sink, public std::enable_shared_from_this<session> {
public:
  static constexpr std::size_t most_listens = 4096;

  /// `guard` must live longer.
  /// `peer` is the client's address.
  session(std::shared_ptr<outgoing> to, const gatekeeper& guard, std::string peer = {})
      : to_(std::move(to)), guard_(guard), peer_(std::move(peer)) {}

  /// Serves one request. What cannot be done is answered with the reason.
  void serve(request asked, tree& in);

  /// The client has gone: what it left to be written is written, if it may be still.
  void leave(tree& in);

  /// Looks again whether the credential is good; if it is not the client is told ("ac"). Listens
  /// that are not allowed any more end ("c").
  void recheck(tree& in);

  // As an event_sink: of its own listeners.
  void send(std::string_view event, const std::string& message) override;
  void end() override { to_->close(); }
  bool open() const override { return to_->open(); }
  bool allowed() const override { return true; }
  bool may_read(const std::string&, store&) const override { return true; }

private:
  /// A place and the client's tag for the query there; 0 without a query.
  using listen_key = std::pair<std::string, std::int64_t>;
  struct listen {
    std::weak_ptr<hub::listener> by;  ///< the hub's, which holds this session
    nlohmann::json query;             ///< as the client sent it; null without one
  };

  [[noreturn]] void deny(refusals what) const;
  void dispatch(request& asked, tree& in);
  void authenticate(const request& asked, tree& in);
  /// Puts the override of an administrator in force.
  void act_as();
  void add_listen(request& asked, tree& in);
  void remove_listen(const request& asked, tree& in);
  void get(const request& asked, tree& in);
  void write(const request& asked, bool merge, tree& in);
  void write_later(request& asked, tree& in);

  /// Ends the listens that are not allowed any more.
  void revoke(tree& in);
  void say(tree& in, std::string message);
  void ok(const request& asked, tree& in, std::string_view data = "\"\"");

  const std::shared_ptr<outgoing> to_;
  const gatekeeper& guard_;
  const std::string peer_;
  auth::identity who_;
  std::string credential_;
  nlohmann::json override_;  ///< an administrator's wish to be somebody else; "noauth" = nobody
  std::map<listen_key, listen> listens_;
  on_disconnect later_;
};

}  // namespace outcry::firebase::local::wire
