#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/behavior.hpp>
#include <caf/duration.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/floor/observed.hpp"
#include "actors/phone/actor_table.hpp"
#include "messages/floor_view.hpp"
#include "messages/interfaces/operator.hpp"

namespace outcry {

struct actor_mirror_options {
  /// Asks the floor for a view by requests of the actor that is given, each with a finite limit;
  /// then calls the sink, or throws it away.
  std::function<void(caf::event_based_actor&, floor_view_sink)> ask;
  mirror_actor mirror;
  std::chrono::milliseconds interval{10'000};           ///< between two views
  std::chrono::milliseconds retry{1'000};               ///< after a write that was not stored
  caf::duration write_limit{std::chrono::seconds(60)};  ///< for the mirror's answer
};

class actor_mirror_state;
using actor_mirror_self = caf::stateful_actor<actor_mirror_state, observed<caf::event_based_actor>>;

/// Tells phones of the actors. One view and one write at a time, on a lane of its own: it
/// holds up nothing that is owed. When Firebase is away nothing is kept but that everything has to
/// be told again.
class actor_mirror_state {
public:
  static inline const char* name = "actor_mirror";

  explicit actor_mirror_state(actor_mirror_self* self) : self_(self) {}

  void open(actor_mirror_options options);
  void on_timer();

private:
  void on_view(const floor_view_answer& answer);
  void written(const mirror_reply& reply);
  void again_in(std::chrono::milliseconds pause);

  actor_mirror_self* self_;
  actor_mirror_options options_;
  actor_table table_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

/// The actor. It hears nothing but its own timer.
caf::behavior actor_mirror(actor_mirror_self* self, actor_mirror_options options);

}  // namespace outcry
