#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <variant>

#include "apps/outcry/console/grid.hpp"
#include "apps/outcry/console/keys.hpp"

namespace outcry::console {

/// Why there can be no console here; the text says what to do.
class no_terminal : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The terminal of this process. One at a time, for one thread.
class screen {
public:
  struct options {
    bool ascii = false;  ///< only characters that every terminal has
    bool mouse = true;
  };

  /// Takes the terminal over. Throws no_terminal.
  explicit screen(const options& how);
  /// Gives it back as it was.
  ~screen();
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;

  int rows() const;
  int columns() const;

  /// What was pressed since; nothing when there is nothing more. Notices new sizes.
  std::optional<std::variant<key, mouse>> next();

  /// Shows a picture; only what has changed is sent.
  void show(const grid& picture);

private:
  struct terminal;
  std::unique_ptr<terminal> terminal_;
};

}  // namespace outcry::console
