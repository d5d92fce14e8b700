#include "apps/outcryd/dead_man.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>

#include <caf/scoped_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/dead_man.hpp"
#include "adapters/firebase/heartbeat.hpp"
#include "adapters/sqlite/dead_man_file.hpp"
#include "apps/outcryd/choose.hpp"
#include "messages/paths.hpp"

namespace outcry::app {

namespace {

constexpr std::chrono::seconds farewell_timeout{10};

/// False when the journal has not taken it.
bool owe_no_countdown(open_house& at) {
  if (!at.house->has_mirror) return true;
  journal_write write;
  write.owed.push_back({paths::floor_value("deadMan"), "null"});
  bool owed = false;
  caf::scoped_actor self{at.system};
  self->request(at.journal, farewell_timeout, std::move(write))
      .receive([&](const journal_receipt&) { owed = true; },
               [&](caf::error& reason) {
                 spdlog::warn("phones may still see the dead-man's switch, which is off: {}",
                              at.system.render(reason));
               });
  return owed;
}

void forget_dead_man(open_house& at) {
  auto path = sqlite::dead_man_path(at.settings.floor.data_dir);
  if (!std::filesystem::exists(path)) return;
  sqlite::dead_man_file file(path.string());
  if (file.load() && owe_no_countdown(at)) file.forget();
}

}  // namespace

void open_dead_man(open_house& at) {
  auto hours = at.settings.dead_man.hours;
  if (hours == 0) return forget_dead_man(at);
  dead_man_services services;
  services.journal = at.journal;
  services.desk = at.desk;
  services.relay = at.relay;
  services.house = at.house;
  // Opened here: what is wrong with it is told to people instead of to a supervisor.
  services.store = std::make_shared<sqlite::dead_man_file>(
      sqlite::dead_man_path(at.settings.floor.data_dir).string());
  if (at.house->has_mirror)
    services.open_ear =
        firebase::make_heartbeat_ear(choose_mirror(at.settings, at.house, at.in_container_network));
  services.span_ms = std::llround(hours * 3'600'000);
  child_spec spec;
  spec.name = spec.kind = "dead-man";
  spec.start = [services](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn<caf::detached>(dead_man, services));
  };
  at.dead_man = caf::actor_cast<dead_man_actor>(place(at, floor_tier::bridges, std::move(spec)));
}

}  // namespace outcry::app
