#include "actors/floor/roster.hpp"

namespace outcry {

actor_list roster_state::actors() const {
  auto board = board_of(self_->system());
  return board ? actor_list{board->list()} : actor_list{};
}

bot_list roster_state::bots() const {
  bot_list result;
  result.bots.reserve(bots_.size());
  for (const auto& [id, status] : bots_) result.bots.push_back(status);
  return result;
}

roster_actor::behavior_type roster(roster_self* self) {
  self->observe({"roster", "roster", 100'000});
  return {
      // A bot's new state.
      [self](const bot_status& status) { self->state.note(status); },
      // A bot has left.
      [self](const unregister_bot& gone) { self->state.forget(gone); },
      // Every actor.
      [self](const list_actors&) { return self->state.actors(); },
      // Every bot.
      [self](const list_bots&) { return self->state.bots(); },
  };
}

}  // namespace outcry
