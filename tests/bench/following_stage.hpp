#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "tests/bench/message_route.hpp"
#include "tests/bench/stage.hpp"
#include "tests/support/fake_discord.hpp"

namespace outcry::bench {

/// What a floor that follows calls is made of.
struct following_parts {
  journal_actor journal;
  std::string signals_dir;  ///< holds signals.db
  std::string identify_file;
  /// Each with a bot that follows its calls; the n-th message calls the n-th, and so on from the
  /// first again.
  std::vector<std::string> tickers;
  const test::fake_discord* discord = nullptr;
  test::fake_discord::id channel = 0;
  std::shared_ptr<const clock> time;
};

/// The price of every ticker, all the time.
extern const Price following_price;

/// The rooms that a message of a trading channel passes, wired as outcryd wires them: Discord's
/// bridge, signal desk and store, bots, order desk and journal. At the end a broker that tells
/// `route` of each entry before it answers, takes it, and gives it up again, so that its bot is
/// free for the next call of its ticker.
class following_stage {
public:
  /// The floor is ready when it returns. `at` and `route` must outlive it. Throws
  /// std::runtime_error.
  following_stage(stage& at, const following_parts& parts, message_route& route);

  /// Tells every pit its price again: no call is read against an old one.
  void quote();

private:
  void await_ready();

  stage& at_;
  feed_actor feed_;
  caf::actor signals_;
  caf::actor orders_;
  caf::actor discord_;
  std::vector<caf::actor> bots_;
};

}  // namespace outcry::bench
