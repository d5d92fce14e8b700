#include "actors/trading/performance_book.hpp"

#include <algorithm>
#include <initializer_list>

namespace outcry {

namespace {

bool is_sane(const profit_figures& x) {
  const Money limit = Money::from_integer(performance_book::too_large);
  const auto figures = {x.total, x.unrealized, x.realized, x.converted, x.profit, x.open};
  return std::all_of(figures.begin(), figures.end(),
                     [&](Money figure) { return figure < limit && figure > -limit; });
}

bool same_books(const profit_figures& a, const profit_figures& b) {
  return a.total == b.total && a.unrealized == b.unrealized && a.realized == b.realized &&
         a.converted == b.converted;
}

performance_record beginning(const bot_performance& word, const std::string& day) {
  return {word.bot_id, word.ticker, day, {}, word.figures, word.at_ns};
}

}  // namespace

void performance_book::restore(const std::vector<performance_record>& records) {
  for (const auto& record : records) {
    if (bots_.size() >= max_bots) return;
    day_ = std::max(day_, record.day);
    bots_.try_emplace(record.bot_id, entry{record, true, std::nullopt});
  }
}

bool performance_book::advance(const std::string& day) {
  if (day <= day_) return false;
  day_ = day;
  return true;
}

performance_change performance_book::note(const bot_performance& word, const std::string& day) {
  if (word.bot_id.empty() || !is_sane(word.figures)) return performance_change::refused;
  day_ = std::max(day_, day);
  auto found = bots_.find(word.bot_id);
  if (found == bots_.end()) {
    if (bots_.size() >= max_bots) return performance_change::refused;
    bots_.emplace(word.bot_id, entry{beginning(word, day), false, std::nullopt});
    return performance_change::booked;
  }
  auto& of = found->second;
  const bool begins_day = day > of.record.day;
  if (begins_day) roll(of, day);
  auto& record = of.record;
  const bool same_ticker = record.ticker == word.ticker;
  if (!begins_day && same_ticker && record.latest == word.figures) return performance_change::none;
  const bool only_marks = !begins_day && same_ticker && same_books(record.latest, word.figures);
  record.ticker = word.ticker;
  record.latest = word.figures;
  record.at_ns = std::max(record.at_ns, word.at_ns);
  of.is_saved = false;
  return only_marks ? performance_change::marks : performance_change::booked;
}

void performance_book::roll(entry& of, const std::string& day) {
  if (!of.is_saved) of.unsaved_before = of.record;
  of.record.base = of.record.latest;
  of.record.day = day;
}

std::vector<performance_record> performance_book::records() const {
  std::vector<performance_record> all;
  all.reserve(bots_.size());
  for (const auto& [id, of] : bots_) all.push_back(of.record);
  return all;
}

std::vector<performance_update> performance_book::sums(const std::set<std::string>& tickers,
                                                       timestamp_ns now) const {
  std::map<std::string_view, performance_update> by_ticker;
  for (const auto& ticker : tickers) by_ticker[ticker] = {ticker, day_, {}, {}, now};
  performance_update all{"", day_, {}, {}, now};
  for (const auto& [id, of] : bots_) {
    const auto& record = of.record;
    const auto today = record.day == day_ ? record.latest - record.base : profit_figures{};
    all.ever = all.ever + record.latest;
    all.today = all.today + today;
    auto found = by_ticker.find(record.ticker);
    if (found == by_ticker.end()) continue;
    found->second.ever = found->second.ever + record.latest;
    found->second.today = found->second.today + today;
  }
  std::vector<performance_update> result;
  for (auto& [ticker, update] : by_ticker) result.push_back(std::move(update));
  result.push_back(std::move(all));
  return result;
}

std::set<std::string> performance_book::tickers() const {
  std::set<std::string> all;
  for (const auto& [id, of] : bots_) all.insert(of.record.ticker);
  return all;
}

std::vector<performance_record> performance_book::unsaved() const {
  std::vector<performance_record> all;
  for (const auto& [id, of] : bots_) {
    if (of.unsaved_before) all.push_back(*of.unsaved_before);
    if (!of.is_saved) all.push_back(of.record);
  }
  return all;
}

void performance_book::saved(const std::vector<performance_record>& records) {
  for (const auto& record : records) {
    auto found = bots_.find(record.bot_id);
    if (found == bots_.end()) continue;
    auto& of = found->second;
    if (of.unsaved_before == record) of.unsaved_before.reset();
    if (of.record == record) of.is_saved = true;
  }
}

}  // namespace outcry
