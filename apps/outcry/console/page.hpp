#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/inspection/verdict.hpp"
#include "apps/outcry/console/book.hpp"
#include "apps/outcry/console/table.hpp"
#include "apps/outcry/console/talk.hpp"

namespace outcry::console {

/// What pages are shown of, at the floor's time.
struct look {
  const book& data;
  std::int64_t now_ms = 0;
};

/// What fills the screen below the header.
class page {
public:
  virtual ~page() = default;

  /// The data or what is wanted of them changed: called before any key and before `draw`.
  virtual void arrange(const look&) {}
  virtual void draw(grid& on, const area& where, const look& at) = 0;
  /// False when the key means nothing to it.
  virtual bool press_key(const key&, const look&) { return false; }
  /// True when what is under the mouse is to be opened.
  virtual bool press_mouse(const mouse&, const look&) { return false; }

  /// The connection that the page asks over.
  virtual channel asks_over() const { return channel::main; }
  /// Time to ask for what the page wants to know; while it is on the screen.
  virtual void work(talk&, std::int64_t) {}
  /// It will not be shown again.
  virtual void close(talk&) {}

  /// The actor that is chosen; "" = none.
  virtual std::string actor() const { return {}; }
  /// The operator message that is chosen; "" = none.
  virtual std::string message() const { return {}; }

  virtual bool can_filter() const { return false; }
  virtual void set_filter(const std::string&) {}
  virtual std::string filter() const { return {}; }
  virtual void show_hidden(bool) {}
  /// A few words for the line of tabs: "12 of 340".
  virtual std::string remark() const { return {}; }
};

enum class table_kind : std::uint8_t { actors, pits, links, messages, graves };

std::unique_ptr<page> make_table_page(table_kind kind);

/// The tree of supervision, the last dead below it.
std::unique_ptr<page> make_tree_page();

/// A line of pieces.
using text_line = std::vector<field>;

/// Lines that scroll.
class text_page : public page {
public:
  void draw(grid& on, const area& where, const look& at) override;
  bool press_key(const key& x, const look& at) override;
  bool press_mouse(const mouse& x, const look& at) override;

protected:
  virtual std::vector<text_line> lines(const look& at, int columns) = 0;
  /// Stays at the end while lines come, unless somebody has gone up.
  void follow_end() { may_follow_ = follows_ = true; }

private:
  void scroll(int by);
  int top_ = 0;
  int last_top_ = 0;
  int height_ = 1;
  bool may_follow_ = false;
  bool follows_ = false;
};

/// One actor, asked for again and again while it is shown; its state only when somebody wishes.
std::unique_ptr<page> make_actor_page(const std::string& name);

/// What one actor or pit handles, live. Asks over a connection of its own, opened with it.
std::unique_ptr<page> make_trace_page(const std::string& name);

/// One operator message and what each bot answered.
std::unique_ptr<page> make_message_page(const std::string& id);

/// What is wrong, line by line; `said` outlives it.
std::unique_ptr<page> make_verdict_page(const inspection::verdict& said);

std::unique_ptr<page> make_help_page(bool allow_actions);

/// Breaks text at blanks into lines of at most `columns`, each indented.
void add_wrapped(std::vector<text_line>& to, const std::string& text, ink paint, int indent,
                 int columns);

}  // namespace outcry::console
