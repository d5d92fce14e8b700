#include <memory>

#include "apps/outcry/signals.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

void add_signal_verbs(verb_list& verbs) {
  auto* signals = verbs.app().add_subcommand("signals", "Calls of trading channels");
  signals->require_subcommand(1);
  signals->fallthrough();
  auto said = std::make_shared<explain_options>();
  auto* explain = verbs.add_under(
      *signals, "explain", "Show how a message is read, token by token",
      [said](const session& at) { return signals_explain(*said, at.json); }, false);
  explain->add_option("text", said->text, "The message, or - to read it from standard input")
      ->required();
  explain->add_option("--price", said->prices, "A last known price: TICKER=PRICE")
      ->allow_extra_args(false);
  explain->add_option("--asset", said->asset, "What the channel's bare tickers are")
      ->check(CLI::IsMember({"stock", "crypto", "forex", "metal", "future", "index"}));
  auto file = std::make_shared<std::string>();
  auto* test = verbs.add_under(
      *signals, "test",
      "Read a file of labelled messages and tell what is read otherwise.\n"
      "Precision: of what is read as a signal (an update), the share that is right in every part; "
      "recall: of what is labelled so. Either is 1 where there is nothing to be right about.",
      [file](const session& at) { return signals_score(*file, at.json); }, false);
  test->add_option("file", *file, "One JSON object a line: text, class, expect")->required();
  add_confirm_verbs(verbs, *signals);
}

}  // namespace outcry::cli
