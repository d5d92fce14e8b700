#include "tests/apps/outcry/console/terminal.hpp"

#include <chrono>

#include <unistd.h>

#include "tests/support/process.hpp"

namespace outcry::test {

namespace {

constexpr const char* tmux_program = "/usr/bin/tmux";

/// Each look at the screen is a process: not so often that the console gets no time of its own.
constexpr std::chrono::milliseconds between_looks{50};

bool soon(const std::function<bool()>& there) {
  auto next = std::chrono::steady_clock::now();
  return eventually(
      [&] {
        if (std::chrono::steady_clock::now() < next) return false;
        const bool result = there();
        next = std::chrono::steady_clock::now() + between_looks;
        return result;
      },
      std::chrono::seconds(60));
}

}  // namespace

bool has_tmux() {
  return ::access(tmux_program, X_OK) == 0;
}

std::string terminal::tmux(const std::vector<std::string>& arguments) const {
  process::options how;
  how.arguments = {tmux_program, "-u", "-S", dir_.file("tmux.sock"), "-f", "/dev/null"};
  how.arguments.insert(how.arguments.end(), arguments.begin(), arguments.end());
  how.environment = {{"LC_ALL", "C.UTF-8"}, {"TERM", "xterm-256color"}, {"TMUX", ""}};
  how.output_file = dir_.file("output" + std::to_string(++runs_));
  process one{how};
  one.wait();
  return one.output();
}

terminal::terminal(const std::vector<std::string>& command, int columns, int rows) {
  std::vector<std::string> arguments{"new-session",           "-d", "-x",
                                     std::to_string(columns), "-y", std::to_string(rows)};
  arguments.insert(arguments.end(), command.begin(), command.end());
  // The window stays when the program has ended, and keeps the size it is given.
  for (auto x : {";", "set", "-g", "remain-on-exit", "on", ";", "set", "-g", "window-size",
                 "manual", ";", "set", "-g", "status", "off"})
    arguments.emplace_back(x);
  tmux(arguments);
  resize(columns, rows);
}

terminal::~terminal() {
  tmux({"kill-server"});
}

std::string terminal::screen() const {
  return tmux({"capture-pane", "-p"});
}

bool terminal::becomes(const std::function<bool(const std::string&)>& wanted) const {
  return soon([&] { return wanted(screen()); });
}

bool terminal::shows(const std::string& text) const {
  return soon([&] { return screen().find(text) != std::string::npos; });
}

bool terminal::loses(const std::string& text) const {
  return soon([&] { return screen().find(text) == std::string::npos; });
}

void terminal::press(const std::string& name) {
  tmux({"send-keys", name});
}

void terminal::type(const std::string& text) {
  tmux({"send-keys", "-l", text});
}

void terminal::resize(int columns, int rows) {
  tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

bool terminal::ended() const {
  return soon([&] {
    return tmux({"list-panes", "-F", "dead=#{pane_dead}"}).starts_with("dead=1");
  });
}

int terminal::pid() const {
  return std::atoi(tmux({"list-panes", "-F", "#{pane_pid}"}).c_str());
}

}  // namespace outcry::test
