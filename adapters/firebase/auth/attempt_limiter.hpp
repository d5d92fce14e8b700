#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace outcry::firebase::auth {

/// Makes guessing slow. Each address has a few wrong attempts free; then it waits, twice as long
/// after each further one. An IPv6 address counts by its network (/64), since one computer has all
/// of them.
///
/// Many wrong attempts in all make strangers queue: each address that asks is given a moment of its
/// own at which it may try, one every `in_all_interval`. So an attacker with many addresses gets
/// nowhere faster, and somebody else who knows the passcode waits in that line at worst, but is
/// never shut out. This machine itself and addresses that have signed in before do not stand in it.
///
/// Kept in memory only: a restart forgives. Who can restart the floor at will can read its data.
/// Not thread-safe.
class attempt_limiter {
public:
  struct options {
    unsigned free = 5;                             ///< wrong attempts of an address
    std::chrono::milliseconds first_delay{2'000};  ///< after them; doubles
    std::chrono::milliseconds longest_delay{15 * 60'000};
    std::chrono::milliseconds forget{24 * 3'600'000};  ///< an address without wrong attempts
    unsigned in_all_free = 40;                         ///< wrong attempts of all strangers
    std::chrono::milliseconds in_all_interval{5'000};  ///< one of those is forgotten each
    std::chrono::milliseconds slot{60'000};            ///< how long a moment given stays good
    std::size_t addresses = 4096;  ///< remembered; those silent for the longest time go first
  };

  explicit attempt_limiter(options opts) : opts_(opts) {}
  attempt_limiter() : attempt_limiter(options{}) {}

  /// How long `address` ("1.2.3.4:5", "[::1]:5", or without a port) has to wait; nothing = it may
  /// try now, and has to be told of by one of the two below.
  std::optional<std::chrono::milliseconds> refuse(std::string_view address, std::int64_t now_ms);

  void failed(std::string_view address, std::int64_t now_ms);
  void succeeded(std::string_view address, std::int64_t now_ms);

private:
  struct entry {
    unsigned failures = 0;
    std::int64_t failed_ms = 0;  // the last one
    std::int64_t seen_ms = 0;
    std::int64_t slot_ms = 0;  // the moment given; 0 = none
    bool known = false;        // has signed in
  };

  entry& look_up(const std::string& key, std::int64_t now_ms);
  std::int64_t delay_of(const entry& one) const;
  void leak(std::int64_t now_ms);

  const options opts_;
  std::map<std::string, entry> entries_;
  double level_ = 0;  // wrong attempts of strangers, less those forgotten
  std::int64_t leaked_ms_ = 0;
  std::int64_t next_slot_ms_ = 0;
};

/// What an address counts as: an IPv4 address without its port, an IPv6 network.
std::string limiter_key(std::string_view address);

/// True for 127.0.0.0/8 and ::1, with or without a port.
bool is_this_machine(std::string_view address);

}  // namespace outcry::firebase::auth
