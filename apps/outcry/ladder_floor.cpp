#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/bots/strategies/scale_t/scale_t.hpp"
#include "apps/outcry/floor_link.hpp"
#include "apps/outcry/ladder.hpp"
#include "apps/outcry/output.hpp"
#include "messages/keys.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

std::string ticker_of(const std::string& text) {
  auto ticker = normalise_ticker(text);
  if (!ticker) throw std::invalid_argument("ticker: " + ticker.error());
  return *ticker;
}

/// The id of the bot whose ladder it is about. Throws std::invalid_argument.
std::string find_bot(const session& at, const std::string& ticker, const std::string& wanted) {
  std::vector<std::string> found;
  for (const auto& x : hear_all(at, "bots", json::object())) {
    if (x.value("ticker", "") != ticker || x.value("strategy", "") != "scale_t") continue;
    auto id = x.value("id", "");
    if (wanted.empty() || id == wanted) found.push_back(id);
  }
  if (found.size() == 1) return found[0];
  if (found.empty() && wanted.empty())
    throw std::invalid_argument(fmt::format(
        "this floor has no scale_t bot for {}: add a [[bots]] block to its configuration", ticker));
  if (found.empty())
    throw std::invalid_argument(
        fmt::format("--bot: this floor has no scale_t bot {} for {}", wanted, ticker));
  std::string all;
  for (const auto& id : found) all += (all.empty() ? "" : ", ") + id;
  throw std::invalid_argument(
      fmt::format("{} has several scale_t bots: say with --bot which of {}", ticker, all));
}

/// The broker's id of the bot's open order number `number`; "" = it is not open any more.
std::string broker_id_of(const session& at, const std::string& bot, std::uint64_t number) {
  for (const auto& x : hear_all(at, "orders", {{"bot", bot}, {"open", true}}))
    if (x.value("number", std::uint64_t{0}) == number) return x.at("broker").value("id", "");
  return {};
}

}  // namespace

exit_code ladder_import(const session& at, const std::string& ticker, const std::string& path,
                        const std::string& bot) {
  auto file = read_ladder_file(path, false);
  send_options wish;
  wish.type = "set";
  wish.to = {find_bot(at, ticker_of(ticker), bot)};
  wish.description = "ladder import";
  // Written anew: today's files carry digits of noise that only cost room in the message.
  wish.arguments = json{{"ladder", ladders::write_ladder_csv(file.rows)}}.dump();
  return send(at, wish);
}

exit_code ladder_export(const session& at, const std::string& ticker, const std::string& bot) {
  auto id = find_bot(at, ticker_of(ticker), bot);
  auto records = hear_all(at, "bot_record", {{"bot", id}});
  if (records.empty()) return not_done;
  const auto& record = records[0];
  scale_t strategy{ticker_of(ticker)};
  auto parameters = record.value("parameters", "{}");
  auto checked = strategy.check_parameters(parameters);
  if (!checked)
    throw std::runtime_error(
        fmt::format("{}: its stored parameters make no sense: {}", id, to_string(checked.error())));
  strategy.set_parameters(*checked);
  if (auto snapshot = record.value("snapshot", ""); !snapshot.empty()) strategy.restore(snapshot);
  if (strategy.ladder().rows.empty()) {
    complain(
        fmt::format("{} has no ladder yet: it builds one at its first price, or set cash", id));
    return not_done;
  }
  std::string pending;
  if (strategy.pending()) pending = broker_id_of(at, id, strategy.pending()->number);
  std::istringstream lines{strategy.ladder_csv(pending)};
  output out;
  for (std::string line; std::getline(lines, line);) out.line(line);
  return out.closed() ? not_done : all_done;
}

}  // namespace outcry::cli
