#include "apps/outcry/verbs_signal_lists.hpp"

#include <memory>
#include <string>

#include "apps/outcry/signal_lists.hpp"

namespace outcry::cli {

namespace {

void add_list(verb_list& verbs, CLI::App& group) {
  auto what = std::make_shared<signal_list_options>();
  auto* list = verbs.add_under(
      group, "list", "Calls, newest first",
      [what](const session& at) { return signals_list(at, *what); }, true);
  list->add_option("--source", what->source, "Of this source only: discord:<channel>");
  list->add_option("--ticker", what->ticker, "Of this ticker only");
  list->add_option("--state", what->state, "In this state only: open, closed, quarantined, ...");
  list->add_option("--limit", what->limit, "How many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

void add_show(verb_list& verbs, CLI::App& group) {
  auto name = std::make_shared<std::string>();
  auto* show = verbs.add_under(
      group, "show", "One call with all that became of it",
      [name](const session& at) { return signals_show(at, *name); }, true);
  show->add_option("signal", *name, "Its number, or SOURCE/ID")->required();
}

void add_quarantine(verb_list& verbs, CLI::App& group) {
  auto limit = std::make_shared<std::uint32_t>(50);
  auto* quarantine = verbs.add_under(
      group, "quarantine", "What waits for a person's judgement, and why",
      [limit](const session& at) { return signals_quarantine(at, *limit); }, true);
  quarantine->add_option("--limit", *limit, "How many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

void add_database(verb_list& verbs, CLI::App& group) {
  auto* database = group.add_subcommand("database", "The database that floors share");
  database->require_subcommand(1);
  database->fallthrough();
  auto what = std::make_shared<database_init_options>();
  auto* init = verbs.add_under(
      *database, "init", "Make or migrate its tables and roles",
      [what](const session& at) { return signals_database_init(*what, at.json); }, false);
  init->add_option("connection", what->connection,
                   "postgresql://USER:PASSWORD@HOST/DATABASE, or - to read it from standard input");
  init->add_flag("--sql", what->sql, "Print the SQL instead");
}

}  // namespace

void add_signal_list_verbs(verb_list& verbs) {
  auto& group = *verbs.app().get_subcommand("signals");
  add_list(verbs, group);
  add_show(verbs, group);
  add_quarantine(verbs, group);
  verbs.add_under(group, "stats", "What each source has brought", signals_stats, true);
  add_database(verbs, group);
}

}  // namespace outcry::cli
