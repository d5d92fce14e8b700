#include "apps/outcryd/inspector.hpp"

#include <memory>
#include <utility>

#include <caf/actor_cast.hpp>

#include "actors/floor/inspector.hpp"
#include "adapters/control/action_log.hpp"
#include "apps/outcryd/version.hpp"

namespace outcry::app {

void open_inspector(open_house& at) {
  inspector_options options;
  options.floor_name = at.settings.floor.name;
  options.version = version;
  options.house = at.house;
  options.people.roster = at.roster;
  options.people.desk = at.desk;
  options.people.market = at.market;
  options.people.relay = at.relay;
  options.people.dead_man = at.dead_man;
  options.people.links = at.links;
  if (at.feed) options.people.links["feed"] = caf::actor_cast<caf::actor>(at.feed);
  // The disk, as those know it who write to it.
  options.people.links["journal"] = caf::actor_cast<caf::actor>(at.journal);
  options.people.links["history"] = caf::actor_cast<caf::actor>(at.history);
  options.people.links["signal_store"] = caf::actor_cast<caf::actor>(at.signal_store);
  auto log = std::make_shared<control::action_log>(at.settings.floor.data_dir / "actions.log");
  options.log = at.log;
  options.note = [log](const action_record& x) { log->write(to_json(x)); };
  child_spec spec;
  spec.name = "inspector";
  spec.kind = "inspector";
  // A thread of its own: on a large floor a look takes milliseconds, and a prices' worker has none.
  spec.start = [options = std::move(options)](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn<caf::detached>(inspector, options));
  };
  at.inspector = caf::actor_cast<inspector_actor>(place(at, floor_tier::bridges, std::move(spec)));
}

}  // namespace outcry::app
