#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "apps/outcry/console/app.hpp"

namespace outcry::console {

namespace {

constexpr std::int64_t intervals_ms[] = {200, 500, 1'000, 2'000, 5'000, 10'000, 60'000};

/// The floor waits for the bots ten seconds.
constexpr std::int64_t deed_limit_ms = 20'000;

}  // namespace

void console_app::press_key(const key& x, std::int64_t now_ms) {
  now_ms_ = now_ms;
  arrange(now_ms);
  if (deeds_)
    press_deed(x);
  else if (filter_)
    press_filter(x);
  else
    press_page(x, now_ms);
  stale_ = true;
}

void console_app::press_page(const key& x, std::int64_t now_ms) {
  if (press_for_chosen(x) || top().press_key(x, at(now_ms))) return;
  press_anywhere(x, now_ms);
}

void console_app::press_filter(const key& x) {
  if (x.what == press::enter || x.what == press::tab) {
    filter_.reset();
  } else if (x.what == press::escape) {
    filter_.reset();
    top().set_filter({});
  } else if (filter_->press_key(x)) {
    top().set_filter(filter_->text());
  } else {
    // Up and down look through what is found while one types.
    top().press_key(x, at(now_ms_));
  }
}

void console_app::press_deed(const key& x) {
  const auto outcome = deeds_->press_key(x);
  if (outcome == deed_prompt::outcome::open) return;
  auto asked = std::move(deeds_);
  if (outcome == deed_prompt::outcome::decided) do_deed(asked->chosen(), asked->why());
}

void console_app::ask_for_deed(std::vector<deed> deeds) {
  if (!options_.allow_actions)
    return say("read-only: start the console with --allow-actions to do that", ink::warn);
  deeds_ = std::make_unique<deed_prompt>(std::move(deeds));
}

void console_app::do_deed(const deed& x, const std::string& why) {
  if (!main_.live()) return say(x.words + ": not done, there is no floor", ink::bad);
  say(x.words + " ...", ink::plain);
  main_.ask(x.op, arguments_of(x, why), deed_limit_ms, [this, words = x.words](const answer& a) {
    if (a.what == answer::part::refused)
      say(fmt::format("{}: refused ({}): {}", words, a.code, a.text), ink::bad);
    if (a.what == answer::part::end) say(words + ": done", ink::good);
  });
}

bool console_app::press_for_chosen(const key& x) {
  const auto actor = top().actor();
  if (x.what == press::enter) {
    if (const auto message = top().message(); !message.empty())
      return open_page(make_message_page(message)), true;
    // An actor's own page opens nothing again.
    if (actor.empty() || !over_.empty()) return false;
    return open_page(make_actor_page(actor)), true;
  }
  if (actor.empty()) return false;
  if (x.is('t')) {
    // One trace at a time.
    if (top().asks_over() == channel::trace) close_top();
    return open_page(make_trace_page(actor)), true;
  }
  if (x.is('a')) return ask_for_deed(deeds_for(actor)), true;
  if (x.is('L')) return ask_for_deed(levels_for(actor)), true;
  return false;
}

void console_app::open_page(std::unique_ptr<page> x) {
  over_.push_back(std::move(x));
}

void console_app::close_top() {
  top().close(talk_of(top().asks_over()));
  over_.pop_back();
}

bool console_app::press_anywhere(const key& x, std::int64_t now_ms) {
  if (x.what == press::glyph && x.glyph >= '1' && x.glyph < '1' + tabs_.size())
    return show_tab(x.glyph - '1'), true;
  if (x.what == press::tab) return show_tab((tab_ + 1) % tabs_.size()), true;
  if (x.what == press::back_tab) return show_tab((tab_ + tabs_.size() - 1) % tabs_.size()), true;
  if (x.what == press::escape || x.what == press::backspace) return go_back(), true;
  if (x.what == press::help || x.is('?') || x.is('h')) {
    open_page(make_help_page(options_.allow_actions));
    return true;
  }
  if (x.is('/') && top().can_filter()) {
    filter_ = std::make_unique<typed_line>();
    filter_->set(top().filter());
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
    close_top();
  else if (!top().filter().empty())
    top().set_filter({});
  else
    show_tab(0);
}

void console_app::show_tab(std::size_t x) {
  while (!over_.empty()) close_top();
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
  // What is asked is answered with keys: no click decides.
  if (deeds_) return;
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
