#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace outcry {

/// Makes any UTF-8 text a legal Firebase key: each of . # $ [ ] / %, control characters and DEL
/// becomes "%" and two upper-case hex digits. Reversible: BRK.B <-> BRK%2EB, BTC/USD <-> BTC%2FUSD.
/// The empty text becomes "%". Source of the forbidden set: the Realtime Database's key rules.
std::string escape_key(std::string_view text);

/// The inverse of `escape_key`. Refuses what `escape_key` cannot have made, naming it.
tl::expected<std::string, std::string> unescape_key(std::string_view key);

/// A ticker as we keep it: upper case, 1 to 32 characters of A-Z 0-9 . / - _ : ^ =.
/// The error names the text.
tl::expected<std::string, std::string> normalise_ticker(std::string_view text);

/// A bot id: 1 to 96 characters of letters, digits and . / - _ : ^ =. The error names the text.
tl::expected<std::string, std::string> check_bot_id(std::string_view text);

/// A message id: 1 to 128 printable ASCII characters without blank.
tl::expected<std::string, std::string> check_message_id(std::string_view text);

}  // namespace outcry
