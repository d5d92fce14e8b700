#pragma once

#include <vector>

#include "messages/journal.hpp"
#include "messages/operator.hpp"

namespace outcry {

/// The message as its client would have written it, field by field, for a message that did not come
/// through Firebase.
std::vector<owed_value> owed_message(const operator_message& message);

/// Where a message stands: state, unmatched, count, code, reason, and its summary.
std::vector<owed_value> owed_state(const ledger& entry);

/// One acknowledgement.
owed_value owed_line(const std::string& message_id, const ledger_line& line);

/// Puts `more` behind what is owed already.
void append(std::vector<owed_value>& to, std::vector<owed_value> more);

}  // namespace outcry
