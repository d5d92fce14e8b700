#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outcry::signal_api {

/// Who may ask, and for what. Exactly one of `token` and `sha256` is given.
struct api_token {
  std::string name;   ///< 1 to 64 of A-Z a-z 0-9 _ . -; what it hands in is from "http:<name>"
  bool read = false;  ///< may see messages and signals
  bool contribute = false;  ///< may hand some in
  std::string token;        ///< 16 to 4096 visible characters
  std::string sha256;       ///< of the token, 64 hex digits: the token itself is then kept nowhere
};

/// The secret part of the address that TradingView is told to call.
struct alert_secret {
  std::string name;    ///< as of a token; alerts are from "tradingview:<name>"
  std::string secret;  ///< 16 to 128 of A-Z a-z 0-9 _ . -
};

/// What the API is opened with. Keeps digests only. Immutable: any thread.
class credentials {
public:
  /// Throws std::invalid_argument naming the token or secret by its name, never by its text.
  credentials(const std::vector<api_token>& tokens, const std::vector<alert_secret>& secrets);

  struct holder {
    std::string name;
    bool read = false;
    bool contribute = false;
  };

  /// Whose token it is, or nullptr. The time taken depends on no token's content.
  const holder* find_token(std::string_view presented) const;

  /// The name of the secret, or nullptr; time as above.
  const std::string* find_secret(std::string_view presented) const;

private:
  using digest = std::array<unsigned char, 32>;
  struct entry {
    digest of{};
    holder who;
  };

  static const entry* find(const std::vector<entry>& among, std::string_view presented);

  std::vector<entry> tokens_;
  std::vector<entry> secrets_;
};

}  // namespace outcry::signal_api
