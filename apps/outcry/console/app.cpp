#include "apps/outcry/console/app.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace outcry::console {

namespace {

constexpr std::int64_t notice_ms = 6'000;
constexpr std::int64_t intervals_ms[] = {200, 500, 1'000, 2'000, 5'000, 10'000, 60'000};

}  // namespace

console_app::console_app(console_options options)
    : options_(std::move(options)),
      main_(channel::main, [this] { begin_watch(); }),
      trace_(channel::trace, [] {}) {
  tabs_.push_back({"Actors", make_table_page(table_kind::actors)});
  tabs_.push_back({"Tree", make_tree_page()});
  tabs_.push_back({"Pits", make_table_page(table_kind::pits)});
  tabs_.push_back({"Links", make_table_page(table_kind::links)});
  tabs_.push_back({"Messages", make_table_page(table_kind::messages)});
  tabs_.push_back({"Dead", make_table_page(table_kind::graves)});
  tabs_.push_back({"Verdict", make_verdict_page(verdict_)});
}

std::vector<outgoing> console_app::take_outgoing() {
  auto result = main_.take_outgoing();
  auto more = trace_.take_outgoing();
  std::move(more.begin(), more.end(), std::back_inserter(result));
  return result;
}

look console_app::at(std::int64_t now_ms) const {
  // Frozen, time stands still, too. A floor that is gone does not grow older.
  if (frozen_) return {*frozen_, frozen_at_ms_};
  return {book_, book_.now_ms(main_.live() ? now_ms : book_.heard_ms())};
}

void console_app::say(std::string text, ink paint) {
  notice_ = {std::move(text), paint};
  notice_until_ms_ = now_ms_ + notice_ms;
}

void console_app::begin_watch() {
  main_.ask("inspect", fmt::format("\"interval_ms\":{}", options_.interval_ms), 0,
            [this](const answer& x) { hear_watch(x); });
}

void console_app::hear_watch(const answer& x) {
  if (x.what == answer::part::refused && main_.live()) {
    say(fmt::format("the floor tells nothing ({}): {}", x.code, x.text), ink::bad);
    return main_.lost(fmt::format("the floor refuses ({}): {}", x.code, x.text), now_ms_);
  }
  if (x.what == answer::part::end) return begin_watch();
  if (x.what != answer::part::item) return;
  const auto heard_ms = main_.heard_ms();
  if (!book_.take(x.text, heard_ms)) return;
  verdict_ =
      options_.judge ? options_.judge(x.text, heard_ms) : glance(book_, book_.now_ms(heard_ms));
  if (!frozen_) stale_ = true;
}

void console_app::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (!std::exchange(started_, true)) main_.open(now_ms);
  main_.tick(now_ms);
  trace_.tick(now_ms);
}

void console_app::arrange(std::int64_t now_ms) {
  if (!std::exchange(stale_, false)) return;
  top().show_hidden(show_hidden_);
  top().arrange(at(now_ms));
}

void console_app::press_key(const key& x, std::int64_t now_ms) {
  now_ms_ = now_ms;
  arrange(now_ms);
  if (prompt_ == prompt::filter) {
    press_filter(x);
  } else if (!press_for_chosen(x, now_ms) && !top().press_key(x, at(now_ms))) {
    press_anywhere(x, now_ms);
  }
  stale_ = true;
}

void console_app::press_filter(const key& x) {
  if (x.what == press::enter || x.what == press::tab) {
    prompt_ = prompt::none;
    return;
  }
  if (x.what == press::escape) {
    prompt_ = prompt::none;
    typed_.clear();
  } else if (x.what == press::backspace) {
    while (!typed_.empty() && (static_cast<unsigned char>(typed_.back()) & 0xC0) == 0x80)
      typed_.pop_back();
    if (!typed_.empty()) typed_.pop_back();
  } else if (x.what == press::glyph && typed_.size() < 100) {
    append_glyph(typed_, x.glyph);
  } else {
    top().press_key(x, at(now_ms_));
    return;
  }
  top().set_filter(typed_);
}

bool console_app::press_for_chosen(const key&, std::int64_t) {
  return false;
}

bool console_app::press_anywhere(const key& x, std::int64_t now_ms) {
  if (x.what == press::glyph && x.glyph >= '1' && x.glyph < '1' + tabs_.size())
    return show_tab(x.glyph - '1'), true;
  if (x.what == press::tab) return show_tab((tab_ + 1) % tabs_.size()), true;
  if (x.what == press::back_tab) return show_tab((tab_ + tabs_.size() - 1) % tabs_.size()), true;
  if (x.what == press::escape || x.what == press::backspace) return go_back(), true;
  if (x.what == press::help || x.is('?') || x.is('h')) {
    over_.push_back(make_help_page(options_.allow_actions));
    return true;
  }
  if (x.is('/') && top().can_filter()) {
    prompt_ = prompt::filter;
    typed_ = top().filter();
    return true;
  }
  if (x.is('H')) return show_hidden_ = !show_hidden_, true;
  if (x.is('f') || x.is(' ')) return toggle_frozen(now_ms), true;
  if (x.is('+') || x.is('=')) return change_interval(-1, now_ms), true;
  if (x.is('-')) return change_interval(1, now_ms), true;
  if (x.is('d')) return show_tab(tabs_.size() - 1), true;
  if (x.is('q')) return done_ = true;
  return false;
}

void console_app::go_back() {
  if (!over_.empty())
    over_.pop_back();
  else if (!top().filter().empty())
    top().set_filter({});
  else
    show_tab(0);
}

void console_app::show_tab(std::size_t x) {
  over_.clear();
  tab_ = x;
}

void console_app::toggle_frozen(std::int64_t now_ms) {
  if (frozen_) {
    frozen_.reset();
    return;
  }
  frozen_at_ms_ = at(now_ms).now_ms;
  frozen_ = std::make_unique<book>(book_);
}

void console_app::change_interval(int step, std::int64_t now_ms) {
  auto found =
      std::lower_bound(std::begin(intervals_ms), std::end(intervals_ms), options_.interval_ms) -
      std::begin(intervals_ms);
  const auto most = static_cast<std::ptrdiff_t>(std::size(intervals_ms)) - 1;
  const auto next = intervals_ms[std::clamp<std::ptrdiff_t>(found + step, 0, most)];
  if (next == options_.interval_ms) return;
  options_.interval_ms = next;
  // What is under way ends with its connection only.
  main_.open(now_ms);
}

void console_app::press_mouse(const mouse& x, std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (x.button == mouse_button::click || x.button == mouse_button::double_click)
    for (const auto& b : buttons_)
      if (x.row == b.row && x.column >= b.begin && x.column < b.end)
        return press_key(key{b.means}, now_ms);
  arrange(now_ms);
  const bool opens = top().press_mouse(x, at(now_ms));
  stale_ = true;
  if (opens) press_key({press::enter, 0}, now_ms);
}

}  // namespace outcry::console
