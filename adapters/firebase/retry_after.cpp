#include "adapters/firebase/retry_after.hpp"

#include <algorithm>
#include <random>

#include "adapters/firebase/backoff.hpp"
#include "adapters/web/http_session.hpp"

namespace outcry::firebase {

std::optional<std::chrono::milliseconds> parse_retry_after(
    const std::string& header, const std::string& date, std::chrono::system_clock::time_point now) {
  constexpr long long longest_seconds = 3600;
  if (header.empty()) return std::nullopt;
  long long seconds = 0;
  if (header.find_first_not_of("0123456789") == std::string::npos) {
    seconds = header.size() > 9 ? longest_seconds : std::stoll(header);
  } else {
    const auto until = web::parse_http_date(header);
    if (!until) return std::nullopt;
    const auto from = web::parse_http_date(date).value_or(
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    seconds = *until - from;
  }
  return std::chrono::seconds(std::clamp(seconds, 0LL, longest_seconds));
}

std::function<double()> system_random() {
  return [engine = std::mt19937_64(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

}  // namespace outcry::firebase
