#include "apps/outcry/signal_json.hpp"

namespace outcry::cli {

using nlohmann::json;

namespace {

json object_in(const std::string& text) {
  auto x = json::parse(text, nullptr, false);
  return x.is_discarded() ? json{} : x;
}

}  // namespace

json to_json(const trade_record& x) {
  return {{"bot", x.bot_id},
          {"version", x.version},
          {"state", to_string(x.state)},
          {"side", x.side},
          {"wanted", to_string(x.wanted)},
          {"entered", to_string(x.entered)},
          {"exited", to_string(x.exited)},
          {"entry_price", to_string(x.entry_price)},
          {"exit_price", to_string(x.exit_price)},
          {"stop", to_string(x.stop)},
          {"first_stop", to_string(x.first_stop)},
          {"profit", to_string(x.profit)},
          {"reason", x.reason},
          {"opened_ns", x.opened_ns},
          {"closed_ns", x.closed_ns},
          {"updated_ns", x.updated_ns}};
}

json to_json(const signal_record& x) {
  return {{"number", x.id},
          {"source", x.source},
          {"source_id", x.source_id},
          {"author_id", x.author_id},
          {"author", x.author},
          {"ticker", x.ticker},
          {"side", x.side},
          {"action", x.action},
          {"asset", x.asset},
          {"call", object_in(x.call)},
          {"confidence", x.confidence},
          {"state", to_string(x.state)},
          {"code", x.code},
          {"reason", x.reason},
          {"bot", x.bot_id},
          {"contributor", x.contributor},
          {"said_ns", x.said_ns},
          {"received_ns", x.received_ns},
          {"expires_ns", x.expires_ns},
          {"updated_ns", x.updated_ns},
          {"version", x.version},
          {"trade", x.trade.empty() ? json{} : to_json(x.trade.front())}};
}

json to_json(const signal_update_record& x) {
  return {{"number", x.id},
          {"source", x.source},
          {"source_id", x.source_id},
          {"edited_ns", x.edited_ns},
          {"author_id", x.author_id},
          {"ticker", x.ticker},
          {"update", object_in(x.update)},
          {"target_source", x.target_source},
          {"target_source_id", x.target_source_id},
          {"code", x.code},
          {"reason", x.reason},
          {"contributor", x.contributor},
          {"said_ns", x.said_ns},
          {"received_ns", x.received_ns},
          {"version", x.version}};
}

json to_json(const stored_message& x) {
  const auto& m = x.message;
  const auto& v = x.verdict;
  return {{"number", x.id},
          {"source", m.source},
          {"source_id", m.source_id},
          {"edited_ns", m.edited_ns},
          {"deleted", m.deleted},
          {"trusted", m.trusted},
          {"author_id", m.author_id},
          {"author", m.author},
          {"text", m.text},
          {"sent_ns", m.sent_ns},
          {"received_ns", m.received_ns},
          {"reply_to", m.reply_to},
          {"contributor", m.contributor},
          {"verdict", v.verdict},
          {"rule", v.rule},
          {"reason", v.reason},
          {"confidence", v.confidence},
          {"reading", object_in(v.reading)}};
}

json to_json(const source_result& x) {
  return {{"source", x.source},
          {"signals", x.signals},
          {"trades", x.trades},
          {"wins", x.wins},
          {"losses", x.losses},
          {"hit_rate", x.trades == 0 ? json{} : json(hit_rate(x))},
          {"average_r", x.r_trades == 0 ? json{} : json(to_string(x.average_r))},
          {"r_trades", x.r_trades},
          {"profit", to_string(x.profit)},
          {"drawdown", to_string(x.drawdown)}};
}

std::string hit_rate(const source_result& x) {
  if (x.trades == 0) return {};
  const auto share =
      portion(Ratio::from_integer(100), Ratio::from_integer(x.wins), Ratio::from_integer(x.trades));
  return to_string(rounded(share, 2, rounding::half_even));
}

std::string dump(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace outcry::cli
