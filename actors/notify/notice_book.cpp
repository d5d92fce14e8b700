#include "actors/notify/notice_book.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace outcry {

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr std::size_t most_lines = 20;
constexpr std::size_t longest_line = 160;

std::string times_said(std::uint32_t times) {
  return times > 1 ? fmt::format(" ({} times)", times) : std::string{};
}

std::vector<std::string> tags_of(notice_kind kind, bool urgent) {
  if (urgent) return {"rotating_light"};
  switch (kind) {
    case notice_kind::fill:
      return {"white_check_mark"};
    case notice_kind::signal:
      return {"raised_hand"};
    case notice_kind::day_result:
      return {"bar_chart"};
    case notice_kind::order_rejected:
    case notice_kind::bot:
    case notice_kind::command:
    case notice_kind::halt:
      return {"warning"};
    default:
      return {};
  }
}

/// Cut where a character begins.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  if (text.size() <= longest_line) return text;
  auto end = longest_line;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
  text.resize(end);
  return text + "…";
}

}  // namespace

std::string notice_book::click(const std::string& page) const {
  if (limits_.page.empty()) return {};
  auto base = limits_.page;
  while (base.ends_with('/')) base.pop_back();
  return base + page;
}

bool notice_book::has_alarm(const std::string& key) const {
  const auto found = alarms_.find(key);
  return found != alarms_.end() && !found->second.over;
}

void notice_book::add(waiting entry) {
  const auto same = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](const waiting& x) { return x.what.key == entry.what.key; });
  if (same != waiting_.end()) {
    same->what = std::move(entry.what);
    same->times += entry.times;
  } else if (waiting_.size() >= limits_.most_waiting) {
    left_out_[static_cast<std::size_t>(entry.what.kind)] += entry.times;
  } else {
    waiting_.push_back(std::move(entry));
  }
}

void notice_book::raise(const notice& what, std::int64_t now_ms) {
  if (!what.urgent) return add({what, 1, now_ms, false});
  auto found = alarms_.find(what.key);
  if (found == alarms_.end()) {
    if (alarms_.size() >= limits_.most_alarms) return add({what, 1, now_ms, false});
    alarms_.emplace(what.key, alarm{what});
    return;
  }
  auto& known = found->second;
  ++known.times;
  // Said anew when it was over, or when something else is the matter than what was acknowledged.
  const bool settled = known.acknowledged || !what.escalates;
  if ((known.over && known.over_said) || (settled && known.what != what)) {
    known.sends = 0;
    known.acknowledged = false;
  }
  known.what = what;
  known.over = known.over_said = false;
}

void notice_book::resolve(const std::string& key, const notice& news, std::int64_t now_ms) {
  auto found = alarms_.find(key);
  if (found == alarms_.end() || found->second.over) return;
  auto& known = found->second;
  const bool flies = flight_ && flight_->alarm == key;
  if (known.sends > 0 || flies) {
    known.over = true;
    known.over_said = news.title.empty();
    known.news = news;
    return;
  }
  if (!news.title.empty()) {
    auto missed = known.what;
    missed.urgent = false;
    missed.text += "\n" + news.title;
    add({std::move(missed), known.times, now_ms, false});
  }
  if (!known.ever_sent) {
    alarms_.erase(found);
  } else {
    known.over = known.over_said = true;  // its key is remembered until it may be said again
  }
}

void notice_book::acknowledge(std::int64_t heard_ms) {
  for (auto& [key, x] : alarms_)
    if (x.sends > 0 && x.sent_ms <= heard_ms) x.acknowledged = true;
}

bool notice_book::is_due(const alarm& x, std::int64_t now_ms) const {
  if (x.over) return !x.over_said;
  if (x.acknowledged) return false;
  if (x.sends > (x.what.escalates ? limits_.escalations : 0)) return false;
  return !x.ever_sent || now_ms >= x.sent_ms + limits_.escalate_ms;
}

push_request notice_book::alarm_push(const alarm& x) const {
  push_request push;
  if (x.over) {
    push.title = x.news.title;
    push.text = x.news.text;
    push.tags = {"white_check_mark"};
    push.click = click(x.news.page);
    return push;
  }
  push.title = x.what.title + times_said(x.times);
  push.text = x.what.text;
  push.priority = x.sends == 0 ? loudness::high : loudness::highest;
  if (x.sends > 0)
    push.text +=
        fmt::format("\nSaid {} times; whatever you send to the floor acknowledges.", x.sends + 1);
  push.tags = tags_of(x.what.kind, true);
  push.click = click(x.what.page);
  return push;
}

push_request notice_book::single_push(const waiting& x) const {
  push_request push;
  push.title = x.what.title + times_said(x.times);
  push.text = x.what.text;
  push.tags = tags_of(x.what.kind, false);
  push.click = click(x.what.page);
  return push;
}

push_request notice_book::digest_push(const flight& all) const {
  auto counts = all.left_out;
  std::uint64_t missing = 0;
  for (const auto count : counts) missing += count;
  for (const auto& x : all.entries) counts[static_cast<std::size_t>(x.what.kind)] += x.times;
  push_request push;
  for (std::size_t i = 0; i < notice_kinds; ++i)
    if (counts[i] > 0) {
      if (!push.title.empty()) push.title += ", ";
      push.title += counted(static_cast<notice_kind>(i), counts[i]);
    }
  std::size_t lines = 0;
  for (const auto& x : all.entries) {
    if (lines == most_lines) break;
    push.text += one_line(fmt::format("{}{}: {}", x.what.title, times_said(x.times), x.what.text));
    push.text += '\n';
    ++lines;
  }
  if (all.entries.size() > lines)
    push.text += fmt::format("and {} more\n", all.entries.size() - lines);
  if (missing > 0)
    push.text += fmt::format("and {} that were only counted: there was no room\n", missing);
  if (!push.text.empty()) push.text.pop_back();
  push.tags = {"clipboard"};
  push.click = click("/");
  return push;
}

void notice_book::forget_old(std::int64_t now_ms) {
  while (!spent_.empty() && now_ms >= spent_.front() + hour_ms) spent_.pop_front();
  std::erase_if(sent_at_, [&](const auto& x) { return now_ms >= x.second + limits_.digest_ms; });
  std::erase_if(alarms_, [&](const auto& x) {
    const auto& [key, old] = x;
    if (old.over) return old.over_said && now_ms >= old.sent_ms + limits_.escalate_ms;
    const bool silent =
        old.acknowledged || old.sends > (old.what.escalates ? limits_.escalations : 0);
    return silent && now_ms >= old.sent_ms + day_ms;
  });
}

std::optional<push_request> notice_book::next(std::int64_t now_ms, bool quiet) {
  if (flight_ || now_ms < not_before_ms_) return std::nullopt;
  forget_old(now_ms);
  for (const auto& [key, x] : alarms_)
    if (is_due(x, now_ms)) {
      flight_ = flight{key, x.what, x.over, false, {}, {}};
      return alarm_push(x);
    }
  for (auto& x : waiting_)
    if (quiet || !has_budget() || sent_at_.contains(x.what.key)) x.for_digest = true;
  if (quiet) return std::nullopt;
  const auto single = std::find_if(waiting_.begin(), waiting_.end(),
                                   [](const waiting& x) { return !x.for_digest; });
  if (single != waiting_.end()) {
    flight_ = flight{{}, {}, false, false, {std::move(*single)}, {}};
    waiting_.erase(single);
    return single_push(flight_->entries.front());
  }
  if (waiting_.empty() && left_out() == 0) return std::nullopt;
  const auto since = waiting_.empty() ? now_ms - limits_.digest_ms : waiting_.front().since_ms;
  const bool enough = now_ms >= since + limits_.digest_ms &&
                      (!digest_sent_ || now_ms >= last_digest_ms_ + limits_.digest_ms);
  if (!enough) return std::nullopt;
  const bool lone = waiting_.size() == 1 && left_out() == 0;
  flight all{{}, {}, false, true, {}, std::exchange(left_out_, {})};
  all.entries.assign(std::make_move_iterator(waiting_.begin()),
                     std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  flight_ = std::move(all);
  return lone ? single_push(flight_->entries.front()) : digest_push(*flight_);
}

void notice_book::delivered(std::int64_t now_ms) {
  if (!flight_) return;
  failures_ = 0;
  not_before_ms_ = 0;
  if (!flight_->alarm.empty()) {
    if (auto found = alarms_.find(flight_->alarm); found != alarms_.end()) {
      auto& x = found->second;
      if (flight_->says_over) {
        x.over_said = x.over;
        if (!x.over) x.sends = 0;  // it began again while its end was on its way
      } else {
        // One that is said only once is said again when it has changed on the way.
        x.sends = x.what.escalates || x.what == flight_->said ? x.sends + 1 : 0;
        x.ever_sent = true;
        x.sent_ms = now_ms;
      }
    }
  } else if (flight_->digest) {
    digest_sent_ = true;
    last_digest_ms_ = now_ms;
  } else {
    spent_.push_back(now_ms);
    sent_at_[flight_->entries.front().what.key] = now_ms;
  }
  flight_.reset();
}

void notice_book::failed(const push_reply& reply, std::int64_t now_ms, double random) {
  if (!flight_) return;
  auto pause = static_cast<std::int64_t>(
      static_cast<double>(
          std::min(limits_.most_backoff_ms, limits_.first_backoff_ms << std::min(failures_, 20u))) *
      (0.5 + random / 2));
  ++failures_;
  if (reply.outcome == push_outcome::unauthorized) pause = limits_.unauthorized_ms;
  not_before_ms_ = now_ms + std::max(pause, reply.retry_after_ms);
  auto back = std::move(*flight_);
  flight_.reset();
  for (std::size_t i = 0; i < notice_kinds; ++i) left_out_[i] += back.left_out[i];
  // In their old place, each with what came about the same thing meanwhile.
  std::deque<waiting> newer;
  newer.swap(waiting_);
  for (auto& x : back.entries) waiting_.push_back(std::move(x));
  for (auto& x : newer) add(std::move(x));
}

std::vector<notice> notice_book::owed() const {
  std::vector<notice> result;
  for (const auto& [key, x] : alarms_)
    if (!x.over && !x.acknowledged) result.push_back(x.what);
  if (flight_)
    for (const auto& x : flight_->entries) result.push_back(x.what);
  for (const auto& x : waiting_) result.push_back(x.what);
  return result;
}

std::uint64_t notice_book::left_out() const {
  std::uint64_t sum = 0;
  for (const auto count : left_out_) sum += count;
  return sum;
}

}  // namespace outcry
