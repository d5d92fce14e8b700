#include "actors/signals/labelled_score.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/signals/process_message.hpp"

namespace outcry::signals {

namespace {

using difference_list = std::vector<difference>;

std::string written(const std::vector<Price>& all, bool market = false) {
  std::string result = market ? "cmp" : "";
  for (const auto x : all) result += (result.empty() ? "" : " ") + to_string(x);
  return result.empty() ? "-" : result;
}

template <class Decimal>
std::string written(const std::optional<Decimal>& x) {
  return x ? to_string(*x) : "-";
}

/// Labels are JSON numbers: nine places are what a double keeps of them.
bool same(Price a, Price b) {
  return rounded(a, 9, rounding::half_even) == rounded(b, 9, rounding::half_even);
}

bool same(const std::optional<Price>& a, const std::optional<Price>& b) {
  return a && b ? same(*a, *b) : a.has_value() == b.has_value();
}

bool same(const std::optional<Ratio>& a, const std::optional<Price>& b) {
  return a && b && same(Price::from_units(a->units()), *b);
}

bool same(const std::vector<Price>& a, const std::vector<Price>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](Price x, Price y) { return same(x, y); });
}

void compare(difference_list& into, const char* field, const std::string& expected,
             const std::string& found) {
  if (expected != found) into.push_back({field, expected, found});
}

bool same_entries(const labelled_signal& label, const signal& x) {
  if (label.market && x.order != entry_order::market) return false;
  if (label.entries.empty()) return label.market || x.entries.empty();
  auto entries = x.entries;
  if (label.entries.size() == 1 && x.entry_range) entries.resize(1);
  return same(entries, label.entries);
}

std::string expiry_text(const std::optional<expiry_date>& x) {
  if (!x) return "-";
  return x->year == 0 ? fmt::format("{}/{}", x->month, x->day)
                      : fmt::format("{}/{}/{}", x->month, x->day, x->year);
}

void compare_option(difference_list& into, const labelled_signal& label, const signal& x) {
  const auto strike = x.option ? std::optional{x.option->strike} : std::nullopt;
  if (!same(strike, label.strike))
    into.push_back({"strike", written(label.strike), written(strike)});
  if (!label.strike || !x.option) return;
  compare(into, "right", std::string{to_string(label.right)},
          std::string{to_string(x.option->right)});
  if (label.expiry && *label.expiry != x.option->expiry)
    into.push_back({"expiry", expiry_text(label.expiry), expiry_text(x.option->expiry)});
}

difference_list compare_signal(const labelled_signal& label, const signal& x) {
  difference_list result;
  compare(result, "symbol", label.symbol, x.ticker);
  compare(result, "side", std::string{to_string(label.side)}, std::string{to_string(x.side)});
  compare(result, "action", std::string{to_string(label.action)}, std::string{to_string(x.action)});
  if (!same_entries(label, x))
    result.push_back({"entries", written(label.entries, label.market),
                      written(x.entries, x.order == entry_order::market)});
  const auto stop = x.stop ? std::optional{x.stop->price} : std::nullopt;
  if (!same(stop, label.stop)) result.push_back({"stop", written(label.stop), written(stop)});
  if (!same(x.targets, label.targets))
    result.push_back({"targets", written(label.targets), written(x.targets)});
  compare_option(result, label, x);
  return result;
}

std::string described(const labelled_step& x) {
  auto result = x.name;
  if (x.target) result += fmt::format(" {}", *x.target);
  if (x.all) result += " all";
  if (x.breakeven) result += " breakeven";
  if (x.price) result += " " + to_string(*x.price);
  if (x.percent) result += " " + to_string(*x.percent) + "%";
  if (x.leverage) result += " " + to_string(*x.leverage) + "x";
  if (x.factor) result += " times " + to_string(*x.factor);
  return x.unknown.empty() ? result : result + " " + x.unknown;
}

std::string described(const std::vector<update_step>& steps) {
  std::string result;
  for (const auto& x : steps) {
    result += (result.empty() ? "" : ", ") + std::string{to_string(x.kind)};
    if (x.target != 0) result += fmt::format(" {}", x.target);
    if (x.all) result += " all";
    if (x.breakeven) result += " breakeven";
    if (x.price) result += " " + to_string(*x.price);
    if (x.percent) result += " " + to_string(*x.percent) + "%";
    if (x.leverage) result += " " + to_string(*x.leverage) + "x";
    if (x.factor) result += " times " + to_string(*x.factor);
  }
  return result.empty() ? "-" : result;
}

bool meets(const labelled_step& label, const update_step& x) {
  if (!label.kind || *label.kind != x.kind || !label.unknown.empty()) return false;
  if (label.target && *label.target != x.target) return false;
  if (label.all && !x.all) return false;
  const bool place = x.kind == update_kind::move_stop;
  if (place ? label.breakeven != x.breakeven : label.breakeven && !x.breakeven) return false;
  return (!label.price || same(x.price, label.price)) &&
         (!label.percent || same(x.percent, label.percent)) &&
         (!label.leverage || same(x.leverage, label.leverage)) &&
         (!label.factor || same(x.factor, label.factor));
}

/// Steps that trade something: one too many costs money.
bool trades(update_kind x) {
  return x == update_kind::close || x == update_kind::close_partial || x == update_kind::cancel ||
         x == update_kind::scale;
}

difference_list compare_update(const labelled_update& label, const update& x) {
  difference_list result;
  compare(result, "symbol", label.symbol.empty() ? "-" : label.symbol,
          x.ticker.empty() ? "-" : x.ticker);
  for (const auto& wanted : label.steps) {
    const bool met = std::any_of(x.steps.begin(), x.steps.end(),
                                 [&](const update_step& step) { return meets(wanted, step); });
    if (!met) result.push_back({"step", described(wanted), described(x.steps)});
  }
  for (const auto& step : x.steps) {
    const bool wanted = std::any_of(label.steps.begin(), label.steps.end(),
                                    [&](const labelled_step& y) { return y.kind == step.kind; });
    if (!wanted && trades(step.kind)) result.push_back({"step", "-", described({step})});
  }
  return result;
}

}  // namespace

std::vector<difference> differences(const labelled_message& label, const reading& x) {
  const bool is_signal = label.kind == label_class::signal;
  const bool is_update = label.kind == label_class::update;
  if (is_signal && x.outcome == verdict::signal) return compare_signal(*label.call, *x.call);
  if (is_update && x.outcome == verdict::update) return compare_update(*label.change, *x.follow_up);
  const bool trades = x.outcome == verdict::signal || x.outcome == verdict::update;
  if (!is_signal && !is_update && !trades) return {};
  return {{"class", std::string{to_string(label.kind)}, std::string{to_string(x.outcome)}}};
}

double class_score::precision() const {
  return read == 0 ? 1.0 : static_cast<double>(right) / static_cast<double>(read);
}

double class_score::recall() const {
  return labelled == 0 ? 1.0 : static_cast<double>(right) / static_cast<double>(labelled);
}

label_score score(const std::vector<labelled_message>& messages) {
  label_score result;
  for (const auto& m : messages) {
    auto x = process_message(m.text, {});
    auto wrong = differences(m, x);
    ++result.confusion[static_cast<std::size_t>(m.kind)][static_cast<std::size_t>(x.outcome)];
    if (x.outcome == verdict::signal) ++result.signals.read;
    if (x.outcome == verdict::update) ++result.updates.read;
    const bool cautious = x.outcome == verdict::quarantine || x.outcome == verdict::refused;
    if (m.kind == label_class::signal || m.kind == label_class::update) {
      auto& own = m.kind == label_class::signal ? result.signals : result.updates;
      ++own.labelled;
      own.right += wrong.empty() ? 1 : 0;
      own.cautious += cautious ? 1 : 0;
    }
    if (!wrong.empty()) result.misses.push_back({m, std::move(x), std::move(wrong)});
  }
  return result;
}

}  // namespace outcry::signals
