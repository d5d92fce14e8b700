#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/inspection/examiner.hpp"
#include "apps/outcry/console/book.hpp"
#include "apps/outcry/console/header.hpp"
#include "apps/outcry/console/keys.hpp"
#include "apps/outcry/console/page.hpp"
#include "apps/outcry/console/prompt.hpp"
#include "apps/outcry/console/talk.hpp"

namespace outcry::console {

struct console_options {
  bool allow_actions = false;
  std::int64_t interval_ms = 1000;  ///< 200 to 60000
};

/// The console without its terminal and its socket: keys, lines and the time come in, pictures and
/// lines go out. `now_ms` is a steady clock's everywhere. Not thread-safe.
class console_app {
public:
  explicit console_app(const console_options& options);
  console_app(const console_app&) = delete;
  console_app& operator=(const console_app&) = delete;

  void press_key(const key& x, std::int64_t now_ms);
  void press_mouse(const mouse& x, std::int64_t now_ms);

  void opened(channel from, std::int64_t now_ms) { talk_of(from).opened(now_ms); }
  void heard(channel from, std::string_view line, std::int64_t now_ms) {
    talk_of(from).heard(line, now_ms);
  }
  void lost(channel from, const std::string& why, std::int64_t now_ms) {
    talk_of(from).lost(why, now_ms);
  }

  /// Time has passed: connects anew, gives up what was not answered.
  void tick(std::int64_t now_ms);

  grid draw(int rows, int columns, std::int64_t now_ms);

  std::vector<outgoing> take_outgoing();
  bool done() const { return done_; }

private:
  struct button {
    int row;
    int begin;
    int end;
    key means;
  };

  talk& talk_of(channel x) { return x == channel::main ? main_ : trace_; }
  page& top() { return over_.empty() ? *tabs_[tab_].shows : *over_.back(); }
  look at(std::int64_t now_ms) const;

  void begin_watch();
  void hear_watch(const answer& x);
  void arrange(std::int64_t now_ms);

  void press_filter(const key& x);
  void press_deed(const key& x);
  void press_page(const key& x, std::int64_t now_ms);
  bool press_for_chosen(const key& x);
  bool press_anywhere(const key& x, std::int64_t now_ms);
  void ask_for_deed(std::vector<deed> deeds);
  void do_deed(const deed& x, const std::string& why);
  void open_page(std::unique_ptr<page> x);
  void close_top();
  void go_back();
  void show_tab(std::size_t x);
  void toggle_frozen(std::int64_t now_ms);
  void change_interval(int step, std::int64_t now_ms);
  void say(std::string text, ink paint);

  int draw_tabs(grid& on, int row);
  void draw_foot(grid& on, int row);
  void add_button(grid& on, int row, int& column, const std::string& text, ink paint, key means);

  struct tab {
    const char* title;
    std::unique_ptr<page> shows;
  };

  console_options options_;
  talk main_;
  talk trace_;
  book book_;
  std::unique_ptr<book> frozen_;
  std::int64_t frozen_at_ms_ = 0;
  inspection::examiner judge_;
  verdict verdict_;  ///< its headline is empty until the floor was seen
  std::vector<tab> tabs_;
  std::vector<std::unique_ptr<page>> over_;  ///< what was opened above the tab
  std::size_t tab_ = 0;
  bool stale_ = true;  ///< the page is to be arranged anew
  bool show_hidden_ = false;
  std::unique_ptr<typed_line> filter_;  ///< while a filter is typed
  std::unique_ptr<deed_prompt> deeds_;  ///< while it is asked what to do, and why
  field notice_;
  std::int64_t notice_until_ms_ = 0;
  std::int64_t now_ms_ = 0;
  std::vector<button> buttons_;  ///< of the screen drawn last
  bool started_ = false;
  bool done_ = false;
};

}  // namespace outcry::console
