#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// tmux is installed here.
bool has_tmux();

/// A program on a terminal of its own, by a tmux server of its own, which ends with the object.
class terminal {
public:
  terminal(const std::vector<std::string>& command, int columns, int rows);
  ~terminal();
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;

  /// What the screen shows now.
  std::string screen() const;
  /// Waits until the screen is as wanted; false after a minute.
  bool becomes(const std::function<bool(const std::string& screen)>& wanted) const;
  /// Waits until the screen holds `text`; false after a minute.
  bool shows(const std::string& text) const;
  bool loses(const std::string& text) const;

  /// Presses keys by tmux's names: "Enter", "Escape", "Down".
  void press(const std::string& name);
  /// Types text as it stands.
  void type(const std::string& text);
  void resize(int columns, int rows);

  /// The program has ended; waits for it, false after a minute.
  bool ended() const;
  /// The program's process.
  int pid() const;

private:
  std::string tmux(const std::vector<std::string>& arguments) const;
  temp_dir dir_;
  mutable int runs_ = 0;
};

}  // namespace outcry::test
