#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/outcry/console/grid.hpp"
#include "apps/outcry/console/keys.hpp"

namespace outcry::console {

/// Something that can be done to an actor, and how it is asked for.
struct deed {
  std::string op;      ///< "act", "send", "log_level"
  std::string what;    ///< the action, the verb, the level
  std::string target;  ///< the actor, or the bot
  std::string words;   ///< "restart pit:AAPL"
  bool needs_why = true;
};

/// What can be done to the actor of that name. Bots also take an operator's verbs.
std::vector<deed> deeds_for(const std::string& actor);
/// Its log levels.
std::vector<deed> levels_for(const std::string& actor);

/// A request's members for a deed; `why` is not empty where one is needed.
std::string arguments_of(const deed& x, std::string_view why);

/// One line of text that somebody types, at most 200 bytes.
class typed_line {
public:
  /// True when the key was taken.
  bool press_key(const key& x);
  const std::string& text() const { return text_; }
  void set(std::string text) { text_ = std::move(text); }
  /// Not a blank alone.
  bool said() const;

private:
  std::string text_;
};

/// Asks which of several deeds is meant and then, once, why. Nothing is done without both.
class deed_prompt {
public:
  enum class outcome : std::uint8_t { open, dropped, decided };

  explicit deed_prompt(std::vector<deed> deeds) : deeds_(std::move(deeds)) {}

  outcome press_key(const key& x);
  /// Draws over the last rows; returns how many.
  int draw(grid& on) const;

  /// When decided.
  const deed& chosen() const { return deeds_[at_]; }
  const std::string& why() const { return why_.text(); }

private:
  outcome choose(std::size_t which);

  std::vector<deed> deeds_;
  std::size_t at_ = 0;
  bool asks_why_ = false;
  typed_line why_;
};

}  // namespace outcry::console
