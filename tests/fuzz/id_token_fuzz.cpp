#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "adapters/firebase/auth/compact_token.hpp"
#include "adapters/firebase/auth/strict_json.hpp"
#include "adapters/firebase/jwt.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry::firebase::auth;
using nlohmann::json;
using outcry::firebase::base64url;

namespace {

/// A token has one reading: what was taken apart gives the same text again.
void read_token(std::string_view text) {
  const auto token = compact_token::parse(text);
  if (!token) return;
  FUZZ_REQUIRE(text.size() <= max_token_bytes);
  FUZZ_REQUIRE(token->header.is_object() && token->claims.is_object());
  FUZZ_REQUIRE(std::string(token->signed_text) + '.' + base64url(token->signature) == text);
  for (const char* name : {"exp", "iat", "auth_time"}) {
    const auto time = time_member(token->claims, name);
    FUZZ_REQUIRE(!time || token->claims[name] == *time);
  }
  FUZZ_REQUIRE(text_member(token->header, "alg").empty() || token->header["alg"].is_string());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_token(text);
  if (const auto bytes = decode_base64url(text)) FUZZ_REQUIRE(base64url(*bytes) == text);

  // The same bytes as claims, so that the search need not find base64 first.
  const auto strict = parse_strict_json(text);
  const auto loose = json::parse(text, nullptr, false);
  FUZZ_REQUIRE(!strict || *strict == loose);
  // Written anew no name comes twice: then only the depth is left to refuse.
  if (!loose.is_discarded()) {
    const auto again = loose.dump(-1, ' ', false, json::error_handler_t::replace);
    const auto reread = parse_strict_json(again, size + 1);
    FUZZ_REQUIRE(reread && *reread == json::parse(again, nullptr, false));
  }
  const auto made = base64url(R"({"alg":"RS256"})") + '.' + base64url(text) + ".c2ln";
  const auto token = compact_token::parse(made);
  const bool expected = made.size() <= max_token_bytes && strict && strict->is_object();
  FUZZ_REQUIRE(token.has_value() == expected);
  if (token) FUZZ_REQUIRE(token->claims == *strict && token->signature == "sig");
  return 0;
}
