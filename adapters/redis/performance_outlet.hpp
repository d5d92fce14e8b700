#pragma once

#include <map>
#include <memory>
#include <string>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/redis/inbox.hpp"
#include "adapters/redis/link_watch.hpp"
#include "adapters/redis/publisher.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::redis {

struct performance_outlet_options {
  connection_options connection;
  link_options link;
  house_ptr house;
  std::string sender = "outcry";  ///< of every envelope
};

using performance_outlet_interface =
    performance_listener_actor::extend<caf::reacts_to<wake>,
                                       caf::replies_to<get_links>::with<link_list>>;

class performance_outlet_state;
using performance_outlet_actor =
    observed_actor<performance_outlet_interface, performance_outlet_state>;

/// What was earned, for programs on Redis: the day's figures of each ticker on
/// channels::ticker_performance, those of all on channels::performance_aggregate.
///
/// What cannot be published is not kept: only the last figures count. When the connection is back
/// each ticker's are published once more, for whoever lost it with us.
class performance_outlet_state {
public:
  static inline const char* name = "performance_outlet";

  explicit performance_outlet_state(performance_outlet_actor* self) : self_(self) {}

  void open(performance_outlet_options options);
  void on_update(const performance_update& update);
  void on_timer();
  link_list links() const { return {{link_.status(*wire_)}}; }

private:
  void on_link(const link_report& report);
  void publish(const performance_update& update);

  performance_outlet_actor* self_;
  performance_outlet_options options_;
  std::shared_ptr<inbox> inbox_;
  std::unique_ptr<publisher> wire_;
  link_watch link_{"redis.performance"};
  std::map<std::string, performance_update> last_;  ///< by ticker; of all under ""
};

/// The actor. It remembers 10,000 tickers; later ones are published and not repeated.
performance_outlet_interface::behavior_type performance_outlet(performance_outlet_actor* self,
                                                               performance_outlet_options options);

}  // namespace outcry::redis
