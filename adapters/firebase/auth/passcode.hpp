#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/firebase/auth/secrets.hpp"

namespace outcry::firebase::auth {

/// What one look at a passcode costs: 128 * n * r bytes of memory and p times that work (RFC 7914).
/// The default is 32 MiB and about a quarter of a second on a small computer.
struct scrypt_cost {
  std::uint64_t n = 1u << 15;  ///< a power of two, at least 2
  std::uint32_t r = 8;
  std::uint32_t p = 3;
};

/// A passcode as it is kept: salted and hashed with scrypt.
class passcode_hash {
public:
  /// Throws std::invalid_argument if `cost` is out of bounds (256 MiB, 16 times).
  static passcode_hash make(std::string_view passcode, const scrypt_cost& cost,
                            const random_bytes& random);

  /// Reads what `text` wrote. Throws std::runtime_error saying what is wrong with it.
  static passcode_hash parse(std::string_view text);

  /// One line of JSON.
  std::string text() const;

  /// Takes the time `cost` says, whatever the answer.
  bool matches(std::string_view passcode) const;

  /// Another one after each `make`, also of the same passcode. Not a secret.
  std::string id() const;

private:
  scrypt_cost cost_;
  std::string salt_;
  std::string hash_;
};

/// The file that holds the passcode: data_dir/passcode.json, mode 0600.
class passcode_file {
public:
  explicit passcode_file(const std::filesystem::path& data_dir);

  const std::filesystem::path& path() const { return path_; }

  /// The passcode in force; nothing = none is set. Throws std::runtime_error naming the file if it
  /// cannot be read or makes no sense.
  std::optional<passcode_hash> load() const;

  /// Sets `passcode` in one step. Throws std::invalid_argument with the sentence of
  /// `why_not_a_passcode`, std::runtime_error if the file cannot be written.
  void set(std::string_view passcode, const scrypt_cost& cost = {},
           const random_bytes& random = system_random_bytes) const;

  /// False if none was set. Throws std::runtime_error.
  bool remove() const;

private:
  std::filesystem::path path_;
};

}  // namespace outcry::firebase::auth
