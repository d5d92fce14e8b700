#pragma once

#include <map>
#include <memory>
#include <string>

#include "actors/market/pit.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// A pit is closed when for so long nobody has asked for it and nobody has listened to it.
constexpr duration_ns pit_idle_limit_ns = 600 * ns_per_s;

/// The market's own timer beside its interface.
using market_impl = market_actor::extend<caf::reacts_to<wake>>;

class market_state;
using market_self = observed_actor<market_impl, market_state>;

/// The pits by ticker. Opened when first asked for, each under a supervisor of its own; they live
/// until nobody wants them any more and survive a crash of this actor too.
struct market_book {
  struct entry {
    std::shared_ptr<pit_book> book;
    caf::actor pit;
    timestamp_ns wanted_ns = 0;  ///< when it was last asked for or seen with a listener
  };
  std::map<std::string, entry> pits;
};

class market_state {
public:
  static inline const char* name = "market";

  explicit market_state(market_self* self) : self_(self) {}

  void open(std::shared_ptr<market_book> book, pit_neighbours neighbours, floor_actor floor,
            house_ptr house);
  pit_address find(const std::string& ticker);
  caf::result<pit_list> list();
  void on_timer();

private:
  void look_at(const std::string& ticker, const pit_status& status);
  void close_pit(const std::string& ticker);
  caf::actor open_pit(const std::shared_ptr<pit_book>& book);

  market_self* self_;
  std::shared_ptr<market_book> book_;
  pit_neighbours neighbours_;
  floor_actor floor_;
  house_ptr house_;
};

/// The market actor. Its mailbox takes 100,000 messages.
market_impl::behavior_type market(market_self* self, std::shared_ptr<market_book> book,
                                  pit_neighbours neighbours, floor_actor floor, house_ptr house);

}  // namespace outcry
