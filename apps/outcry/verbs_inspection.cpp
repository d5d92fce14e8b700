#include "apps/outcry/verbs_inspection.hpp"

namespace outcry::cli {

namespace {

void add_actors(verb_list& verbs) {
  auto said = std::make_shared<actor_list_options>();
  auto* verb = verbs.add("actors", "Every actor of the floor",
                         [said](const session& at) { return actor_list(at, *said); });
  verb->add_option(
          "--sort", said->sort,
          "mailbox, wait, handled, sent, errors, refused, lost, restarts, mean, max, name, "
          "kind or state")
      ->check(CLI::IsMember({"mailbox", "wait", "handled", "sent", "errors", "refused", "lost",
                             "restarts", "mean", "max", "name", "kind", "state"}))
      ->capture_default_str();
  verb->add_option("--top", said->top, "Only so many; 0 = all");
  verb->add_flag("--all", said->all, "The floor's own, too, as sessions of this program");
}

void add_actor(verb_list& verbs) {
  auto said = std::make_shared<actor_options>();
  auto* verb = verbs.add("actor", "One actor: what it is at, what waits, what it did last",
                         [said](const session& at) { return actor(at, *said); });
  verb->add_option("name", said->name, "As `outcry actors` lists it: bot:counter-AAPL")->required();
  verb->add_flag("--state", said->state, "Ask it for its state as JSON, too");
}

void add_trace(verb_list& verbs) {
  auto said = std::make_shared<trace_options>();
  auto* verb = verbs.add("trace", "What an actor is sent, live; ends by itself",
                         [said](const session& at) { return trace(at, *said); });
  verb->add_option("name", said->name, "An actor, or a pit: pit:AAPL")->required();
  verb->add_option("--count", said->count, "End after so many messages")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  verb->add_option("--seconds", said->seconds, "End after so long")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
}

void add_tree(verb_list& verbs) {
  auto dot = std::make_shared<bool>(false);
  auto* verb = verbs.add("tree", "Who looks after whom, and who died lately",
                         [dot](const session& at) { return tree(at, *dot); });
  verb->add_flag("--dot", *dot, "For Graphviz: outcry tree --dot | dot -Tsvg > floor.svg");
}

}  // namespace

void add_inspection_verbs(verb_list& verbs) {
  add_actors(verbs);
  add_actor(verbs);
  add_trace(verbs);
  add_tree(verbs);
}

std::shared_ptr<live_options> add_live_options(CLI::App& doctor) {
  auto said = std::make_shared<live_options>();
  auto* live = doctor.add_flag("--live", said->live,
                               "Watch the running floor and say what is wrong, since when, what it "
                               "costs and what to do");
  doctor.add_option("--for", said->seconds, "Seconds to watch; with --live")
      ->needs(live)
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  return said;
}

}  // namespace outcry::cli
