#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

/// The verbs of the program and what they do.
class verb_list {
public:
  using action = std::function<exit_code(const session&)>;

  explicit verb_list(CLI::App& app) : app_(app) {}

  CLI::App& app() { return app_; }

  /// A verb that speaks to a floor: its configuration must be right.
  CLI::App* add(const char* name, const char* what, action act) {
    return add_to(app_, name, what, {std::move(act), [] { return true; }});
  }

  /// A verb that needs no configuration; of its session only `json` counts.
  CLI::App* add_offline(const char* name, const char* what, action act) {
    return add_to(app_, name, what, {std::move(act), [] { return false; }});
  }

  /// A verb of which its options say whether it speaks to a floor.
  CLI::App* add_either(const char* name, const char* what, action act,
                       std::function<bool()> needs_floor) {
    return add_to(app_, name, what, {std::move(act), std::move(needs_floor)});
  }

  /// The same under another verb, which is nothing by itself.
  CLI::App* add_under(CLI::App& parent, const char* name, const char* what, action act,
                      bool needs_floor) {
    return add_to(parent, name, what, {std::move(act), [needs_floor] { return needs_floor; }});
  }

  /// What was said; null = none of ours.
  const action* said(bool& needs_floor) const {
    for (const auto& [app, x] : entries_) {
      if (!app->parsed()) continue;
      needs_floor = x.needs_floor();
      return &x.act;
    }
    return nullptr;
  }

private:
  struct entry {
    action act;
    std::function<bool()> needs_floor;
  };

  CLI::App* add_to(CLI::App& parent, const char* name, const char* what, entry x) {
    auto* result = parent.add_subcommand(name, what);
    entries_.emplace_back(result, std::move(x));
    return result;
  }

  CLI::App& app_;
  std::vector<std::pair<CLI::App*, entry>> entries_;
};

/// stop, start, exit, enter, set, kill.
void add_wish_verbs(verb_list& verbs);

/// ladder build, show, import, export.
void add_ladder_verbs(verb_list& verbs);

/// orders, positions, performance, risk.
void add_trading_verbs(verb_list& verbs);

/// signals explain, test.
void add_signal_verbs(verb_list& verbs);

/// signals accept, reject; `signals` is the group they stand in.
void add_confirm_verbs(verb_list& verbs, CLI::App& signals);

/// backtest.
void add_backtest_verb(verb_list& verbs);

/// console.
void add_console_verb(verb_list& verbs);

/// passcode set, remove, status.
void add_notify_verbs(verb_list& verbs);
void add_passcode_verbs(verb_list& verbs);

}  // namespace outcry::cli
