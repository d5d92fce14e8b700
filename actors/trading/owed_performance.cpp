#include "actors/trading/owed_performance.hpp"

#include "messages/paths.hpp"
#include "messages/performance_codec.hpp"

namespace outcry {

std::vector<owed_value> owed_performance(const std::vector<performance_update>& updates,
                                         bool services) {
  std::vector<owed_value> owed;
  for (const auto& update : updates) {
    const bool is_account = update.ticker.empty();
    owed.push_back(
        {is_account ? std::string{paths::performance} : paths::ticker_performance(update.ticker),
         to_json(update)});
    if (!services) continue;
    owed.push_back({is_account ? std::string{paths::service_aggregate}
                               : paths::service_performance(update.ticker),
                    service_performance_json(update)});
  }
  return owed;
}

}  // namespace outcry
