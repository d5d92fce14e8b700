#include <fmt/format.h>

#include "apps/outcry/checks.hpp"
#include "messages/market_codec.hpp"
#include "messages/push_id.hpp"

namespace outcry::cli {

namespace {

// What the Realtime Database charges, in US dollars. Source:
// https://firebase.google.com/docs/database/usage/billing
constexpr double dollars_per_stored_gb = 5;
constexpr double dollars_per_downloaded_gb = 1;
constexpr int free_stored_gb = 1;
constexpr int free_downloaded_gb = 10;

constexpr double bytes_per_gb = 1e9;
constexpr double days_per_month = 30;
constexpr double prices_per_day = 100'000;

/// A price as it stands under /tickers/<T>/prices: "key":{...},
std::size_t price_record_bytes() {
  constexpr std::int64_t noon_ms = 1'767'355'200'000;
  price_update sample{"AAPL", {*Price::parse("107.25"), *Quantity::parse("100"), 0, 0}};
  sample.tick.event_ns = noon_ms * ns_per_ms;
  constexpr std::size_t quotes_colon_comma = 4;
  return make_push_id(noon_ms, 1).size() + quotes_colon_comma + to_json(sample).size();
}

}  // namespace

std::vector<check> check_history_cost(const config::config& settings) {
  if (settings.firebase.history != config::history_kind::all ||
      !config::firebase_base_url(settings).starts_with("https://"))
    return {};
  auto bytes = price_record_bytes();
  auto gb_a_month = static_cast<double>(bytes) * prices_per_day * days_per_month / bytes_per_gb;
  return {{"history", verdict::ok,
           fmt::format("about {} bytes a price stay in the cloud: 100,000 prices a day add {:.2f} "
                       "GB a month, and each month so kept costs ${:.2f} a month (${} per GB "
                       "stored beyond {} GB, ${} per GB downloaded beyond {} GB a month)",
                       bytes, gb_a_month, gb_a_month * dollars_per_stored_gb, dollars_per_stored_gb,
                       free_stored_gb, dollars_per_downloaded_gb, free_downloaded_gb),
           ""}};
}

}  // namespace outcry::cli
