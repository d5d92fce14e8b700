#pragma once

#include <map>
#include <memory>
#include <string>

#include "actors/market/pit.hpp"
#include "messages/interfaces/floor.hpp"

namespace outcry {

class market_state;
using market_self = observed_actor<market_actor, market_state>;

/// The pits by ticker. Opened when first asked for, each under a supervisor of its own; they live
/// as long as the floor and survive a crash of this actor too.
struct market_book {
  struct entry {
    std::shared_ptr<pit_book> book;
    caf::actor pit;
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

private:
  caf::actor open_pit(const std::shared_ptr<pit_book>& book);

  market_self* self_;
  std::shared_ptr<market_book> book_;
  pit_neighbours neighbours_;
  floor_actor floor_;
  house_ptr house_;
};

/// The market actor. Its mailbox takes 100,000 messages.
market_actor::behavior_type market(market_self* self, std::shared_ptr<market_book> book,
                                   pit_neighbours neighbours, floor_actor floor, house_ptr house);

}  // namespace outcry
