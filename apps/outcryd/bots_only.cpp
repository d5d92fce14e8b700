#include "apps/outcryd/bots_only.hpp"

#include <utility>

#include <fmt/format.h>

#include "adapters/redis/command_inlet.hpp"
#include "apps/outcryd/inspection.hpp"
#include "apps/outcryd/inspector.hpp"
#include "apps/outcryd/redis_rooms.hpp"

namespace outcry::app {

namespace {

std::string word_of(config::feed_source source) {
  if (source == config::feed_source::simulated) return "simulated";
  return source == config::feed_source::replay ? "replay" : "redis";
}

void open_inlet(open_house& at) {
  redis::command_inlet_options options;
  options.connection = choose_redis(at.settings);
  options.journal = at.journal;
  options.roster = at.roster;
  options.house = at.house;
  options.container = at.settings.floor.name;
  for (const auto& [id, identity] : at.book->bots)
    options.bots.push_back(
        {identity, caf::actor_cast<redis::lent_actor>(at.book->addresses.at(id))});
  child_spec spec;
  spec.name = "inlet";
  spec.kind = "redis";
  spec.start = [options](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(redis::command_inlet, options));
  };
  at.links["redis.commands"] = place(at, floor_tier::bridges, std::move(spec));
  at.desk = caf::actor_cast<command_desk_actor>(at.links["redis.commands"]);
}

}  // namespace

std::vector<std::string> why_not_bots_only(const config::config& settings) {
  std::vector<std::string> result;
  auto expect = [&](const char* key, const std::string& expected, const std::string& found,
                    const char* why) {
    result.push_back(fmt::format("{}: expected {} with --bots-only, found \"{}\": {}", key,
                                 expected, found, why));
  };
  if (settings.redis.url.empty())
    expect("redis.url", "the main floor's Redis", "", "prices and commands come from there");
  if (settings.feed.source != config::feed_source::redis)
    expect("feed.source", "\"redis\"", word_of(settings.feed.source),
           "the main floor publishes the prices");
  if (!settings.firebase.url.empty())
    expect("firebase.url", "\"\"", settings.firebase.url, "the main floor speaks to Firebase");
  if (settings.bots.empty())
    result.emplace_back("bots: expected at least one [[bots]] with --bots-only, found none");
  for (std::size_t i = 0; i < settings.bots.size(); ++i)
    if (trades(settings.bots[i]))
      result.push_back(fmt::format(
          "bots[{}].strategy: expected a strategy that does not trade with --bots-only, found "
          "\"{}\": orders go through the main floor's order desk, host {} there",
          i, settings.bots[i].strategy, settings.bots[i].id));
  return result;
}

void open_bots_only(open_house& at) {
  open_stores(at);
  open_roster(at);
  open_market(at);
  open_bots(at, std::string(redis::unbriefed));
  open_inlet(at);
  open_inspector(at);
  open_inspection(at);
  open_socket(at);
  await_bots(at);
}

}  // namespace outcry::app
