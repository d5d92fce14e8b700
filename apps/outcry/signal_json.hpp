#pragma once

#include <nlohmann/json.hpp>

#include "messages/interfaces/signals.hpp"

/// Signals as the command line's JSON. Decimals are texts; a call, an update and a reading are the
/// objects they hold, or null where that is no JSON.
namespace outcry::cli {

nlohmann::json to_json(const trade_record& x);
/// `trade` is null while there is none.
nlohmann::json to_json(const signal_record& x);
nlohmann::json to_json(const signal_update_record& x);
nlohmann::json to_json(const stored_message& x);
/// `hit_rate` (of trades) and `average_r` are null without a trade that has one.
nlohmann::json to_json(const source_result& x);

/// Wins of the closed trades as a text with two decimals in percent; "" without a trade.
std::string hit_rate(const source_result& x);

/// One line; text that is no UTF-8 is mended.
std::string dump(const nlohmann::json& x);

}  // namespace outcry::cli
