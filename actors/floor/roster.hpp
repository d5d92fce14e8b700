#pragma once

#include <map>
#include <memory>
#include <string>

#include "actors/floor/observed.hpp"
#include "messages/interfaces/floor.hpp"

namespace outcry {

class roster_state;
using roster_self = observed_actor<roster_actor, roster_state>;

/// Every actor and bot of the floor: who, in what state, since when.
class roster_state {
public:
  static inline const char* name = "roster";

  explicit roster_state(roster_self* self) : self_(self) {}

  void note(const bot_status& status) { bots_[status.identity.id] = status; }
  void forget(const unregister_bot& gone) { bots_.erase(gone.bot_id); }
  actor_list actors() const;
  bot_list bots() const;

private:
  roster_self* self_;
  std::map<std::string, bot_status> bots_;
};

/// The roster. Its mailbox takes 100,000 messages: bots report changes only, once each.
roster_actor::behavior_type roster(roster_self* self);

}  // namespace outcry
