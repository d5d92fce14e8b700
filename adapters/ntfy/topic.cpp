#include "adapters/ntfy/topic.hpp"

#include <algorithm>
#include <stdexcept>

#include <openssl/evp.h>

#include "adapters/firebase/url.hpp"

namespace outcry::ntfy {

namespace {

constexpr std::size_t longest_topic = 64;
constexpr std::size_t longest_secret = 512;

bool is_topic_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::string base64(const std::string& text) {
  std::string result(4 * ((text.size() + 2) / 3) + 1, '\0');
  const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()));
  result.resize(static_cast<std::size_t>(size));
  return result;
}

}  // namespace

topic parse_topic(std::string_view url) {
  const auto address = firebase::split_url(url, "notifications.url");
  if (address.scheme == "http" && !firebase::is_loopback(address.host))
    throw std::invalid_argument("notifications.url: plain http is for this machine only, not for " +
                                address.host);
  const auto slash = address.path.rfind('/');
  topic result;
  result.server = address.origin() + address.path.substr(0, slash + 1);
  result.name = address.path.substr(slash + 1);
  const bool fits = !result.name.empty() && result.name.size() <= longest_topic &&
                    std::all_of(result.name.begin(), result.name.end(), is_topic_character);
  if (!fits || !address.query.empty())
    throw std::invalid_argument(
        "notifications.url: expected a server and a topic of 1 to 64 letters, digits, - and _, as "
        "in https://ntfy.sh/TOPIC");
  return result;
}

std::string authorization(const std::string& secret) {
  if (secret.empty()) return {};
  const bool one_word =
      secret.size() <= longest_secret &&
      std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c != '\x7f'; });
  if (!one_word)
    throw std::invalid_argument(
        "notifications.token_file: expected one word of at most 512 characters: an access token or "
        "user:password");
  if (secret.find(':') == std::string::npos) return "Authorization: Bearer " + secret;
  return "Authorization: Basic " + base64(secret);
}

}  // namespace outcry::ntfy
