#include <memory>

#include "apps/outcry/backtest.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

namespace {

void add_broker_options(CLI::App* verb, backtest_said& said) {
  verb->add_option("--cash", said.cash, "The account's money, and the ladder's unless it is told")
      ->capture_default_str();
  verb->add_option("--seed", said.seed, "Same input and seed: same result")->capture_default_str();
  verb->add_option("--fee-per-order", said.fee_per_order, "Money");
  verb->add_option("--fee-per-share", said.fee_per_share, "Money");
  verb->add_option("--fee-bps", said.fee_bps, "Of each fill, in hundredths of a percent")
      ->check(CLI::Range(0, 10'000));
  verb->add_option("--slippage", said.slippage_bps, "Of market orders, hundredths of a percent")
      ->check(CLI::Range(0, 9'999));
  verb->add_option("--participation", said.participation_bps,
                   "How much of each trade our orders may take, in hundredths of a percent")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  verb->add_flag("--shorting", said.shorting, "Sales may open short positions");
  verb->add_flag("--always-open", said.always_open, "A market without sessions, as crypto's");
  verb->add_option("--limits", said.limits,
                   "The account's risk limits as JSON: {\"max_position\":5000}");
}

}  // namespace

void add_backtest_verb(verb_list& verbs) {
  auto said = std::make_shared<backtest_said>();
  auto* verb = verbs.add_either(
      "backtest", "Run a strategy over a recorded day",
      [said](const session& at) {
        return said->record.empty() ? backtest(*said, at.json)
                                    : record(at, said->ticker, said->record);
      },
      [said] { return !said->record.empty(); });
  verb->add_option("dir", said->dir, "Recorded trades: <TICKER>.csv or .csv.gz of one day");
  verb->add_option("--from", said->file, "One file of recorded trades instead of a directory");
  verb->add_option("--strategy", said->strategy, "As in [[bots]]")->capture_default_str();
  verb->add_option("--ticker", said->ticker)->required();
  verb->add_option("--day", said->day, "As 2013-10-08; else the directory's name");
  verb->add_option("--begin", said->begin, "From this time, New York: 09:30");
  verb->add_option("--end", said->end, "Up to this time");
  verb->add_option("--parameters", said->parameters, "The strategy's, as JSON");
  verb->add_option("--set", said->set, "One of them: KEY=VALUE")->allow_extra_args(false);
  verb->add_option("--plot", said->plot, "Draw price, fills and equity into this SVG file");
  add_broker_options(verb, *said);
  verb->add_option("--record", said->record,
                   "Instead: write the ticker's live trades into this file, until Ctrl-C");
}

}  // namespace outcry::cli
