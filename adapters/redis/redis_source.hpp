#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/floor/house.hpp"
#include "actors/market/price_source.hpp"
#include "adapters/redis/connection.hpp"
#include "adapters/redis/link.hpp"
#include "messages/interfaces/market.hpp"

namespace outcry::redis {

struct redis_source_options {
  connection_options connection;
  link_options link;
  house_ptr house;
};

/// Prices and orders that another program publishes on TICKER_UPDATES channels. Only wanted
/// tickers are subscribed. What arrived together is handed to the feed together, one batch for each
/// ticker, parsed once. A floor with this source does not publish: nothing goes round in circles.
///
/// A broker of the kind our users run serves only who registered with it, and forgets at its
/// restart: every wanted ticker is registered on BROKER_REGISTRATION when it is first wanted and
/// whenever the connection comes back. It is never unregistered there, since that broker counts
/// nobody and would cut off everybody else.
///
/// It says on channels::listeners that it is no bot: whoever looks for bots does not count it.
class redis_source final : public price_source {
public:
  explicit redis_source(redis_source_options options);
  ~redis_source() override;

  /// Whom to tell; starts the connection. Once, before the feed opens.
  void attach(const feed_actor& feed);

  source_pace pace() const override { return source_pace::external; }
  void want(const std::string& ticker, bool wanted) override;
  /// Never called for an external source; has nothing.
  std::optional<timestamp_ns> poll(timestamp_ns now, std::vector<price_batch>& out) override;
  /// Whether there is a session only the publisher knows.
  bool in_session(timestamp_ns) const override { return true; }
  std::string describe() const override;

  std::uint64_t unreadable() const override;

private:
  struct core;
  std::shared_ptr<core> core_;
};

}  // namespace outcry::redis
