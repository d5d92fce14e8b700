#include "adapters/postgres/shared_rows.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

namespace outcry::postgres {

namespace {

using nlohmann::json;

/// Text that is no UTF-8 is mended: better a replaced letter than a row that is never shared.
std::string dump(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string row(const raw_message& m, const message_verdict& v, const std::string& floor_id) {
  return dump({{"floor", floor_id},
               {"source", m.source},
               {"source_id", m.source_id},
               {"edited_ns", m.edited_ns},
               {"deleted", m.deleted},
               {"trusted", m.trusted},
               {"author_id", m.author_id},
               {"author", m.author},
               {"body", m.text},
               {"sent_ns", m.sent_ns},
               {"received_ns", m.received_ns},
               {"reply_to", m.reply_to},
               {"handed_in_by", m.contributor},
               {"verdict", v.verdict},
               {"rule", v.rule},
               {"reason", v.reason},
               {"confidence", v.confidence},
               {"reading", v.reading}});
}

std::string row(const signal_record& x, const std::string& floor_id) {
  return dump({{"floor", floor_id},
               {"source", x.source},
               {"source_id", x.source_id},
               {"author_id", x.author_id},
               {"author", x.author},
               {"ticker", x.ticker},
               {"side", x.side},
               {"action", x.action},
               {"asset", x.asset},
               {"call", x.call},
               {"confidence", x.confidence},
               {"handed_in_by", x.contributor},
               {"said_ns", x.said_ns},
               {"received_ns", x.received_ns}});
}

std::string row(const signal_update_record& x, const std::string& floor_id) {
  return dump({{"floor", floor_id},
               {"source", x.source},
               {"source_id", x.source_id},
               {"edited_ns", x.edited_ns},
               {"author_id", x.author_id},
               {"ticker", x.ticker},
               {"body", x.update},
               {"target_source", x.target_source},
               {"target_source_id", x.target_source_id},
               {"handed_in_by", x.contributor},
               {"said_ns", x.said_ns},
               {"received_ns", x.received_ns}});
}

std::string row(const trade_record& x, const std::string& floor_id) {
  return dump({{"floor", floor_id},
               {"source", x.source},
               {"source_id", x.source_id},
               {"bot_id", x.bot_id},
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
               {"updated_ns", x.updated_ns}});
}

/// Others trade what they read here by their own rules, but they cannot see what made this floor
/// doubt it: its reader, its author, the operator.
bool is_found_good(const signal_record& x) {
  if (x.state == signal_state::refused)
    return x.code != "reader" && x.code != "author_not_trusted" && x.code != "edited_away";
  if (x.state == signal_state::cancelled) return x.code.empty() && !x.trade.empty();
  return x.state != signal_state::quarantined && x.state != signal_state::declined &&
         x.state != signal_state::expired;
}

// What an edit of a call changes its readers learn from the message itself.
bool is_found_good(const signal_update_record& x) {
  if (x.edited_ns != 0 && x.source == x.target_source && x.source_id == x.target_source_id)
    return false;
  return x.code != "quarantined" && x.code != "author_not_trusted" && x.code != "other_author" &&
         x.code != "edit_of_update" && x.code != "edit_changes_call";
}

}  // namespace

std::vector<outgoing_row> rows_of(const unshared_page& page, const std::string& floor_id) {
  std::vector<outgoing_row> result;
  for (const auto& x : page.messages)
    result.push_back({row_kind::message, x.id, 1, row(x.message, x.verdict, floor_id)});
  for (const auto& x : page.signals) {
    if (!is_found_good(x) || x.contributor.starts_with(shared_contributor)) continue;
    result.push_back({row_kind::signal, x.id, x.version, row(x, floor_id)});
  }
  for (const auto& x : page.updates)
    if (is_found_good(x)) result.push_back({row_kind::update, x.id, x.version, row(x, floor_id)});
  for (const auto& x : page.signals) {
    for (const auto& trade : x.trade)
      result.push_back({row_kind::trade, x.id, x.version, row(trade, floor_id)});
  }
  return result;
}

}  // namespace outcry::postgres
