#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "messages/invalid_field.hpp"
#include "messages/operator.hpp"

namespace outcry {

/// Reads an operator message as a client writes it (blueprint shape): type, target {type,
/// selected}, config, description, pressedAt, createdAt, createdBy. `id` is its key. Checks every
/// field's type and bounds: type 1 to 32 characters, at most 1000 selected names of at most 96
/// characters, config an object of at most 16 KiB and depth 8, description at most 1000
/// characters, createdBy at most 256; no name twice. With target ALL, `selected` is ignored.
/// Missing: config = {}, description = "", createdAt = 0, createdBy = "". Required: type, target,
/// pressedAt. The type need not be a known verb: the command desk answers that. Fields the floor
/// itself adds (state, acknowledgement, ...) and unknown ones are ignored.
///
/// Of a stop or kill only type and target must be right: whatever else is wrong is left out,
/// because the brake always works. A kill is for all; so is a stop that selects "ALL" among others,
/// which any other verb may not.
tl::expected<operator_message, invalid_field> parse_operator_message(std::string_view id,
                                                                     std::string_view json);

/// The object a client would have written, without state.
std::string to_json(const operator_message& x);

/// One acknowledgement as it stands in Firebase: {"container","ticker","status","code","reason",
/// "result","at","late"}; `result` is embedded as JSON.
std::string acknowledgement_json(const ledger_line& x);

/// The inverse, for `outcry log` over the floor's socket and for tests.
tl::expected<ledger_line, invalid_field> parse_acknowledgement(std::string_view bot_id,
                                                               std::string_view json);

/// A whole ledger: the message with id, state, unmatched, acknowledgementCount, code, reason and
/// acknowledgement {bot id: line}, and adoptedAt and each line's `addressed`, so that it comes back
/// as it was; acknowledgementCount counts the lines that are not open. Bot ids are plain here, not
/// escaped.
std::string to_json(const ledger& x);
tl::expected<ledger, invalid_field> parse_ledger(std::string_view json);

/// The line of /message-summaries: {"type","target","state","createdAt","pressedAt","createdBy",
/// "counts":{"done":n,...}}.
std::string summary_json(const ledger& x);

std::string to_json(const halt_state& x);

/// The arguments of `config` as written by `outcry send --config k=v`: a JSON object whose values
/// are JSON where they parse as such, strings otherwise.
tl::expected<std::string, invalid_field> config_from_pairs(const std::vector<std::string>& pairs);

}  // namespace outcry
