#include <memory>

#include "apps/outcry/console/run.hpp"
#include "apps/outcry/console/screen.hpp"
#include "apps/outcry/verb_list.hpp"
#include "apps/outcry/waiting.hpp"

namespace outcry::cli {

namespace {

struct console_said {
  bool allow_actions = false;
  bool ascii = false;
  bool no_mouse = false;
  std::int64_t interval_ms = 1000;
};

exit_code show_console(const session& at, const console_said& said) {
  if (at.json)
    throw std::invalid_argument(
        "--json: the console is for people; scripts have `outcry actors --json`");
  console::run_options how;
  how.socket = config::socket_path(at.settings);
  how.console.allow_actions = said.allow_actions;
  how.console.interval_ms = said.interval_ms;
  how.ascii = said.ascii;
  how.mouse = !said.no_mouse;
  how.go_on = [] { return !interrupted(); };
  try {
    console::run(how);
  } catch (const console::no_terminal& e) {
    throw std::invalid_argument(e.what());
  }
  return all_done;
}

}  // namespace

void add_console_verb(verb_list& verbs) {
  auto said = std::make_shared<console_said>();
  auto* verb = verbs.add("console", "See into every actor of the floor, live",
                         [said](const session& at) { return show_console(at, *said); });
  verb->add_flag("--allow-actions", said->allow_actions,
                 "Restart, pause, stop actors and send messages to bots; each asks once");
  verb->add_option("--interval", said->interval_ms, "Milliseconds between two looks")
      ->check(CLI::Range(200, 60'000))
      ->capture_default_str();
  verb->add_flag("--ascii", said->ascii, "Only characters that every terminal has");
  verb->add_flag("--no-mouse", said->no_mouse, "Leave the mouse to the terminal");
}

}  // namespace outcry::cli
