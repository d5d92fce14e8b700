#include "apps/outcry/console/screen.hpp"

#include <array>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <langinfo.h>
#include <unistd.h>

// Its macros would otherwise rename our own functions.
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <ncurses.h>

namespace outcry::console {

namespace {

struct look_of_ink {
  short pair;
  attr_t attributes;
};

/// Pairs of colours, 1 to 7.
enum pair_number : short { green = 1, yellow, red, cyan, on_cyan, on_red, grey };

look_of_ink look_of(ink x) {
  switch (x) {
    case ink::plain:
      return {0, A_NORMAL};
    case ink::dim:
      return {grey, A_DIM};
    case ink::strong:
      return {0, A_BOLD};
    case ink::good:
      return {green, A_NORMAL};
    case ink::warn:
      return {yellow, A_NORMAL};
    case ink::bad:
      return {red, A_BOLD};
    case ink::title:
      return {cyan, A_BOLD};
    case ink::bar:
      return {on_cyan, A_REVERSE};
    case ink::alarm:
      return {on_red, A_REVERSE | A_BOLD};
  }
  return {0, A_NORMAL};
}

bool has_colours() {
  const auto* no = std::getenv("NO_COLOR");
  return (no == nullptr || *no == '\0') && ::has_colors();
}

void prepare_colours() {
  ::start_color();
  ::use_default_colors();
  ::init_pair(green, COLOR_GREEN, -1);
  ::init_pair(yellow, COLOR_YELLOW, -1);
  ::init_pair(red, COLOR_RED, -1);
  ::init_pair(cyan, COLOR_CYAN, -1);
  ::init_pair(on_cyan, COLOR_CYAN, -1);
  ::init_pair(on_red, COLOR_RED, -1);
  ::init_pair(grey, -1, -1);
}

/// In a container the locale is often none at all, while the terminal at the other end reads UTF-8.
bool take_utf8() {
  std::setlocale(LC_ALL, "");
  if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0) return true;
  return std::setlocale(LC_ALL, "C.UTF-8") != nullptr;
}

/// What stands for a glyph in a terminal that has ASCII only.
wchar_t plain_glyph(char32_t x) {
  if (x < 0x80) return static_cast<wchar_t>(x);
  if (x >= 0x2581 && x <= 0x2588) return L"_.:-=+*#"[x - 0x2581];
  switch (x) {
    case 0x25B4:
      return L'^';
    case 0x25BE:
      return L'v';
    case 0x2502:
    case 0x251C:
      return L'|';
    case 0x2514:
      return L'`';
    case 0x2500:
      return L'-';
    case 0x2020:
      return L'+';
    case 0x2591:
      return L'.';
    default:
      return L'?';
  }
}

key key_of(int code) {
  switch (code) {
    case KEY_UP:
      return {press::up, 0};
    case KEY_DOWN:
      return {press::down, 0};
    case KEY_LEFT:
      return {press::left, 0};
    case KEY_RIGHT:
      return {press::right, 0};
    case KEY_PPAGE:
      return {press::page_up, 0};
    case KEY_NPAGE:
      return {press::page_down, 0};
    case KEY_HOME:
      return {press::home, 0};
    case KEY_END:
      return {press::end, 0};
    case KEY_ENTER:
      return {press::enter, 0};
    case KEY_BACKSPACE:
      return {press::backspace, 0};
    case KEY_BTAB:
      return {press::back_tab, 0};
    case KEY_F(1):
      return {press::help, 0};
    case KEY_F(4):
      return {press::glyph, U'/'};
    case KEY_F(6):
      return {press::glyph, U'>'};
    case KEY_F(10):
      return {press::glyph, U'q'};
    default:
      return {press::other, 0};
  }
}

key key_of_glyph(wint_t x) {
  switch (x) {
    case '\r':
    case '\n':
      return {press::enter, 0};
    case '\t':
      return {press::tab, 0};
    case 27:
      return {press::escape, 0};
    case 8:
    case 127:
      return {press::backspace, 0};
    default:
      return x < 32 ? key{press::other, 0} : key{press::glyph, static_cast<char32_t>(x)};
  }
}

}  // namespace

struct screen::terminal {
  SCREEN* opened = nullptr;
  bool ascii = false;
  bool colours = false;
};

screen::screen(const options& how) : terminal_(std::make_unique<terminal>()) {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1)
    throw no_terminal(
        "the console needs a terminal (with docker: exec -it); for scripts there is `outcry actors "
        "--json`");
  terminal_->ascii = !take_utf8() || how.ascii;
  const auto* kind = std::getenv("TERM");
  terminal_->opened = ::newterm(nullptr, stdout, stdin);
  if (terminal_->opened == nullptr)
    throw no_terminal(std::string{"the terminal's kind TERM="} + (kind == nullptr ? "" : kind) +
                      " is not known here; try TERM=xterm outcry console");
  ::set_term(terminal_->opened);
  terminal_->colours = has_colours();
  if (terminal_->colours) prepare_colours();
  ::cbreak();
  ::noecho();
  ::nonl();
  ::intrflush(stdscr, FALSE);
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  // A lone Esc is told from a function key by what follows at once.
  ::set_escdelay(25);
  ::curs_set(0);
  if (how.mouse) {
    ::mouseinterval(0);
    ::mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, nullptr);
  }
}

screen::~screen() {
  ::endwin();
  if (terminal_->opened != nullptr) ::delscreen(terminal_->opened);
}

int screen::rows() const {
  return getmaxy(stdscr);
}

int screen::columns() const {
  return getmaxx(stdscr);
}

std::optional<std::variant<key, mouse>> screen::next() {
  for (;;) {
    wint_t typed = 0;
    const int kind = ::wget_wch(stdscr, &typed);
    if (kind == ERR) return std::nullopt;
    if (kind == OK && typed == 12) {  // Ctrl-L: another program has written over us
      ::clearok(curscr, TRUE);
      continue;
    }
    if (kind == OK) return key_of_glyph(typed);
    if (typed == KEY_RESIZE) continue;
    if (typed != KEY_MOUSE) return key_of(static_cast<int>(typed));
    MEVENT event{};
    if (::getmouse(&event) != OK) continue;
    mouse x{mouse_button::click, event.y, event.x};
    if ((event.bstate & BUTTON4_PRESSED) != 0)
      x.button = mouse_button::wheel_up;
    else if ((event.bstate & BUTTON5_PRESSED) != 0)
      x.button = mouse_button::wheel_down;
    else if ((event.bstate & BUTTON1_PRESSED) == 0)
      continue;
    return x;
  }
}

void screen::show(const grid& picture) {
  for (int row = 0; row < picture.rows(); ++row) {
    for (int column = 0; column < picture.columns(); ++column) {
      const auto x = picture.at(row, column);
      if (x.glyph == 0) continue;
      auto look = look_of(x.paint);
      if (x.picked) look.attributes ^= A_REVERSE;
      const short pair = terminal_->colours ? look.pair : static_cast<short>(0);
      const std::array<wchar_t, 2> text{
          terminal_->ascii ? plain_glyph(x.glyph) : static_cast<wchar_t>(x.glyph), L'\0'};
      cchar_t cell{};
      ::setcchar(&cell, text.data(), look.attributes, pair, nullptr);
      ::mvwadd_wch(stdscr, row, column, &cell);
    }
  }
  ::wrefresh(stdscr);
}

}  // namespace outcry::console
