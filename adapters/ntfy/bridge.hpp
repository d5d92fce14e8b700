#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "actors/floor/house.hpp"
#include "actors/floor/lag_meter.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/ntfy/client.hpp"
#include "messages/interfaces/notify.hpp"
#include "messages/mirror.hpp"
#include "messages/roster.hpp"
#include "messages/type_ids.hpp"

namespace outcry::ntfy {

/// A client with a thread of its own: one message at a time.
class push_thread {
public:
  using callback = std::function<void(const push_reply&)>;

  /// `done` runs on the thread.
  push_thread(client_options options, callback done);
  /// Aborts what is under way: milliseconds.
  ~push_thread();
  push_thread(const push_thread&) = delete;
  push_thread& operator=(const push_thread&) = delete;

  /// False: the last one has not ended yet.
  bool publish(push_request message);

private:
  void run(const std::stop_token& stop);

  client client_;
  callback done_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::optional<push_request> next_;
  bool busy_ = false;
  std::jthread thread_;
};

/// The port, and the thread's word that a message has ended.
using bridge_interface =
    pusher_actor::extend<caf::reacts_to<push_reply>, caf::replies_to<get_links>::with<link_list>>;

class bridge_state;
using bridge_actor = observed_actor<bridge_interface, bridge_state>;

/// The port to the phone on an ntfy server.
class bridge_state {
public:
  static inline const char* name = "ntfy";

  explicit bridge_state(bridge_actor* self) : self_(self) {}
  ~bridge_state();

  void open(client_options options, house_ptr house);
  caf::result<push_reply> publish(const push_request& message);
  void published(const push_reply& reply);
  /// As the last message found it; live before the first one.
  link_list links() const;

private:
  void note(const push_reply& reply);
  std::int64_t steady_ms() const;

  bridge_actor* self_;
  house_ptr house_;
  link_status link_;
  lag_meter lag_;
  std::optional<std::int64_t> began_ms_;  ///< the message that is under way
  std::unique_ptr<push_thread> thread_;
  std::optional<caf::typed_response_promise<push_reply>> waiting_;
};

/// The ntfy bridge. The notifier has one message on its way at a time; the mailbox takes 100.
bridge_interface::behavior_type bridge(bridge_actor* self, client_options options, house_ptr house);

}  // namespace outcry::ntfy
