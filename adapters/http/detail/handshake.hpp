#pragma once

#include <optional>
#include <string_view>

#include "adapters/http/message.hpp"

namespace outcry::http::detail {

/// True if one of the comma-separated words of the headers called `name` is `word`, compared
/// without regard to case.
bool has_word(const request& asked, std::string_view name, std::string_view word);

/// True if `asked` wants to become a WebSocket. Other protocols it would like to change to may be
/// ignored (RFC 9110, section 7.8).
bool wants_socket(const request& asked);

/// The refusal of a handshake that is not that of RFC 6455, section 4.2.1, or nothing. `method` is
/// the one the client sent; `rest` says that bytes came behind the header, where a client has to
/// wait for the answer.
std::optional<response> refuse_handshake(const request& asked, std::string_view method, bool rest);

}  // namespace outcry::http::detail
