#include "adapters/firebase/auth/attempt_limiter.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "adapters/firebase/url.hpp"

namespace outcry::firebase::auth {

namespace {

/// "1.2.3.4:5" -> "1.2.3.4", "[::1]:5" -> "::1"; without a zone.
std::string bare_address(std::string_view address) {
  if (!address.empty() && address.front() == '[') {
    address.remove_prefix(1);
    address = address.substr(0, address.find(']'));
  } else if (std::count(address.begin(), address.end(), ':') == 1) {
    address = address.substr(0, address.find(':'));
  }
  return std::string(address.substr(0, address.find('%')));
}

}  // namespace

std::string limiter_key(std::string_view address) {
  const auto bare = bare_address(address);
  in6_addr six{};
  if (::inet_pton(AF_INET6, bare.c_str(), &six) != 1) return bare;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    ::inet_ntop(AF_INET, &six.s6_addr[12], text.data(), text.size());
    return text.data();
  }
  if (IN6_IS_ADDR_LOOPBACK(&six)) return bare;
  std::memset(&six.s6_addr[8], 0, 8);
  ::inet_ntop(AF_INET6, &six, text.data(), text.size());
  return text.data() + std::string("/64");
}

bool is_this_machine(std::string_view address) {
  return is_loopback(limiter_key(address));
}

std::int64_t attempt_limiter::delay_of(const entry& one) const {
  if (one.failures < opts_.free) return 0;
  const auto doublings = std::min(one.failures - opts_.free, 30u);
  return std::min<std::int64_t>(opts_.first_delay.count() << doublings,
                                opts_.longest_delay.count());
}

void attempt_limiter::leak(std::int64_t now_ms) {
  const auto passed = std::max<std::int64_t>(0, now_ms - leaked_ms_);
  level_ = std::max(0.0, level_ - static_cast<double>(passed) /
                                      static_cast<double>(opts_.in_all_interval.count()));
  leaked_ms_ = now_ms;
}

attempt_limiter::entry& attempt_limiter::look_up(const std::string& key, std::int64_t now_ms) {
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= opts_.addresses) {
      entries_.erase(std::min_element(
          entries_.begin(), entries_.end(),
          [](const auto& a, const auto& b) { return a.second.seen_ms < b.second.seen_ms; }));
    }
    found = entries_.emplace(key, entry{}).first;
  }
  auto& one = found->second;
  // A clock that was set back must not lock anybody up for as long.
  one.failed_ms = std::min(one.failed_ms, now_ms);
  one.seen_ms = now_ms;
  if (one.failures > 0 && now_ms - one.failed_ms > opts_.forget.count()) one.failures = 0;
  return one;
}

std::optional<std::chrono::milliseconds> attempt_limiter::refuse(std::string_view address,
                                                                 std::int64_t now_ms) {
  const auto key = limiter_key(address);
  auto& one = look_up(key, now_ms);
  if (const auto ready = one.failed_ms + delay_of(one); ready > now_ms)
    return std::chrono::milliseconds(ready - now_ms);
  leak(now_ms);
  if (one.known || is_loopback(key) || level_ < opts_.in_all_free) return std::nullopt;
  const auto furthest =
      now_ms + static_cast<std::int64_t>(opts_.addresses + 1) * opts_.in_all_interval.count();
  const bool lapsed = now_ms - one.slot_ms > opts_.slot.count() || one.slot_ms > furthest;
  if (one.slot_ms == 0 || lapsed) {
    if (next_slot_ms_ > furthest) next_slot_ms_ = now_ms;
    one.slot_ms = std::max(now_ms, next_slot_ms_) + opts_.in_all_interval.count();
    next_slot_ms_ = one.slot_ms;
  }
  if (one.slot_ms > now_ms) return std::chrono::milliseconds(one.slot_ms - now_ms);
  one.slot_ms = 0;
  return std::nullopt;
}

void attempt_limiter::failed(std::string_view address, std::int64_t now_ms) {
  const auto key = limiter_key(address);
  auto& one = look_up(key, now_ms);
  ++one.failures;
  one.failed_ms = now_ms;
  if (is_loopback(key)) return;
  leak(now_ms);
  // No higher: after an attack of days strangers do not queue for days.
  level_ = std::min(level_ + 1, static_cast<double>(opts_.in_all_free) + 1);
}

void attempt_limiter::succeeded(std::string_view address, std::int64_t now_ms) {
  auto& one = look_up(limiter_key(address), now_ms);
  one.failures = 0;
  one.slot_ms = 0;
  one.known = true;
}

}  // namespace outcry::firebase::auth
