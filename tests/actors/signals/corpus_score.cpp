#include "tests/actors/signals/corpus_score.hpp"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "actors/signals/process_message.hpp"

namespace outcry::test {

namespace {

using nlohmann::json;
using namespace outcry::signals;

/// The digest, a number of 160 bits, modulo 3: as 256 is 1 modulo 3, the sum of its bytes.
bool is_held_out(const std::string& text) {
  std::vector<unsigned char> digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return std::accumulate(digest.begin(), digest.begin() + size, 0U) % 3 == 0;
}

/// JSON numbers of the labels have few places: nine are exact enough for a double.
std::optional<Price> number(const json& x) {
  if (!x.is_number()) return std::nullopt;
  if (x.is_number_integer()) return Price::from_integer(x.get<std::int64_t>());
  char text[64];
  std::snprintf(text, sizeof text, "%.10f", x.get<double>());
  return *Price::parse(text);
}

bool same(const std::optional<Price>& a, const json& b) {
  const auto expected = number(b);
  if (!a || !expected) return a.has_value() == expected.has_value();
  return rounded(*a, 9, rounding::half_even) == rounded(*expected, 9, rounding::half_even);
}

bool same_entries(const signals::signal& x, const json& expect) {
  json numbers = json::array();
  bool market = false;
  for (const auto& e : expect.at("entry")) {
    if (e.is_string())
      market = true;
    else
      numbers.push_back(e);
  }
  if (market && x.order != entry_order::market) return false;
  if (numbers.empty()) return market || x.entries.empty();
  auto entries = x.entries;
  // [50000, 50000] is written for one price as well.
  if (numbers.size() == 1 && x.entry_range) entries.resize(1);
  if (entries.size() != numbers.size()) return false;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (!same(entries[i], numbers[i])) return false;
  return true;
}

bool same_exits(const signals::signal& x, const json& expect) {
  const auto stop = expect.value("sl", json{});
  const auto hinted = stop.is_null() ? expect.value("sl_hint", json{}) : stop;
  if (!same(x.stop ? std::optional{x.stop->price} : std::nullopt, hinted)) return false;
  auto targets = expect.value("tp", json::array());
  if (targets.empty()) targets = expect.value("tp_hint", json::array());
  if (targets.size() != x.targets.size()) return false;
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (!same(x.targets[i], targets[i])) return false;
  return true;
}

std::string wrong_in_signal(const signals::signal& x, const json& expect) {
  if (x.ticker != expect.at("symbol")) return "ticker " + x.ticker;
  if (to_string(x.side) != expect.at("side").get<std::string>()) return "side";
  if (to_string(x.action) != expect.at("action").get<std::string>()) return "action";
  if (!same_entries(x, expect)) return "entries";
  if (!same_exits(x, expect)) return "stop or targets";
  if (expect.contains("option")) {
    const auto& o = expect["option"];
    if (!x.option || !same(x.option->strike, o.at("strike"))) return "strike";
    const bool call = o.at("right") == "C";
    if ((x.option->right == option_right::call) != call) return "right";
  } else if (x.option) {
    return "an option";
  }
  if (expect.contains("leverage") && x.leverage &&
      *x.leverage != Ratio::from_integer(expect["leverage"].get<int>()))
    return "leverage";
  return "";
}

const update_step* step_of(const update& x, update_kind kind) {
  const auto found = std::find_if(x.steps.begin(), x.steps.end(),
                                  [&](const update_step& s) { return s.kind == kind; });
  return found == x.steps.end() ? nullptr : &*found;
}

update_kind kind_of(const std::string& label) {
  const std::pair<const char*, update_kind> kinds[] = {
      {"tp_hit", update_kind::target_hit},
      {"sl_hit", update_kind::stop_hit},
      {"close", update_kind::close},
      {"close_all", update_kind::close},
      {"closed", update_kind::closed},
      {"close_partial", update_kind::close_partial},
      {"cancel", update_kind::cancel},
      {"move_sl", update_kind::move_stop},
      {"set_exits", update_kind::move_stop},
      {"trailing_sl", update_kind::trailing_stop},
      {"sl_rule_changed", update_kind::stop_rule_changed},
      {"set_tp", update_kind::set_target},
      {"set_leverage", update_kind::set_leverage},
      {"partial_fill", update_kind::partial_fill},
      {"entry_filled", update_kind::filled},
      {"scale", update_kind::scale},
  };
  for (const auto& [name, kind] : kinds)
    if (label == name) return kind;
  throw std::runtime_error("a label nobody knows: " + label);
}

std::string wrong_in_step(const update& x, const json& expect) {
  const auto label = expect.at("kind").get<std::string>();
  const auto* step = step_of(x, kind_of(label));
  if (step == nullptr) return "no " + label;
  if (expect.contains("tp") && expect["tp"].is_number() && step->target != expect["tp"].get<int>())
    return "target number";
  if (expect.contains("tp_price") && !same(step->price, expect["tp_price"])) return "target";
  if (expect.contains("to")) {
    const bool even = expect["to"] == "breakeven" || expect["to"] == "entry";
    if (even != step->breakeven || (!even && !same(step->price, expect["to"]))) return "new stop";
  }
  if (expect.contains("pct") &&
      (!step->percent || *step->percent != Ratio::from_integer(expect["pct"].get<int>())))
    return "percent";
  if (expect.contains("leverage") &&
      (!step->leverage || *step->leverage != Ratio::from_integer(expect["leverage"].get<int>())))
    return "leverage";
  if (expect.contains("sl") && !same(step->price, expect["sl"])) return "stop";
  if (expect.contains("then")) return wrong_in_step(x, expect["then"]);
  // A position must never be closed but where the label says so.
  if (step_of(x, update_kind::close) != nullptr && label != "close" && label != "close_all")
    return "closes";
  return "";
}

std::string wrong_in_update(const update& x, const json& expect) {
  const auto& label = expect.at("update");
  if (x.ticker != label.value("symbol", std::string{})) return "ticker " + x.ticker;
  return wrong_in_step(x, label);
}

}  // namespace

std::optional<std::vector<labelled_message>> read_corpus(const std::string& path) {
  std::ifstream in{path};
  if (!in) return std::nullopt;
  std::vector<labelled_message> result;
  std::string line;
  while (std::getline(in, line)) {
    const auto x = json::parse(line);
    labelled_message m;
    m.line = result.size() + 1;
    m.text = x.at("text");
    m.kind = x.at("class");
    m.expect = x.at("expect").dump();
    m.held_out = is_held_out(m.text);
    result.push_back(std::move(m));
  }
  return result;
}

corpus_score score(const std::vector<labelled_message>& messages, bool held_out) {
  corpus_score result;
  for (const auto& m : messages) {
    if (m.held_out != held_out) continue;
    const auto x = process_message(m.text, {});
    const auto expect = json::parse(m.expect);
    const auto miss = [&](const std::string& why) {
      result.misses.push_back("line " + std::to_string(m.line) + " (" + m.kind + "): " +
                              std::string{to_string(x.outcome)} + ", " + x.reason + "; " + why);
    };
    if (x.outcome == verdict::signal) ++result.signals.read;
    if (x.outcome == verdict::update) ++result.updates.read;
    const bool cautious = x.outcome == verdict::quarantine || x.outcome == verdict::refused;
    if (m.kind == "signal") {
      ++result.signals.total;
      if (cautious) ++result.signals.cautious;
      const auto wrong = x.outcome == verdict::signal ? wrong_in_signal(*x.call, expect)
                                                      : std::string{"not read as a signal"};
      wrong.empty() ? static_cast<void>(++result.signals.right) : miss(wrong);
    } else if (m.kind == "update") {
      ++result.updates.total;
      if (cautious) ++result.updates.cautious;
      const auto wrong = x.outcome == verdict::update ? wrong_in_update(*x.follow_up, expect)
                                                      : std::string{"not read as an update"};
      wrong.empty() ? static_cast<void>(++result.updates.right) : miss(wrong);
    } else {
      ++(m.kind == "noise" ? result.noise : result.rejects);
      if (x.outcome == verdict::signal) ++result.false_trades;
      if (x.outcome == verdict::update) ++result.false_updates;
      if (x.outcome == verdict::signal || x.outcome == verdict::update) miss("must not be");
    }
  }
  return result;
}

}  // namespace outcry::test
