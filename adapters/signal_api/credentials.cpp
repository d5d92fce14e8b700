#include "adapters/signal_api/credentials.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace outcry::signal_api {

namespace {

constexpr std::size_t shortest = 16;
constexpr std::size_t longest_token = 4096;
constexpr std::size_t longest_secret = 128;
constexpr std::size_t longest_name = 64;

bool is_name_sign(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

void check_name(const std::string& name, const char* of) {
  if (name.empty() || name.size() > longest_name || !std::ranges::all_of(name, is_name_sign))
    throw std::invalid_argument{std::string{of} +
                                ": expected a name of 1 to 64 of A-Z a-z 0-9 _ . -"};
}

std::array<unsigned char, 32> digest_of(std::string_view text) {
  std::array<unsigned char, 32> result{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), result.data());
  return result;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool read_hex(const std::string& text, std::array<unsigned char, 32>& into) {
  if (text.size() != 2 * into.size()) return false;
  for (std::size_t i = 0; i < into.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    into[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

}  // namespace

credentials::credentials(const std::vector<api_token>& tokens,
                         const std::vector<alert_secret>& secrets) {
  const auto add = [](std::vector<entry>& to, entry one, const std::string& what) {
    for (const auto& x : to)
      if (x.who.name == one.who.name || x.of == one.of)
        throw std::invalid_argument{what + ": its name or text is that of \"" + x.who.name + '"'};
    to.push_back(std::move(one));
  };
  for (const auto& x : tokens) {
    check_name(x.name, "token");
    const auto what = "token \"" + x.name + '"';
    if (!x.read && !x.contribute)
      throw std::invalid_argument{what + ": expected a scope, read or contribute, found none"};
    entry one{{}, {x.name, x.read, x.contribute}};
    if (x.token.empty() == x.sha256.empty())
      throw std::invalid_argument{what + ": expected either the token or its sha256"};
    if (!x.sha256.empty()) {
      if (!read_hex(x.sha256, one.of))
        throw std::invalid_argument{what + ": expected a sha256 of 64 hex digits"};
    } else {
      if (x.token.size() < shortest || x.token.size() > longest_token ||
          !std::ranges::all_of(x.token, is_visible))
        throw std::invalid_argument{what + ": expected 16 to 4096 visible characters"};
      one.of = digest_of(x.token);
    }
    add(tokens_, std::move(one), what);
  }
  for (const auto& x : secrets) {
    check_name(x.name, "tradingview secret");
    const auto what = "tradingview secret \"" + x.name + '"';
    if (x.secret.size() < shortest || x.secret.size() > longest_secret ||
        !std::ranges::all_of(x.secret, is_name_sign))
      throw std::invalid_argument{what + ": expected 16 to 128 of A-Z a-z 0-9 _ . -"};
    add(secrets_, {digest_of(x.secret), {x.name, false, true}}, what);
  }
}

const credentials::entry* credentials::find(const std::vector<entry>& among,
                                            std::string_view presented) {
  if (presented.empty() || presented.size() > longest_token) return nullptr;
  const auto given = digest_of(presented);
  const entry* found = nullptr;
  for (const auto& x : among)
    if (CRYPTO_memcmp(x.of.data(), given.data(), given.size()) == 0) found = &x;
  return found;
}

const credentials::holder* credentials::find_token(std::string_view presented) const {
  const auto* found = find(tokens_, presented);
  return found ? &found->who : nullptr;
}

const std::string* credentials::find_secret(std::string_view presented) const {
  const auto* found = find(secrets_, presented);
  return found ? &found->who.name : nullptr;
}

}  // namespace outcry::signal_api
