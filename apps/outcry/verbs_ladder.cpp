#include <memory>

#include "apps/outcry/ladder.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

namespace {

void add_build(verb_list& verbs, CLI::App& ladder) {
  auto said = std::make_shared<ladder_build_options>();
  auto* build = verbs.add_under(
      ladder, "build", "Print the CSV of a new ladder",
      [said](const session&) { return ladder_build(*said); }, false);
  build->add_option("--ticker", said->ticker, "For whom; the file does not say it");
  build->add_option("--cash", said->cash, "Money spread evenly over the rows")->required();
  build->add_option("--start", said->start, "Row 0 sells one step above this price")->required();
  build->add_option("--step", said->step, "From a row to the next: 0.005 = 0.5 %")
      ->capture_default_str();
  auto* rows = build->add_option("--rows", said->rows, "How many; 200 if not given")
                   ->check(CLI::Range(1, 2000));
  build->add_option("--risk", said->risk, "1 to 5: 100 rows each")
      ->check(CLI::Range(1, 5))
      ->excludes(rows);
}

/// What import and export are about.
struct floor_said {
  std::string ticker;
  std::string file;
  std::string bot;
};

}  // namespace

void add_ladder_verbs(verb_list& verbs) {
  auto* ladder = verbs.app().add_subcommand("ladder", "Ladders of SCALE_T: build, show, move over");
  ladder->require_subcommand(1);
  ladder->fallthrough();
  add_build(verbs, *ladder);
  auto said = std::make_shared<floor_said>();
  auto* show = verbs.add_under(
      *ladder, "show", "Print a ladder's file as a table",
      [said](const session& at) { return ladder_show(said->file, at.json); }, false);
  show->add_option("file", said->file, "A CSV of today's bots")->required();
  auto* in = verbs.add_under(
      *ladder, "import", "Hand a file to the ticker's scale_t bot: it goes on from there",
      [said](const session& at) { return ladder_import(at, said->ticker, said->file, said->bot); },
      true);
  in->add_option("ticker", said->ticker)->required();
  in->add_option("file", said->file, "A CSV of today's bots")->required();
  in->add_option("--bot", said->bot, "Which one, when the ticker has several");
  auto* out = verbs.add_under(
      *ladder, "export", "Print the ladder of the ticker's scale_t bot as CSV",
      [said](const session& at) { return ladder_export(at, said->ticker, said->bot); }, true);
  out->add_option("ticker", said->ticker)->required();
  out->add_option("--bot", said->bot, "Which one, when the ticker has several");
}

}  // namespace outcry::cli
