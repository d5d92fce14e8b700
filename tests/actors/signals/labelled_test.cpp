#include <sstream>

#include <catch2/catch.hpp>

#include "actors/signals/labelled_score.hpp"

namespace {

using namespace outcry::signals;

std::vector<labelled_message> labels(const std::string& lines) {
  std::istringstream in{lines};
  return read_labelled(in, "words.jsonl");
}

std::string problem(const std::string& lines) {
  try {
    labels(lines);
  } catch (const bad_label& e) {
    return e.what();
  }
  return "";
}

/// What differs, as "field: expected / read".
std::string wrong(const std::string& line) {
  std::string result;
  for (const auto& miss : score(labels(line)).misses)
    for (const auto& d : miss.wrong)
      result += (result.empty() ? "" : "; ") + d.field + ": " + d.expected + " / " + d.found;
  return result;
}

/// A call of our own with one part of its label exchanged.
std::string call(const std::string& text, const std::string& expect) {
  return R"({"text": ")" + text + R"(", "class": "signal", "expect": {)" + expect + "}}";
}

std::string change(const std::string& text, const std::string& update) {
  return R"({"text": ")" + text + R"(", "class": "update", "expect": {"update": )" + update + "}}";
}

}  // namespace

TEST_CASE("a label is met when every part is right, and each wrong part is named") {
  const std::string text = "WAG/USDT long entry 10 - 9.5 sl 9 tp 12, 13";
  const std::string side = R"("symbol": "WAG", "side": "long", )";
  CHECK(wrong(call(text, side + R"("entry": [10, 9.5], "sl": 9, "tp": [12, 13])")).empty());
  CHECK(wrong(call(text, R"("symbol": "WIG", "side": "short", "entry": [10, 9.5], "sl": 9, )"
                         R"("tp": [12, 13])")) == "symbol: WIG / WAG; side: short / long");
  CHECK(wrong(call(text, side + R"("entry": [9.5, 10], "sl": 8, "tp": [12])")) ==
        "entries: 9.5 10 / 10 9.5; stop: 8 / 9; targets: 12 / 12 13");
  CHECK(wrong(call(text, side + R"("entry": ["cmp"], "sl": 9, "tp": [12, 13])")) ==
        "entries: cmp / 10 9.5");
  // One entry in the label is the zone's first end.
  CHECK(wrong(call(text, side + R"("entry": [10], "sl": 9, "tp": [12, 13])")).empty());
  CHECK(wrong(call(text, side + R"("entry": [9.5], "sl": 9, "tp": [12, 13])")) ==
        "entries: 9.5 / 10 9.5");
}

TEST_CASE("an order at market is labelled cmp") {
  const std::string text = "WAG/USDT long entry now 10 sl 9 tp 12";
  const std::string rest = R"("symbol": "WAG", "side": "long", "sl": 9, "tp": [12], )";
  CHECK(wrong(call(text, rest + R"("entry": ["cmp"])")).empty());
  CHECK(wrong(call(text, rest + R"("entry": ["cmp", 10])")).empty());
  CHECK(wrong(call(text, rest + R"("entry": ["cmp", 11])")) == "entries: cmp 11 / cmp 10");
}

TEST_CASE("an option's contract is compared") {
  const std::string text = "BTO WAG 45c 6/21 @ 1.2";
  const auto option = [&](const std::string& x) {
    return call(text, R"("symbol": "WAG", "side": "long", "entry": [1.2], "option": )" + x);
  };
  CHECK(wrong(option(R"({"strike": 45, "right": "C", "expiry": "6/21"})")).empty());
  CHECK(wrong(option(R"({"strike": 45, "right": "C", "expiry": "June 21"})")).empty());
  CHECK(wrong(option(R"({"strike": 46, "right": "P", "expiry": "6/28"})")) ==
        "strike: 46 / 45; right: put / call; expiry: 6/28 / 6/21");
  CHECK(wrong(call(text, R"("symbol": "WAG", "side": "long", "entry": [1.2])")) ==
        "strike: - / 45");
}

TEST_CASE("an update is met by its steps") {
  CHECK(wrong(change("WAG TP2 hit, SL to BE", R"({"kind": "tp_hit", "symbol": "WAG", "tp": 2, )"
                                              R"("then": {"kind": "move_sl", "to": "breakeven"}})"))
            .empty());
  CHECK(wrong(change("WAG TP2 hit, SL to BE", R"([{"kind": "tp_hit", "symbol": "WAG", "tp": 2}, )"
                                              R"({"kind": "move_sl", "to": "entry"}])"))
            .empty());
  CHECK(wrong(change("move SL to 9.5", R"({"kind": "move_sl", "to": 9.6})")) ==
        "step: move_sl 9.6 / move_stop 9.5");
  CHECK(
      wrong(change("WAG close 50%", R"({"kind": "close_partial", "symbol": "WAG", "pct": 25})")) ==
      "step: close_partial 25% / close_partial 50%");
  CHECK(wrong(change("SL to TP1", R"({"kind": "move_sl", "to": "tp1"})")).empty());
  // What is not labelled must not be traded.
  CHECK(wrong(change("TP1 hit, close half", R"({"kind": "tp_hit", "tp": 1})")) ==
        "step: - / close_partial 50%");
}

TEST_CASE("new exits are a stop and targets") {
  CHECK(
      wrong(change("Target: 14 Stop: 9", R"({"kind": "set_exits", "tp": [14], "sl": 9})")).empty());
  CHECK(wrong(change("Target: 14 Stop: 9", R"({"kind": "set_exits", "tp": [15], "sl": 9})")) ==
        "step: set_tp 15 / move_stop 9, set_target 14");
}

TEST_CASE("a kind of update nobody knows counts as missed") {
  const auto x = labels(change("WAG closed", R"({"kind": "celebrate", "symbol": "WAG"})"));
  REQUIRE(x.size() == 1);
  CHECK_FALSE(x[0].change->steps[0].kind);
  CHECK(score(x).updates.recall() == 0.0);
}

TEST_CASE("precision and recall count what is right in every part") {
  const auto x = score(labels(
      call("WAG/USDT long entry 10 sl 9 tp 12",
           R"("symbol": "WAG", "side": "long", "entry": [10], "sl": 9, "tp": [12])") +
      "\n" + R"({"text": "WIG/USDT long entry 10 sl 9 tp 12", "class": "reject", "expect": null})" +
      "\n" + call("nothing of it", R"("symbol": "WAG", "side": "long", "entry": [10])")));
  CHECK(x.signals.labelled == 2);
  CHECK(x.signals.read == 2);
  CHECK(x.signals.right == 1);
  CHECK(x.signals.precision() == 0.5);
  CHECK(x.signals.recall() == 0.5);
  CHECK(x.count(label_class::reject, verdict::signal) == 1);
  CHECK(x.count(label_class::signal, verdict::nothing) == 1);
  CHECK(x.misses.size() == 2);
  // Nothing to be right about.
  CHECK(x.updates.precision() == 1.0);
  CHECK(x.updates.recall() == 1.0);
}

TEST_CASE("a refused or doubted reject is read rightly") {
  CHECK(wrong(R"({"text": "WAG/USDT long entry 10 sl 11 tp 12", "expect": null})").empty());
  CHECK(wrong(R"({"text": "TP1 hit", "class": "noise", "expect": null})") ==
        "class: noise / update");
}

TEST_CASE("bad lines are told with their place and what is wrong") {
  const std::string good = R"({"text": "hello", "class": "noise", "expect": null, "mood": 5})";
  CHECK(problem(good + "\n\n" + good).empty());
  CHECK(problem(good + "\n{") == "words.jsonl:2: no JSON");
  CHECK(problem("[]") == "words.jsonl:1: expected a JSON object");
  CHECK(problem(R"({"class": "noise"})") == R"(words.jsonl:1: "text": expected a text)");
  CHECK(problem(R"({"text": "x", "class": "song"})") ==
        R"(words.jsonl:1: "class": expected signal, update, noise or reject, found "song")");
  CHECK(problem(R"({"text": "x", "class": "signal", "expect": null})") ==
        R"(words.jsonl:1: "expect": a signal expects an object, found null)");
  CHECK(problem(call("x", R"("symbol": "WAG", "side": "up", "entry": [])")) ==
        R"(words.jsonl:1: "side": expected long or short, found "up")");
  CHECK(problem(call("x", R"("symbol": "WAG", "side": "long", "entry": ["ten"])")) ==
        R"(words.jsonl:1: "entry": expected a number, found "ten")");
  CHECK(problem(change("x", "{}")) == R"(words.jsonl:1: "kind": expected a text, found null)");
  CHECK(problem(change("x", "[]")) ==
        R"(words.jsonl:1: "update": expected at least one step, found [])");
}
