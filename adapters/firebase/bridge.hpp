#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/firebase/patch_writer.hpp"
#include "adapters/firebase/stream.hpp"
#include "messages/interfaces/operator.hpp"

namespace outcry::firebase {

struct bridge_options {
  database_url url;
  std::shared_ptr<credentials> identity;
  client_options client;
  std::chrono::milliseconds stall_timeout{60000};
  house_ptr house;
};

/// The port, and the writers' word that a patch has ended.
using bridge_interface = mirror_actor::extend<caf::reacts_to<std::uint64_t, mirror_reply>>;

class bridge_state;
using bridge_actor = observed_actor<bridge_interface, bridge_state>;

/// The operator messages in one event of a stream of messages: the value of a put at "/" or
/// "/<key>", or of a patch at "/"; several in the order in which they were written. Deeper changes
/// are somebody's edit of a message, which our rules forbid, and carry no whole message: none.
std::vector<mirrored_message> messages_in(const stream_event& event);

/// The mirror port on a Realtime Database: a connection to write on for each lane, and two streams
/// that hear operator messages: those with state "sent" and those that have no state, which count
/// as sent. Each has a thread of its own.
class bridge_state {
public:
  static inline const char* name = "firebase";

  explicit bridge_state(bridge_actor* self) : self_(self) {}
  ~bridge_state();

  void open(bridge_options options);
  /// Opens the streams for a listener. Asked again by the one that listens already, it does
  /// nothing, unless Firebase has cancelled one (the rules may allow it by now) or all is wanted
  /// again.
  void listen(const listen_to_mirror& request);
  caf::result<mirror_reply> write(const mirror_patch& patch);
  void written(std::uint64_t ticket, const mirror_reply& reply);
  link_list links() const;

private:
  void note_write(mirror_lane lane, const mirror_reply& reply);
  std::unique_ptr<patch_writer> make_writer();

  /// One stream of operator messages.
  struct ear {
    std::unique_ptr<stream> hears;
    std::shared_ptr<std::atomic<bool>> cancelled;  ///< set by the stream's thread, at its end
  };
  ear open_ear(const std::string& link_name, std::string state_json) const;

  bridge_actor* self_;
  bridge_options options_;
  relay_actor listener_;
  std::array<std::unique_ptr<patch_writer>, mirror_lanes> writers_;
  std::array<link_status, mirror_lanes> writer_links_;
  ear sent_;
  ear unmarked_;
  std::map<std::uint64_t, std::pair<mirror_lane, caf::typed_response_promise<mirror_reply>>>
      waiting_;
  std::uint64_t last_ticket_ = 0;
};

/// The Firebase bridge. Each lane has at most one write on its way, so that the bridge's
/// mailbox stays short; it takes 1000 messages.
bridge_interface::behavior_type bridge(bridge_actor* self, bridge_options options);

}  // namespace outcry::firebase
