#include <memory>

#include <nlohmann/json.hpp>

#include "apps/outcry/output.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

/// What the verbs that are wishes have in common, and what some of them add.
struct wish_said {
  send_options message;
  std::vector<std::string> words;  ///< of set: names, and KEY=VALUE
  json arguments = json::object();
  std::string protective;
  std::string side;
  std::string qty;
  std::string notional;
  std::string limit;
  std::string then;
  bool confirm = false;
};

using wish_ptr = std::shared_ptr<wish_said>;

void put(json& into, const char* name, const std::string& value) {
  if (!value.empty()) into[name] = value;
}

exit_code act(const session& at, const wish_said& x) {
  auto message = x.message;
  auto arguments = json::object();
  put(arguments, "protective", x.protective);
  put(arguments, "side", x.side);
  put(arguments, "qty", x.qty);
  put(arguments, "notional", x.notional);
  put(arguments, "limit_price", x.limit);
  put(arguments, "then", x.then);
  if (x.confirm) arguments["confirm"] = true;
  for (const auto& word : x.words)
    (word.find('=') == std::string::npos ? message.to : message.config).push_back(word);
  if (message.to.empty()) throw std::invalid_argument("to: ALL, or tickers and bot ids");
  if (message.type == "set" && message.config.empty())
    throw std::invalid_argument("set: KEY=VALUE, found none");
  message.arguments = arguments.dump();
  auto result = send(at, message);
  if (message.type == "kill" && !at.json)
    output{}.line("the floor is blocked until: outcry start ALL --confirm");
  return result;
}

CLI::App* add(verb_list& verbs, const wish_ptr& said, const char* type, const char* what) {
  said->message.type = type;
  auto* verb = verbs.add(type, what, [said](const session& at) { return act(at, *said); });
  verb->add_option("--description", said->message.description, "For people");
  verb->add_option("--id", said->message.id, "The message's id; the same id is done only once");
  verb->add_option("--wait", said->message.wait_s, "Seconds to wait for the bots")
      ->check(CLI::Range(0, 600))
      ->capture_default_str();
  return verb;
}

void add_targets(CLI::App* verb, const wish_ptr& said) {
  verb->add_option("to", said->message.to, "ALL, or tickers and bot ids")->required();
}

}  // namespace

void add_wish_verbs(verb_list& verbs) {
  auto stop = std::make_shared<wish_said>();
  auto* verb = add(verbs, stop, "stop", "No new orders; those that could buy more are cancelled");
  add_targets(verb, stop);
  verb->add_option("--protective", stop->protective, "cancel: stop-losses and other sales, too")
      ->check(CLI::IsMember({"cancel", "keep"}));

  auto start = std::make_shared<wish_said>();
  verb = add(verbs, start, "start", "Trade again");
  add_targets(verb, start);
  verb->add_flag("--confirm", start->confirm, "Lift a kill");

  auto exit = std::make_shared<wish_said>();
  verb = add(verbs, exit, "exit", "Cancel, then sell what the bot owns; it stays stopped");
  add_targets(verb, exit);
  verb->add_option("--limit", exit->limit, "At this price or better");
  verb->add_option("--then", exit->then, "start: trade again afterwards")
      ->check(CLI::IsMember({"start"}));

  auto enter = std::make_shared<wish_said>();
  verb = add(verbs, enter, "enter", "One order by hand");
  add_targets(verb, enter);
  verb->add_option("--side", enter->side, "buy or sell")
      ->required()
      ->check(CLI::IsMember({"buy", "sell"}));
  auto* qty = verb->add_option("--qty", enter->qty, "Shares");
  auto* notional = verb->add_option("--notional", enter->notional, "Or an amount of money");
  qty->excludes(notional);
  verb->add_option("--limit", enter->limit, "At this price or better; else at the market");

  auto set = std::make_shared<wish_said>();
  verb = add(verbs, set, "set", "Money management and parameters: set AAPL cash=12000");
  verb->add_option("words", set->words, "ALL, tickers, bot ids or account; then KEY=VALUE")
      ->required();

  auto kill = std::make_shared<wish_said>();
  kill->message.to = {"ALL"};
  add(verbs, kill, "kill", "Stop the whole floor, cancel everything, block");
}

}  // namespace outcry::cli
