#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <caf/typed_actor.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/discord/client.hpp"
#include "adapters/discord/letterbox.hpp"
#include "adapters/discord/raw.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/interfaces/wake.hpp"
#include "messages/mirror.hpp"
#include "messages/roster.hpp"

namespace outcry::discord {

/// What the bridge needs of the signal desk and of the signal store.
using message_reader_actor = caf::typed_actor<caf::replies_to<raw_message>::with<desk_verdict>>;
using cursor_store_actor = caf::typed_actor<caf::replies_to<save_cursor>::with<cursor_value>,
                                            caf::replies_to<get_cursor>::with<cursor_value>>;

struct bridge_options {
  /// The token and where the identify file lies; its channels and `fetch_roles` follow from the
  /// rules.
  client_options client;
  std::vector<channel_rule> channels;
  message_reader_actor desk;
  cursor_store_actor store;
  house_ptr house;
  std::chrono::milliseconds retry_pause{1000};
  std::chrono::milliseconds answer_timeout{30'000};  ///< of desk and store
  int max_tries = 10;  ///< of a message that the desk answers with an error of its own
  std::size_t max_waiting = 20'000;  ///< messages; beyond it they are fetched again later
};

using bridge_interface =
    caf::typed_actor<caf::reacts_to<wake>, caf::replies_to<get_links>::with<link_list>>;

class bridge_state;
using bridge_actor = observed_actor<bridge_interface, bridge_state>;

/// The Discord scraper: hands every message, edit and deletion of the followed channels and their
/// threads to the signal desk, with the channel's rule applied; our own posts are left out.
///
/// A channel's messages go to the desk one at a time: the next when the desk has stored the last.
/// How far each channel and thread has been read is kept in the store under
/// "discord:<channel or thread>", after the desk's answer; from there a restart goes on. A thread
/// of which nothing was ever stored goes on from where its channel was first followed, which is
/// kept under "discord:<channel>:threads" before anything else of that channel. So each message
/// reaches the desk at least once, in order; what comes twice the desk knows by its id and edit. A
/// desk that is away is waited for.
class bridge_state {
public:
  static inline const char* name = "discord";

  explicit bridge_state(bridge_actor* self) : self_(self) {}

  void open(bridge_options options);
  void on_wake(const wake& timer);
  link_list links() const;

private:
  enum timers : std::uint8_t { load_timer = 1, deliver_timer = 2, save_timer = 3 };
  struct lane {
    std::deque<letter> waiting;
    bool under_way = false;
    int failures = 0;
  };

  void load_cursors();
  void load_cursor(const std::string& key, std::map<snowflake, snowflake>& into, snowflake channel);
  void connect();
  client_events events();
  void empty_letterbox();
  void note_state(const state_report& report);
  void deliver(snowflake which);
  void delivered(snowflake which);
  void failed(snowflake which, const caf::error& reason);
  void began(snowflake channel, snowflake cursor);
  void advance(snowflake place, snowflake cursor);
  void save_cursors();
  void later(std::uint8_t timer);

  bridge_actor* self_;
  bridge_options options_;
  std::map<snowflake, channel_rule> rules_;
  std::map<snowflake, snowflake> cursors_;
  std::map<snowflake, snowflake> beginnings_;  ///< of channels: where their threads begin
  std::set<std::string> unknown_;              ///< cursors that the store has not told yet
  std::set<snowflake> unsaved_;
  std::set<snowflake> unsaved_beginnings_;
  bool saving_ = false;
  bool load_planned_ = false;
  bool save_planned_ = false;
  std::map<snowflake, lane> lanes_;
  std::set<snowflake> retries_;
  bool retry_planned_ = false;
  std::size_t waiting_ = 0;
  bool overflowed_ = false;
  link_status link_;
  std::shared_ptr<letterbox> letters_;
  std::unique_ptr<client> client_;
};

/// The actor; it is named "discord".
bridge_interface::behavior_type bridge(bridge_actor* self, bridge_options options);

}  // namespace outcry::discord
