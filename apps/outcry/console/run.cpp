#include "apps/outcry/console/run.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <poll.h>
#include <unistd.h>

#include "apps/outcry/console/screen.hpp"
#include "apps/outcry/console/wire.hpp"

namespace outcry::console {

namespace {

/// Between two pictures, at least: storms of keys, lines and sizes are drawn together.
constexpr std::int64_t frame_ms = 33;
/// Clocks on the screen move so often by themselves.
constexpr std::int64_t idle_ms = 250;
/// Keys taken before the floor is heard again.
constexpr int most_keys = 256;

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

class runner {
public:
  explicit runner(const run_options& how)
      : how_(how),
        app_(how.console),
        screen_({how.ascii, how.mouse}),
        main_(how.socket, events_of(channel::main)),
        trace_(how.socket, events_of(channel::trace)) {}

  void work() {
    while (!app_.done() && (!how_.go_on || how_.go_on())) {
      app_.tick(steady_ms());
      do_outgoing();
      if (!wait()) return;
      main_.work();
      trace_.work();
      take_keys();
      draw();
    }
  }

private:
  wire::events events_of(channel x) {
    return {[this, x](std::string_view) { changed(), app_.opened(x, steady_ms()); },
            [this, x](std::string_view line) { changed(), app_.heard(x, line, steady_ms()); },
            [this, x](const std::string& why) { changed(), app_.lost(x, why, steady_ms()); }};
  }

  void changed() { changed_ = true; }

  void do_outgoing() {
    // What is done may bring more to do, but not without end: a failed connection is tried again
    // only after a pause.
    for (auto todo = app_.take_outgoing(); !todo.empty(); todo = app_.take_outgoing())
      for (const auto& x : todo) {
        auto& over = x.to == channel::main ? main_ : trace_;
        if (x.what == outgoing::deed::open)
          over.open();
        else if (x.what == outgoing::deed::close)
          over.close();
        else
          over.send(x.line);
      }
  }

  /// False when the terminal is gone.
  bool wait() {
    const auto since = steady_ms() - drawn_ms_;
    const auto left = std::max<std::int64_t>((changed_ ? frame_ms : idle_ms) - since, 0);
    std::array<pollfd, 3> on{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{main_.fd(), main_.wants(), 0},
                             pollfd{trace_.fd(), trace_.wants(), 0}};
    ::poll(on.data(), on.size(), static_cast<int>(left));
    return (on[0].revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
  }

  void take_keys() {
    for (int i = 0; i < most_keys && !app_.done(); ++i) {
      auto next = screen_.next();
      if (!next) break;
      changed();
      if (const auto* pressed = std::get_if<key>(&*next))
        app_.press_key(*pressed, steady_ms());
      else
        app_.press_mouse(std::get<mouse>(*next), steady_ms());
    }
  }

  void draw() {
    const auto now_ms = steady_ms();
    const bool resized = screen_.rows() != rows_ || screen_.columns() != columns_;
    if (now_ms - drawn_ms_ < (changed_ || resized ? frame_ms : idle_ms)) return;
    rows_ = screen_.rows();
    columns_ = screen_.columns();
    screen_.show(app_.draw(rows_, columns_, now_ms));
    drawn_ms_ = steady_ms();
    changed_ = false;
  }

  const run_options& how_;
  console_app app_;
  screen screen_;
  wire main_;
  wire trace_;
  std::int64_t drawn_ms_ = 0;
  int rows_ = 0;
  int columns_ = 0;
  bool changed_ = true;
};

}  // namespace

void run(const run_options& how) {
  runner{how}.work();
}

}  // namespace outcry::console
