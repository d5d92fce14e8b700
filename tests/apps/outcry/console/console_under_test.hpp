#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/outcry/console/app.hpp"
#include "tests/apps/outcry/console/made_floor.hpp"

namespace outcry::test {

/// The console without terminal and socket: what it asks is kept, the test answers.
class console_under_test {
public:
  explicit console_under_test(const console::console_options& options = {}) : app(options) {}

  /// Opens what it wants opened and collects what it asks.
  void settle() {
    app.tick(now_ms);
    for (auto todo = app.take_outgoing(); !todo.empty(); todo = app.take_outgoing())
      for (const auto& x : todo) {
        if (x.what == console::outgoing::deed::send)
          asked.push_back(nlohmann::json::parse(x.line));
        else if (x.what == console::outgoing::deed::open)
          ++opened[x.to == console::channel::main ? 0 : 1], greet(x.to);
        else
          ++closed[x.to == console::channel::main ? 0 : 1];
      }
  }

  /// The newest request of this operation; null = none.
  nlohmann::json request(const std::string& op) const {
    for (auto x = asked.rbegin(); x != asked.rend(); ++x)
      if (x->at("op") == op) return *x;
    return nullptr;
  }

  void hear(console::channel from, const nlohmann::json& line) {
    app.heard(from, line.dump(), now_ms);
    settle();
  }

  /// An item of the newest request of this operation.
  void answer(const std::string& op, const nlohmann::json& item) {
    hear(op == "trace" ? console::channel::trace : console::channel::main,
         {{"id", request(op).at("id")}, {"item", item}});
  }
  void end(const std::string& op, nlohmann::json more = nlohmann::json::object()) {
    more["id"] = request(op).at("id");
    more["end"] = true;
    hear(op == "trace" ? console::channel::trace : console::channel::main, more);
  }
  void refuse(const std::string& op, const std::string& code, const std::string& reason) {
    hear(op == "trace" ? console::channel::trace : console::channel::main,
         {{"id", request(op).at("id")}, {"error", {{"code", code}, {"reason", reason}}}});
  }

  void snapshot(const nlohmann::json& x) { answer("inspect", {{"snapshot", x}}); }

  void type(const std::string& text) {
    for (char c : text) press({console::press::glyph, static_cast<char32_t>(c)});
  }
  void press(console::key x) {
    app.press_key(x, now_ms);
    settle();
  }
  void press(console::press x) { press(console::key{x, 0}); }
  void click(int row, int column) {
    app.press_mouse({console::mouse_button::click, row, column}, now_ms);
    settle();
  }
  void pass(std::int64_t ms) {
    now_ms += ms;
    settle();
  }

  /// The screen, a line each.
  std::string screen(int rows = 24, int columns = 80) {
    auto picture = app.draw(rows, columns, now_ms);
    std::string result;
    for (int row = 0; row < picture.rows(); ++row) result += picture.text(row) + "\n";
    return result;
  }
  bool shows(const std::string& text) { return screen().find(text) != std::string::npos; }

  console::console_app app;
  std::vector<nlohmann::json> asked;
  int opened[2] = {};
  int closed[2] = {};
  bool there = true;  ///< somebody answers at the socket
  std::int64_t now_ms = 1'000'000;

private:
  void greet(console::channel over) {
    if (there)
      app.opened(over, now_ms);
    else
      app.lost(over, "no floor has opened it: start one", now_ms);
  }
};

}  // namespace outcry::test
