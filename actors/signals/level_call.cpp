#include "actors/signals/level_call.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/signals/checks.hpp"
#include "actors/signals/follow_up.hpp"
#include "actors/signals/levels.hpp"
#include "actors/signals/symbols.hpp"
#include "actors/signals/talk.hpp"

namespace outcry::signals {

namespace {

struct side_votes {
  int longs = 0;
  int shorts = 0;
};

class level_caller {
public:
  level_caller(message_view& view, const message_context& context)
      : view_(view), context_(context) {}

  std::optional<reading> run() && {
    symbol_ = find_symbol(view_, symbol_evidence::known_coin);
    level_request request;
    if (symbol_.best)
      for (auto i = symbol_.best->first; i <= symbol_.best->last; ++i) request.symbols.push_back(i);
    repeated_symbols(request);
    levels_ = read_levels(view_, request);
    if (!has_shape()) return std::nullopt;
    result_.call.emplace();
    fill();
    if (!choose_side()) return std::move(result_);
    if (!complete()) return std::move(result_);
    if (const auto talk = talk_in_call(view_))
      quarantine(talk->rule, talk->what);
    else if (const auto rule = reports(view_); !rule.empty())
      quarantine("no-report", fmt::format("it reports how a call went ({})", rule));
    else if (const auto level = unclaimed_level())
      quarantine("every-level-claimed", fmt::format("what is {} for?", to_string(*level)));
    else if (symbol_.rival)
      quarantine("one-ticker",
                 fmt::format("{} or {}?", symbol_.best->what.ticker, symbol_.rival->what.ticker));
    else
      judge_call(result_, confidence(), context_);
    return std::move(result_);
  }

private:
  signal& call() { return *result_.call; }

  void fired(std::string_view rule, std::string what) {
    result_.rules.push_back({rule, std::move(what)});
  }

  void quarantine(std::string_view rule, std::string what) {
    fired(rule, what);
    conclude(result_, verdict::quarantine, rule, std::move(what), sure_of_refusal);
  }

  void refuse(std::string_view rule, std::string what) {
    fired(rule, what);
    conclude(result_, verdict::refused, rule, std::move(what), sure_of_refusal);
  }

  /// The ticker said again is not a number's label, and prices may stand behind it.
  void repeated_symbols(level_request& request) const {
    if (!symbol_.best) return;
    const auto name = view_.word(symbol_.best->first);
    for (std::size_t i = symbol_.best->last + 1; i < view_.size(); ++i)
      if (view_.word(i) == name && !name.empty()) request.symbols.push_back(i);
  }

  bool has_entry() const {
    return !levels_.entries.empty() || levels_.at_market || !levels_.buys.empty() ||
           !levels_.sells.empty();
  }

  bool says_side() const {
    const auto votes = count_votes(false);
    return votes.longs + votes.shorts > 0;
  }

  bool has_shape() const {
    const bool exits = !levels_.stops.empty() || !levels_.targets.empty();
    const bool wrong = !levels_.problems.empty();
    // "buy @ 1.06", then prices without a label: a call nobody can be sure of.
    const bool bare = symbol_.best && symbol_.best->why >= symbol_evidence::place && says_side() &&
                      !levels_.entries.empty() && !levels_.strays.empty();
    const bool levels = exits || !levels_.sells.empty() || wrong || bare;
    if (!levels) return false;
    if (!has_entry() && levels_.entry_promised && exits && (symbol_.best || says_side()))
      return true;
    if (!has_entry()) return (wrong && (symbol_.best || says_side())) || is_setup();
    // A price, a stop and a target are a call even when nobody is named; so are labelled ones.
    if (levels_.entry_labelled && !levels_.entries.empty() && !levels_.stops.empty()) return true;
    return symbol_.best || says_side() || (!levels_.stops.empty() && !levels_.targets.empty());
  }

  /// Side, ticker, stop and target without an entry are meant at once, unless something is said
  /// to change: then they are new exits.
  bool is_setup() const {
    const auto least = says_setup() ? symbol_evidence::place : symbol_evidence::name;
    if (!symbol_.best || symbol_.best->why < least || !says_side() || levels_.stops.empty() ||
        levels_.targets.empty() || !levels_.strays.empty() || levels_.entry_promised)
      return false;
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto x = view_.at(i);
      if (x == term::change || x == term::market || x == term::hit || x == term::trailing)
        return false;
    }
    return true;
  }

  /// "long setup", "short signal": in so many words.
  bool says_setup() const {
    return std::any_of(view_.marks.begin(), view_.marks.end(), [&](const mark& m) {
      if ((m.what != term::long_word && m.what != term::short_word) || m.count < 2) return false;
      const auto last = view_.text.tokens[m.first + m.count - 1].text;
      return last == "setup" || last == "signal";
    });
  }

  void fill() {
    auto& c = call();
    c.source = context_.source;
    c.author = context_.author;
    c.message_time = context_.message_time;
    if (symbol_.best) {
      const auto& x = *symbol_.best;
      c.ticker = x.what.ticker;
      c.quote = x.what.quote;
      c.asset = x.what.kind;
      fired("ticker", fmt::format("{} by {}", c.ticker, to_string(x.why)));
      if (c.asset == asset_kind::unknown || (c.quote.empty() && x.why < symbol_evidence::name &&
                                             context_.rules.asset != asset_kind::unknown)) {
        c.asset = context_.rules.asset != asset_kind::unknown ? context_.rules.asset : c.asset;
      }
    }
    assign_buys_and_sells();
    if (c.asset == asset_kind::forex) mend_commas();
    for (const auto& x : levels_.entries) c.entries.push_back(x.value);
    for (const auto& x : levels_.targets) c.targets.push_back(x.value);
    c.entry_range = c.entries.size() == 2 && levels_.entries[1].joined;
    c.add_at = levels_.add_at;
    if (!levels_.stop_rules.empty()) c.stop = levels_.stop_rules.front();
    if (levels_.stop_rules.size() > 1) c.second_stop = levels_.stop_rules[1];
    c.leverage = levels_.leverage;
    c.isolated_margin = levels_.isolated;
    c.size = levels_.size;
    c.timeframe = levels_.timeframe;
    if (is_setup() && !has_entry() && levels_.problems.empty()) {
      levels_.at_market = true;
      by_setup_ = true;
      fired("setup-is-now", "a setup without an entry is meant at market");
    }
    if (levels_.at_market)
      c.order = entry_order::market;
    else if (levels_.says_limit || c.entries.size() > 1)
      c.order = entry_order::limit;
    for (const auto& m : view_.marks)
      if ((m.what == term::buy_word || m.what == term::sell_word) && m.count > 1 &&
          view_.text.tokens[m.first + m.count - 1].text == "stop")
        c.order = entry_order::stop;
    for (std::size_t i = 0; i < view_.size(); ++i) {
      if (view_.at(i) == term::spot) c.venue = venue_kind::spot;
      if (view_.at(i) == term::futures && c.venue == venue_kind::unsaid)
        c.venue = venue_kind::futures;
    }
    if (c.asset == asset_kind::unknown && (c.venue == venue_kind::spot || c.leverage))
      c.asset = asset_kind::crypto;
  }

  /// "149,250" yen are 149.25: a comma that cannot be one of thousands is a decimal one.
  void mend_commas() {
    const auto mend = [&](Price& value, std::size_t i) {
      if (!view_.first_token(i).one_comma || plausible_rate(call().ticker, value)) return;
      const auto decimal = Price::from_units(value.units() / 1000);
      if (plausible_rate(call().ticker, decimal)) value = decimal;
    };
    for (auto& x : levels_.entries) mend(x.value, x.mark);
    for (auto& x : levels_.targets) mend(x.value, x.mark);
    for (std::size_t i = 0; i < levels_.stops.size(); ++i)
      mend(levels_.stop_rules[i].price, levels_.stops[i].mark);
  }

  /// "Buy: 100 Sell: 110, 120 Stop: 95": the sells are the targets of a long.
  void assign_buys_and_sells() {
    auto& buys = levels_.buys;
    auto& sells = levels_.sells;
    const auto votes = count_votes(true);
    const auto move = [](std::vector<level>& from, std::vector<level>& to) {
      to.insert(to.end(), from.begin(), from.end());
      from.clear();
    };
    if (!sells.empty() && (!buys.empty() || (votes.longs > 0 && votes.shorts == 0)) &&
        levels_.targets.empty()) {
      fired("sell-is-target", "what is sold later is the target");
      sells_are_targets_ = true;
      move(sells, levels_.targets);
    }
    if (!buys.empty() && levels_.entries.empty()) move(buys, levels_.entries);
    if (!sells.empty() && levels_.entries.empty()) move(sells, levels_.entries);
  }

  /// Counts the words for each side; `plain`: those without a price label's colon only.
  side_votes count_votes(bool plain) const {
    side_votes votes;
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto x = view_.at(i);
      if (levels_.sells_later && view_.word(i) == "sell") continue;
      const bool label = view_.at(i + 1) == term::colon || view_.at(i + 1) == term::equals ||
                         (view_.at(i + 1) == term::dash && view_.is_price(i + 2));
      if (plain && label && (x == term::buy_word || x == term::sell_word)) continue;
      if (sells_are_targets_ && label && x == term::sell_word) continue;
      if (x == term::long_word || x == term::buy_word) ++votes.longs;
      if (x == term::short_word || x == term::sell_word) ++votes.shorts;
      // "buy zone", "short entry": labels that name the side.
      if (x == term::entry_label) {
        const auto word = view_.word(i);
        if (word == "buy" || word == "buying" || word == "long" || word == "accumulate")
          ++votes.longs;
        if (word == "sell" || word == "short") ++votes.shorts;
      }
    }
    return votes;
  }

  bool below_all(Price x, const std::vector<Price>& all) const {
    return std::all_of(all.begin(), all.end(), [&](Price y) { return x < y; });
  }
  bool above_all(Price x, const std::vector<Price>& all) const {
    return std::all_of(all.begin(), all.end(), [&](Price y) { return x > y; });
  }

  bool choose_side() {
    const auto votes = count_votes(false);
    auto& c = call();
    if (votes.longs > 0 && votes.shorts > 0) {
      quarantine("one-side", "both sides are named");
      return false;
    }
    if (votes.longs + votes.shorts > 0) {
      c.side = votes.longs > 0 ? trade_side::long_side : trade_side::short_side;
      fired("side", fmt::format("{} is said", to_string(c.side)));
      return true;
    }
    if (!levels_.problems.empty()) return true;
    side_inferred_ = true;
    const auto& stop = c.stop;
    const bool targets_up =
        !c.targets.empty() && !c.entries.empty() && above_all(c.targets.front(), c.entries);
    const bool targets_down =
        !c.targets.empty() && !c.entries.empty() && below_all(c.targets.front(), c.entries);
    if (stop && !c.entries.empty() && below_all(stop->price, c.entries) &&
        (targets_up || c.targets.empty())) {
      c.side = trade_side::long_side;
      fired("side-by-levels", "the stop stands below: long");
      return true;
    }
    // Who leaves the side out means long; a short must be told by stop and targets.
    if (stop && !c.entries.empty() && above_all(stop->price, c.entries) && targets_down) {
      c.side = trade_side::short_side;
      fired("side-by-levels", "the stop stands above and the targets below: short");
      return true;
    }
    if (!stop || c.entries.empty()) {
      refuse("side", "no side is said");
      return false;
    }
    quarantine("side-by-levels", "no side is said, and stop and targets do not tell");
    return false;
  }

  /// Whether every part is there; sets the verdict if not.
  bool complete() {
    auto& c = call();
    if (!levels_.problems.empty()) {
      const auto& x = levels_.problems.front();
      refuse(x.rule, x.what);
      return false;
    }
    if (c.ticker.empty()) return refuse("ticker", "no ticker"), false;
    // A known ticker somewhere in the text will do where every level has its label.
    if (symbol_.best->why < symbol_evidence::position &&
        !(levels_.entry_labelled && levels_.stop_labelled && levels_.target_labelled))
      return refuse("ticker", "no ticker where one should stand"), false;
    if (c.entries.empty() && c.order != entry_order::market)
      return refuse(levels_.entry_promised ? "entry-unsaid" : "entry", "no entry"), false;
    const bool rate = c.asset == asset_kind::forex || c.asset == asset_kind::metal;
    // What is bought without credit can lose no more than was paid.
    const bool paid = c.venue == venue_kind::spot && c.side == trade_side::long_side &&
                      !c.leverage && !c.targets.empty() && !c.entries.empty();
    const bool needs_stop = (context_.rules.needs_stop && !paid) || rate;
    if (needs_stop && !c.stop) return refuse("stop", "no stop"), false;
    const bool needs_target = rate || context_.rules.needs_target;
    if (needs_target && c.targets.empty()) return refuse("targets", "no target"), false;
    return true;
  }

  /// A number of the size of a level that nobody claims: perhaps the one that matters.
  std::optional<Price> unclaimed_level() const {
    const auto& c = *result_.call;
    const auto like = [](Price a, Price b) {
      return 2 * a.units() <= 3 * b.units() && 2 * b.units() <= 3 * a.units();
    };
    for (const auto i : levels_.strays) {
      const auto x = view_.first_token(i).value;
      const bool known = std::find(c.entries.begin(), c.entries.end(), x) != c.entries.end() ||
                         std::find(c.targets.begin(), c.targets.end(), x) != c.targets.end() ||
                         (c.stop && c.stop->price == x);
      const auto near = !c.entries.empty() ? c.entries.front() : c.stop ? c.stop->price : Price{};
      if (!known && like(x, near)) return x;
    }
    return std::nullopt;
  }

  int confidence() const {
    int result = 100;
    switch (symbol_.best->why) {
      case symbol_evidence::pair:
      case symbol_evidence::label:
      case symbol_evidence::tag:
      case symbol_evidence::joined:
        result = 98;
        break;
      case symbol_evidence::name:
        result = 96;
        break;
      case symbol_evidence::place:
        result = 92;
        break;
      case symbol_evidence::known_coin:
        result = 80;
        break;
      default:
        result = 85;
        break;
    }
    if (side_inferred_) result -= 4;
    if (by_setup_) result -= 20;
    if (!levels_.entry_labelled && !levels_.says_limit && !levels_.at_market) result -= 2;
    constexpr int stray_cost = 5;
    result -= stray_cost * static_cast<int>(std::min<std::size_t>(levels_.strays.size(), 10));
    return std::max(result, 0);
  }

  message_view& view_;
  const message_context& context_;
  symbol_search symbol_;
  level_set levels_;
  reading result_;
  bool side_inferred_ = false;
  bool by_setup_ = false;
  bool sells_are_targets_ = false;
};

}  // namespace

void judge_call(reading& result, int confidence, const message_context& context) {
  const auto findings = check_call(*result.call, context);
  for (const auto& x : findings) result.rules.push_back({x.rule, x.what});
  const auto worst =
      std::find_if(findings.begin(), findings.end(), [](const finding& x) { return x.certain; });
  if (worst != findings.end())
    return conclude(result, verdict::refused, worst->rule, worst->what, sure_of_refusal);
  if (!findings.empty())
    return conclude(result, verdict::quarantine, findings.front().rule, findings.front().what,
                    sure_of_refusal);
  if (confidence < context.rules.least_confidence)
    return conclude(result, verdict::quarantine, "least-confidence",
                    fmt::format("confidence {} of 100, {} are asked for", confidence,
                                context.rules.least_confidence),
                    confidence);
  const auto& c = *result.call;
  conclude(result, verdict::signal, "complete-call",
           fmt::format("{} {} {}", to_string(c.action), to_string(c.side), c.ticker), confidence);
}

std::optional<reading> read_level_call(message_view& view, const message_context& context) {
  return level_caller{view, context}.run();
}

}  // namespace outcry::signals
