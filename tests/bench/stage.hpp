#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/bots/ticker_bot.hpp"
#include "actors/floor/floor.hpp"
#include "actors/floor/supervisor.hpp"
#include "actors/operator/command_desk.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/operator.hpp"

namespace outcry::bench {

/// The scheduler settings of outcryd.
struct stage_config : floor_system_config {
  stage_config();
};

/// A journal that knows nothing, stores nothing and answers at once.
journal_actor::behavior_type fake_journal();

/// A mirror that says "stored" at once.
mirror_actor::behavior_type fake_mirror();

/// A floor on real threads and time, furnished by the benchmark: everybody placed on it is
/// supervised and ended in the floor's order when the stage ends.
class stage {
public:
  stage();
  ~stage();
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  caf::actor_system& system() { return system_; }
  const house_ptr& the_house() const { return house_; }
  const floor_actor& root() const { return root_; }

  /// Starts `function(self, arguments...)` under a supervisor. Throws std::runtime_error.
  template <class Handle = caf::actor, class Function, class... Arguments>
  Handle place(floor_tier tier, const std::string& name, Function function,
               Arguments... arguments) {
    child_spec spec;
    spec.name = name;
    spec.kind = name.substr(0, name.find(':'));
    spec.start = [function, arguments...](caf::actor_system& system) {
      return caf::actor_cast<caf::actor>(system.spawn(function, arguments...));
    };
    return caf::actor_cast<Handle>(adopt(tier, std::move(spec)));
  }

  /// Starts one more counter bot.
  caf::actor place_bot(const bot_identity& identity,
                       const std::shared_ptr<const bot_services>& services);

  /// Waits until every bot placed so far listens to its pit. Throws std::runtime_error.
  void await_bots();

private:
  caf::actor adopt(floor_tier tier, child_spec spec);

  stage_config config_;
  caf::actor_system system_{config_};
  house_ptr house_ = std::make_shared<house>();
  floor_actor root_;
  std::vector<caf::actor> bots_;
};

/// The n-th of many counter bots, spread over `tickers` tickers: "counter-T3-00017".
bot_identity numbered_bot(std::size_t n, std::size_t tickers);

}  // namespace outcry::bench
