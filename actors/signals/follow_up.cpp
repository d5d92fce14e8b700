#include "actors/signals/follow_up.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/signals/checks.hpp"
#include "actors/signals/symbols.hpp"
#include "actors/signals/talk.hpp"
#include "actors/signals/update_rules.hpp"

namespace outcry::signals {

namespace {

struct named_match {
  std::string_view rule;
  update_match match;
};

std::optional<named_match> first_match(const message_view& view, std::size_t i) {
  for (const auto rules :
       {share_update_rules(), position_update_rules(), stop_update_rules(), target_update_rules()})
    for (const auto& rule : rules)
      if (auto found = rule.read(view, i)) return named_match{rule.name, std::move(*found)};
  return std::nullopt;
}

bool is_report(update_kind x) {
  return x == update_kind::target_hit || x == update_kind::stop_hit || x == update_kind::closed ||
         x == update_kind::filled || x == update_kind::partial_fill;
}

/// What the steps mean together.
void settle(std::vector<update_step>& steps) {
  const auto has = [&](update_kind kind) {
    return std::any_of(steps.begin(), steps.end(),
                       [&](const update_step& x) { return x.kind == kind; });
  };
  // "Breakeven hit, close": the report says where the stop belongs until it is closed.
  if (has(update_kind::close) && !has(update_kind::move_stop))
    for (auto at = steps.begin(); at != steps.end(); ++at)
      if (at->kind == update_kind::closed && at->breakeven && !at->price) {
        at->kind = update_kind::move_stop;
        std::rotate(at, at + 1, steps.end());
        break;
      }
  const auto keep_only = [&](auto wanted) {
    std::erase_if(steps, [&](const update_step& x) { return !wanted(x); });
  };
  if (has(update_kind::cancel))
    keep_only([](const update_step& x) { return x.kind == update_kind::cancel; });
  else if (has(update_kind::close))
    // A wish to close holds; how it came to it does not matter, nor what comes after.
    keep_only([](const update_step& x) {
      return x.kind == update_kind::close || x.kind == update_kind::target_hit ||
             x.kind == update_kind::move_stop;
    });
  else if (steps.front().kind == update_kind::closed || steps.front().kind == update_kind::stop_hit)
    steps.resize(1);
  const bool more = std::any_of(steps.begin(), steps.end(),
                                [](const update_step& x) { return x.kind != update_kind::filled; });
  if (more)
    std::erase_if(steps, [](const update_step& x) { return x.kind == update_kind::filled; });
  // "Breakeven, SL to 45.78": the price is the more exact way to say it. "TP1 hit, TP2 hit": the
  // farthest counts.
  for (std::size_t i = 0; i < steps.size(); ++i)
    for (auto n = steps.size(); --n > i;) {
      auto& a = steps[i];
      const auto& b = steps[n];
      if (a.kind != b.kind) continue;
      const bool same_stop = a.kind == update_kind::move_stop && (a.breakeven != b.breakeven);
      if (!same_stop && a.kind != update_kind::target_hit) continue;
      if (!a.price) a.price = b.price;
      a.breakeven = a.breakeven && !a.price;
      a.target = std::max(a.target, b.target);
      a.all = a.all || b.all;
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(n));
    }
  // Said twice is said once.
  for (std::size_t i = 0; i < steps.size(); ++i)
    for (auto n = steps.size(); --n > i;)
      if (steps[n] == steps[i]) steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(n));
}

class follower {
public:
  follower(message_view& view, const message_context& context) : view_(view), context_(context) {}

  std::optional<reading> run() && {
    result_.follow_up.emplace();
    find_steps();
    if (steps().empty()) return not_happened();
    settle(steps());
    name();
    if (strange_ && (!symbol_.best || is_bought(symbol_.best->first))) {
      denied_ = talk_sign{"something-else", "it is about something that is not traded"};
      return not_happened();
    }
    judge();
    return std::move(result_);
  }

private:
  /// "sold my car to buy #WAG": the ticker is what the money was for.
  bool is_bought(std::size_t symbol) const {
    for (auto i = symbol; i > 0 && i + 4 > symbol; --i) {
      if (is_sentence_end(view_.at(i - 1))) return false;
      if (view_.at(i - 1) == term::buy_word) return true;
    }
    return false;
  }

  std::vector<update_step>& steps() { return result_.follow_up->steps; }

  void find_steps() {
    for (std::size_t i = 0; i < view_.size(); ++i) {
      auto found = first_match(view_, i);
      if (!found) continue;
      if (auto sign = talk_around(view_, i)) {
        if (!denied_) denied_ = std::move(sign);
        // The whole sentence is about something else.
        while (view_.has(i + 1) && !is_sentence_end(view_.at(i + 1))) ++i;
        continue;
      }
      constexpr std::size_t most_steps = 8;
      if (steps().size() == most_steps) break;
      for (auto n = i; n <= found->match.last && view_.has(n); ++n) view_.roles[n] = role::event;
      result_.rules.push_back({found->rule, std::string{to_string(found->match.step.kind)}});
      certain_ = certain_ && found->match.certain;
      const auto kind = found->match.step.kind;
      // "50 %" and "half" are said of a position.
      const bool share = kind == update_kind::close_partial && found->match.step.percent;
      if (kind == update_kind::close || (kind == update_kind::close_partial && !share) ||
          kind == update_kind::cancel || kind == update_kind::filled)
        strange_ = strange_ || is_about_something_else(view_, found->match.last + 1);
      if (kind == update_kind::closed)
        strange_ =
            strange_ || is_about_something_else(view_, i + 1) || is_about_a_period(view_, i + 1);
      steps().push_back(found->match.step);
      i = found->match.last;
    }
    target_beside_stop();
  }

  /// "Target: 14 Stop: 9": labelled targets count beside a stop that is set.
  void target_beside_stop() {
    const bool stop = std::any_of(steps().begin(), steps().end(), [](const update_step& x) {
      return x.kind == update_kind::move_stop && x.price;
    });
    if (!stop) return;
    for (std::size_t i = 0; i + 1 < view_.size(); ++i) {
      if (view_.at(i) != term::target_label || view_.roles[i] == role::event) continue;
      auto at = i + 1;
      while (is_separator(view_.at(at)) || view_.at(at) == term::at_sign) ++at;
      if (!view_.is_price(at) || view_.roles[at] == role::event) continue;
      view_.roles[i] = role::event;
      update_step step;
      step.kind = update_kind::set_target;
      step.target = view_.marks[i].index;
      while (view_.is_price(at)) {
        step.price = view_.first_token(at).value;
        view_.roles[at] = role::event;
        result_.rules.push_back({"target-beside-stop", to_string(*step.price)});
        steps().push_back(step);
        const auto next = view_.at(at + 1);
        const bool list = next == term::comma || next == term::slash || next == term::dash ||
                          next == term::ampersand || next == term::joiner;
        at += list ? 2 : 1;
        if (!list) break;
      }
    }
  }

  std::optional<reading> not_happened() {
    if (!denied_) return std::nullopt;
    result_.follow_up.reset();
    result_.rules.push_back({denied_->rule, denied_->what});
    constexpr int confidence = 80;
    signals::conclude(result_, verdict::nothing, denied_->rule, denied_->what, confidence);
    return std::move(result_);
  }

  /// Whose call it is about.
  void name() {
    auto& x = *result_.follow_up;
    x.source = context_.source;
    x.author = context_.author;
    x.message_time = context_.message_time;
    symbol_ = find_symbol(view_, symbol_evidence::capitals);
    if (symbol_.best) {
      x.ticker = symbol_.best->what.ticker;
      x.quote = symbol_.best->what.quote;
      for (auto i = symbol_.best->first; i <= symbol_.best->last; ++i)
        view_.roles[i] = role::symbol;
      result_.rules.push_back(
          {"ticker", fmt::format("{} by {}", x.ticker, to_string(symbol_.best->why))});
    }
    bool longs = false;
    bool shorts = false;
    for (std::size_t i = 0; i < view_.size(); ++i) {
      longs = longs || view_.at(i) == term::long_word;
      shorts = shorts || view_.at(i) == term::short_word;
    }
    if (longs != shorts) x.side = longs ? trade_side::long_side : trade_side::short_side;
  }

  void conclude(verdict outcome, std::string_view rule, std::string reason, int confidence) {
    if (outcome != verdict::update) result_.rules.push_back({rule, reason});
    signals::conclude(result_, outcome, rule, std::move(reason), confidence);
  }

  /// Words in small letters that nobody knows, in the sentences with an event.
  std::size_t strange_words() const {
    std::size_t result = 0;
    std::size_t here = 0;
    bool event = false;
    for (std::size_t i = 0; i <= view_.size(); ++i) {
      if (i == view_.size() || is_sentence_end(view_.at(i))) {
        if (event) result += here;
        here = 0;
        event = false;
        continue;
      }
      event = event || view_.roles[i] == role::event;
      here += view_.at(i) == term::unknown && !view_.first_token(i).upper ? 1 : 0;
    }
    return result;
  }

  void judge() {
    for (const auto& x : steps())
      if (x.price && !x.price->is_positive())
        return conclude(verdict::refused, "positive-prices", to_string(*x.price) + " is no price",
                        90);
    std::size_t stops = 0;
    for (const auto& x : steps())
      stops += x.kind == update_kind::move_stop || x.kind == update_kind::trailing_stop ? 1 : 0;
    if (stops > 1)
      return conclude(verdict::quarantine, "one-stop", "several places for the stop", 80);
    // What was wished long ago may still be right, or not: a person decides.
    if (const auto old = check_age(context_))
      return conclude(verdict::quarantine, old->rule, old->what, 90);
    if (symbol_.rival)
      return conclude(
          verdict::quarantine, "one-ticker",
          fmt::format("{} or {}?", symbol_.best->what.ticker, symbol_.rival->what.ticker), 80);
    if (!symbol_.best && strange_words() > most_strange_words)
      return conclude(verdict::quarantine, "known-words", "many words nobody knows, and no ticker",
                      80);
    int confidence = 80;
    if (symbol_.best) confidence = symbol_.best->why == symbol_evidence::capitals ? 85 : 95;
    if (!certain_) confidence -= 10;
    std::string reason;
    for (const auto& x : steps()) {
      if (!reason.empty()) reason += ", then ";
      reason += to_string(x.kind);
    }
    if (confidence < context_.rules.least_confidence)
      return conclude(verdict::quarantine, "least-confidence", reason + ": not sure enough",
                      confidence);
    conclude(verdict::update, result_.rules.front().rule, std::move(reason), confidence);
  }

  static constexpr std::size_t most_strange_words = 2;

  message_view& view_;
  const message_context& context_;
  reading result_;
  symbol_search symbol_;
  std::optional<talk_sign> denied_;
  bool certain_ = true;
  bool strange_ = false;
};

}  // namespace

std::string_view reports(const message_view& view) {
  for (std::size_t i = 0; i < view.size(); ++i) {
    const auto found = first_match(view, i);
    if (!found) continue;
    const auto last = found->match.last;
    if (is_report(found->match.step.kind) && view.has(last) && view.at(last) != term::check &&
        !talk_around(view, i))
      return found->rule;
    i = std::max(i, last);
  }
  return {};
}

std::optional<reading> read_follow_up(message_view& view, const message_context& context) {
  return follower{view, context}.run();
}

}  // namespace outcry::signals
