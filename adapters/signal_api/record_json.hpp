#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/interfaces/signals.hpp"
#include "messages/signals.hpp"
#include "messages/signals_codec.hpp"

namespace outcry::signal_api {

// What the API answers: JSON of one line. Decimals are texts, times ISO 8601 in UTC or null.

using outcry::to_json;

/// Of POST /messages and POST /signals: the verdict, and what it led to.
std::string to_json(const desk_verdict& x, const std::string& source, const std::string& source_id);

/// `{"signals":[...],"next":n}`: `next` is the highest id here, or `after` if there is none.
std::string to_json(const signal_list& x, std::int64_t after);
std::string to_json(const message_list& x, std::int64_t after);

/// One signal with what was said about it, newest first.
std::string to_json(const signal_record& x, const update_list& updates);

}  // namespace outcry::signal_api
