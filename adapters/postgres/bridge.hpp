#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/floor/house.hpp"
#include "actors/floor/lag_meter.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/postgres/inbox.hpp"
#include "adapters/postgres/inlet.hpp"
#include "adapters/postgres/outlet.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::postgres {

struct bridge_options {
  connection_string target;
  bool contribute = true;  ///< bring what this floor has to the shared database
  bool read = true;        ///< bring others' calls and what is said of them to the desk
  /// Only what these roles have written is read; empty = anybody's.
  std::vector<std::string> contributors;
  signal_store_actor store;
  signal_desk_actor desk;  ///< may be invalid if nothing is read: then nobody tells of new rows
  house_ptr house;
  connection_limits limits;
  std::chrono::milliseconds shortest_pause{200};
  std::chrono::milliseconds longest_pause{10'000};
  std::chrono::milliseconds poll{1000};         ///< looks for owed rows at least this often
  std::chrono::milliseconds feed_poll{10'000};  ///< looks for others' rows at least this often
  std::chrono::seconds first_age{24 * 3600};    ///< as inlet_options
};

/// What became of a call, told by the desk, makes the bridge look for owed rows at once.
using bridge_interface =
    signal_watcher_actor::extend<caf::reacts_to<wake>,
                                 // "postgres.contribute" and "postgres.read"; the reason of a live
                                 // one tells what is owed to the database, and what of it waits for
                                 // the desk.
                                 caf::replies_to<get_links>::with<link_list>>;

class bridge_state;
using bridge_actor = observed_actor<bridge_interface, bridge_state>;

/// Between the store, the desk and the shared database. While the database is away nothing waits
/// for it: rows stay owed in the store, and are delivered in order once it is back.
class bridge_state {
public:
  static inline const char* name = "postgres";

  explicit bridge_state(bridge_actor* self) : self_(self) {}

  void open(bridge_options options);
  void on_timer(const wake& timer);
  /// Rows may be owed now.
  void look();
  link_list links() const;

private:
  void prepare();
  void start(const std::string& read_until);
  void start_outlet();
  void start_inlet(const std::string& read_until);
  link_options link_to(std::size_t which);
  void on_link(std::size_t which, const link_report& report);

  void take_page(const unshared_page& page);
  void on_pushed(const std::vector<row_outcome>& outcomes);
  void mark();
  void count_owed();

  void on_delivery(delivery found);
  void hand_over();
  bool passes_over(const feed_row& row);
  void to_desk(contributed_signal x);
  void to_desk(raw_message x);
  void handed_over();
  void not_handed_over(const caf::error& error);
  void keep_place();
  void later(std::uint8_t timer, std::chrono::milliseconds delay);

  bridge_actor* self_;
  bridge_options options_;
  std::shared_ptr<inbox> inbox_;
  std::string floor_id_;
  std::vector<link_status> links_;
  std::vector<bool> was_down_;

  bool pushing_ = false;
  std::optional<std::int64_t> pushing_since_ms_;  // the database has them and has not answered
  lag_meter lag_;
  bool look_again_ = false;  // something came while pushing
  mark_shared marks_;        // of the page that is being pushed
  std::int64_t owed_ = 0;

  std::deque<feed_row> waiting_;  // for the desk; the first is being asked
  std::string resume_;
  std::set<std::string> passed_over_;  // roles that were told of

  std::unique_ptr<outlet> outlet_;
  std::unique_ptr<inlet> inlet_;
};

/// The bridge to the shared database. Its links' threads are its own and end with it.
bridge_interface::behavior_type bridge(bridge_actor* self, bridge_options options);

}  // namespace outcry::postgres
