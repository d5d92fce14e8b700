#include <memory>

#include "apps/outcry/trading.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

void add_trading_verbs(verb_list& verbs) {
  auto said = std::make_shared<orders_options>();
  auto* list = verbs.add("orders", "Orders, newest first",
                         [said](const session& at) { return orders(at, *said); });
  list->add_option("--bot", said->bot, "Of this bot only");
  list->add_option("--ticker", said->ticker, "Of this ticker only");
  list->add_flag("--open", said->open, "Only those that may still fill");
  list->add_option("--limit", said->limit, "How many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  verbs.add("positions", "What each bot owns, and what the broker says", positions);
  auto day = std::make_shared<std::string>();
  auto* earned = verbs.add("performance", "What each bot earned",
                           [day](const session& at) { return performance(at, *day); });
  earned->add_option("--day", *day, "A trading day, as 2013-10-08; else the latest");
  verbs.add("risk", "Limits, and how near they are", risk);
}

}  // namespace outcry::cli
