#include <fmt/format.h>

#include "apps/config/load.hpp"
#include "apps/config/settings.hpp"
#include "apps/config/signal_settings.hpp"

namespace outcry::config {

namespace {

std::string comment(std::string_view text) {
  std::string result = "# ";
  for (char c : text) {
    result += c;
    if (c == '\n') result += "# ";
  }
  return result + "\n";
}

constexpr std::string_view lists = R"(
# First prices of the simulated market, in quotes so that they stay exact.
# [feed.simulated.prices]
# AAPL = "230.10"

# The floor's bots, one block each. id defaults to "<strategy>-<ticker>". Parameters and limits are
# those a bot begins with; later the verb set changes them, and the journal keeps them.
# [[bots]]
# ticker = "AAPL"
# strategy = "counter"
# id = "counter-AAPL"
# parameters = {}
# [[bots]]
# ticker = "META"
# strategy = "scale_t"
# parameters = { cash = 10000, start = 0, step = 0.005, rows = 200 }
# limits = { max_position = 10000, max_orders_per_minute = 60 }
# [[bots]]
# ticker = "SPY"
# strategy = "follow"
# parameters = { max_notional = 2000, risk = 50 }
)";

}  // namespace

std::string default_config_text() {
  std::string result =
      "# Configuration of an Outcry floor. Every key has its default here.\n"
      "# OUTCRY_<SECTION>_<KEY> in the environment overrides a key: OUTCRY_FEED_REPLAY_DIR.\n";
  const config defaults;
  std::string_view section;
  for (const auto& x : settings()) {
    if (x.section != section) {
      section = x.section;
      result += fmt::format("\n{}[{}]\n", comment(section_comment(section)), section);
    }
    result += fmt::format("{}{} = {}\n", comment(x.comment), x.key, x.shown(defaults));
  }
  result += signal_lists_text();
  return result + std::string{lists};
}

}  // namespace outcry::config
