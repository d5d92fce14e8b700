#include "actors/inspection/stale_feed.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::int64_t patience_ms = 60'000;  ///< for a ticker's first price
constexpr std::size_t told_one_by_one = 3;

struct mute_pits {
  std::vector<const pit_row*> pits;
  std::size_t wanted = 0;
};

std::int64_t mute_since_ms(const pit_row& x) {
  return x.since_ns / 1'000'000;
}

mute_pits find_mute(const look& at) {
  mute_pits result;
  for (const pit_row& pit : at.now.pits) {
    if (pit.subscribers == 0) continue;
    ++result.wanted;
    const bool never_came = pit.state == "waiting" && at.age_of(mute_since_ms(pit)) >= patience_ms;
    if (pit.state == "stale" || pit.state == "down" || never_came) result.pits.push_back(&pit);
  }
  std::sort(result.pits.begin(), result.pits.end(),
            [](const auto* a, const auto* b) { return a->ticker < b->ticker; });
  return result;
}

/// What is known of the source, as a part of the advice.
std::string advice_on_source(const floor_rows& now) {
  const auto* feed = now.link("feed");
  if (feed != nullptr && feed->state != "live") {
    return fmt::format(
        "the price source is {}{}: the floor tries again by itself; check its "
        "address, its key and the network",
        feed->state, feed->last_error.empty() ? "" : " (" + feed->last_error + ")");
  }
  return "the source is connected and mute: is trading halted, the symbol right, and does the "
         "source send it elsewhere? `outcry tail` shows what comes";
}

std::string price_cost(std::uint64_t subscribers, const std::string& age) {
  return fmt::format(
      "{} on {}; nothing that increases exposure is sent, and strategies see no "
      "price at which to get out",
      subscribers == 1 ? "1 subscriber relies" : thousands(subscribers) + " subscribers rely", age);
}

std::string age_text(const pit_row& pit) {
  return !pit.price.empty() ? "a price that is " + lasting(pit.age_ms) + " old" : "no price at all";
}

verdict_line one_pit(const look& at, const pit_row& pit) {
  verdict_line line;
  line.rule = "stale_feed";
  line.subject = "pit:" + pit.ticker;
  line.level = pit.state == "waiting" ? severity::warn : severity::bad;
  line.since_ms = mute_since_ms(pit);
  line.what = pit.state == "waiting" ? fmt::format("{} has never had a price", pit.ticker)
              : pit.state == "down"  ? fmt::format("the source of {}'s prices is gone", pit.ticker)
                                     : fmt::format("{} has no fresh price", pit.ticker);
  line.cost = price_cost(pit.subscribers, age_text(pit));
  line.advice = advice_on_source(at.now);
  return line;
}

verdict_line many_pits(const look& at, const mute_pits& mute) {
  verdict_line line;
  line.rule = "stale_feed";
  line.subject = "feed";
  line.since_ms = mute_since_ms(*mute.pits.front());
  std::vector<std::string> names;
  std::uint64_t subscribers = 0;
  std::int64_t oldest_ms = 0;
  for (const auto* pit : mute.pits) {
    names.push_back(pit->ticker);
    subscribers += pit->subscribers;
    oldest_ms = std::max(oldest_ms, pit->age_ms);
    line.since_ms = std::min(line.since_ms, mute_since_ms(*pit));
    if (pit->state != "waiting") line.level = severity::bad;
  }
  line.what = fmt::format("{} of {} have no fresh price: {}", thousands(names.size()),
                          counted(mute.wanted, "wanted ticker"), some_of(names));
  line.cost = price_cost(subscribers, "prices up to " + lasting(oldest_ms) + " old");
  line.advice = advice_on_source(at.now);
  return line;
}

}  // namespace

void stale_feed::judge(const look& at, findings& said) {
  const auto mute = find_mute(at);
  if (mute.pits.size() > told_one_by_one) return said.push_back(many_pits(at, mute));
  for (const auto* pit : mute.pits) said.push_back(one_pit(at, *pit));
  // Nobody needs to hear twice that the source is gone.
  const auto* feed = at.now.link("feed");
  if (!mute.pits.empty() || feed == nullptr) return;
  if (feed->state != "down" && feed->state != "refused") return;
  verdict_line line;
  line.rule = "stale_feed";
  line.subject = "feed";
  line.since_ms = feed->since_ms;
  line.what = fmt::format("the price source is {}", feed->state);
  line.cost = mute.wanted == 0 ? "nothing yet: nobody wants a price"
                               : "no bot gets prices once the last ones are old";
  line.advice = advice_on_source(at.now);
  said.push_back(std::move(line));
}

}  // namespace outcry::inspection
