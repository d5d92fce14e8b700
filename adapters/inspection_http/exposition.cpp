#include "adapters/inspection_http/exposition.hpp"

#include <map>

namespace outcry::inspection_http {

void add_floor(family_book& to, const nlohmann::json& snapshot, const nlohmann::json& verdict) {
  const auto& floor = part_in(snapshot, "floor");
  if (floor.is_object())
    to.gauge("outcry_floor_info", "Always 1; says which floor and version this is.",
             {{"floor", text_in(floor, "name")}, {"version", text_in(floor, "version")}}, 1);
  to.gauge("outcry_snapshot_timestamp_seconds", "When the floor looked at itself for this.", {},
           seconds_of_ms(number_in(snapshot, "at_ms")));
  to.gauge("process_start_time_seconds", "When the floor was started.", {},
           seconds_of_ms(number_in(floor, "started_ms")));
  to.gauge("process_resident_memory_bytes", "Memory of the whole process.", {},
           number_in(floor, "rss_bytes"));
  to.state("outcry_halt", "1 for how the floor is halted.", {}, "halt",
           {"none", "stopped", "killed"}, text_in(floor, "halt"));
  to.counter("outcry_handled_messages_total", "Messages handled by all actors.", {},
             number_in(floor, "handled"));
  to.counter("outcry_dead_letters_total", "Messages to actors that were gone.", {},
             number_in(floor, "dead_letters"));
  for (const auto& [state, count] : part_in(floor, "bots").items())
    if (count.is_number())
      to.gauge("outcry_bots", "Bots by what they do.", {{"state", state}}, count.get<double>());
  to.gauge("outcry_dead_man_fires_timestamp_seconds",
           "When the dead-man's switch stops all bots unless the operator is heard before.", {},
           seconds_of_ms(number_in(part_in(floor, "dead_man"), "firesAt")));
  to.state("outcry_verdict", "1 for the floor's verdict on itself.", {}, "level",
           {"ok", "warn", "bad"}, text_in(verdict, "level"));
  std::map<std::string, double> broken;
  for (const auto& line : part_in(verdict, "lines")) ++broken[text_in(line, "rule")];
  for (const auto& [rule, count] : broken)
    to.gauge("outcry_verdict_lines", "What the verdict complains about, by rule.", {{"rule", rule}},
             count);
}

std::string exposition(const nlohmann::json& snapshot, const nlohmann::json& verdict,
                       std::size_t most_actors) {
  family_book book;
  add_floor(book, snapshot, verdict);
  add_actors(book, snapshot, most_actors);
  add_surroundings(book, snapshot);
  return book.text();
}

}  // namespace outcry::inspection_http
