#include "actors/phone/actor_table.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "messages/keys.hpp"
#include "messages/paths.hpp"

namespace outcry {

namespace {

using json = nlohmann::json;

constexpr std::int64_t stuck_ms = 2000;
constexpr std::size_t longest_text = 200;
constexpr std::size_t most_verdict_lines = 20;

double figure_in(const json& of, const char* key) {
  const auto found = of.find(key);
  return found != of.end() && found->is_number() ? found->get<double>() : 0;
}

std::string word_in(const json& of, const char* key) {
  const auto found = of.find(key);
  if (found == of.end() || !found->is_string()) return {};
  auto text = found->get<std::string>();
  if (text.size() <= longest_text) return text;
  auto end = longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

const json& object_in(const json& of, const char* key) {
  static const json nothing = json::object();
  const auto found = of.find(key);
  return found != of.end() && found->is_object() ? *found : nothing;
}

/// The number as it stands there, 0 if it does not.
json number_in(const json& of, const char* key) {
  const auto found = of.find(key);
  return found != of.end() && found->is_number() ? *found : json(0);
}

/// To a part of one: 10 = tenths.
double rounded(double value, double parts) {
  return std::round(value * parts) / parts;
}

/// Whoever needs looking at comes first; a mailbox counts by its magnitude, so that rows do not
/// come and go with every message.
std::tuple<bool, bool, int, std::string> rank_of(const json& actor, std::int64_t at_ms) {
  const auto state = word_in(actor, "state");
  const auto& serving = object_in(actor, "serving");
  const bool stuck =
      !serving.empty() && static_cast<double>(at_ms) - figure_in(serving, "since_ms") >= stuck_ms;
  const bool trouble = stuck || state == "failed" || state == "restarting" || state == "paused";
  const auto waiting = figure_in(actor, "mailbox") + figure_in(actor, "restarts");
  const auto hidden = actor.find("hidden");
  return {!trouble, hidden != actor.end() && *hidden == true,
          -static_cast<int>(std::log2(waiting + 1)), word_in(actor, "name")};
}

json verdict_line(const json& x) {
  return {{"rule", word_in(x, "rule")},        {"subject", word_in(x, "subject")},
          {"since", number_in(x, "since_ms")}, {"what", word_in(x, "what")},
          {"cost", word_in(x, "cost")},        {"advice", word_in(x, "advice")}};
}

/// "null" where nobody judges.
std::string verdict_value(std::string_view text, std::int64_t at_ms) {
  const auto verdict = json::parse(text, nullptr, false);
  if (!verdict.is_object()) return "null";
  auto lines = json::array();
  if (const auto found = verdict.find("lines"); found != verdict.end() && found->is_array())
    for (const auto& line : *found)
      if (line.is_object() && lines.size() < most_verdict_lines)
        lines.push_back(verdict_line(line));
  json value = {{"level", word_in(verdict, "level")},
                {"headline", word_in(verdict, "headline")},
                {"lines", std::move(lines)}};
  if (!value["lines"].empty()) value["at"] = at_ms;
  return value.dump();
}

}  // namespace

void actor_table::forget() {
  whole_ = true;
}

json actor_table::row(const json& actor, std::int64_t at_ms) {
  const auto& handler = object_in(actor, "handler");
  const totals now{at_ms, figure_in(actor, "enqueued"), figure_in(actor, "sent"),
                   figure_in(handler, "sampled"), figure_in(handler, "busy_ns")};
  json value = {{"kind", word_in(actor, "kind")},
                {"state", word_in(actor, "state")},
                {"since", number_in(actor, "since_ms")},
                {"mailbox", number_in(actor, "mailbox")},
                {"bound", number_in(actor, "mailbox_bound")},
                {"errors", number_in(actor, "errors")},
                {"refused", number_in(actor, "refused")},
                {"restarts", number_in(actor, "restarts")},
                {"lastExit", word_in(actor, "last_exit")}};
  const auto keep = [&](const char* as, const char* from) {
    if (actor.contains(from)) value[as] = number_in(actor, from);
  };
  keep("oldestWait", "oldest_wait_ms");
  keep("backoffLeft", "backoff_left_ms");
  if (!handler.empty()) value["max"] = rounded(figure_in(handler, "max_ns") / 1e6, 100);
  if (actor.contains("hidden") && actor["hidden"] == true) value["hidden"] = true;
  if (const auto& serving = object_in(actor, "serving"); !serving.empty())
    value["serving"] = {{"message", word_in(serving, "message")},
                        {"since", number_in(serving, "since_ms")}};
  const auto name = word_in(actor, "name");
  if (const auto before = before_.find(name); before != before_.end()) {
    const auto seconds = static_cast<double>(at_ms - before->second.at_ms) / 1e3;
    const auto rate = [&](double from, double to) {
      return rounded(std::max(0.0, to - from) / seconds, 10);
    };
    if (seconds > 0 && actor.contains("enqueued"))
      value["in"] = rate(before->second.enqueued, now.enqueued);
    if (seconds > 0 && actor.contains("sent")) value["out"] = rate(before->second.sent, now.sent);
    if (now.sampled > before->second.sampled)
      value["mean"] = rounded(
          (now.busy_ns - before->second.busy_ns) / (now.sampled - before->second.sampled) / 1e6,
          100);
  }
  now_[name] = now;
  return value;
}

std::vector<owed_value> actor_table::changes(std::string_view snapshot, std::string_view verdict) {
  const auto seen = json::parse(snapshot, nullptr, false);
  if (!seen.is_object()) return {};
  const auto actors = seen.find("actors");
  if (actors == seen.end() || !actors->is_array()) return {};
  const auto at_ms = static_cast<std::int64_t>(figure_in(seen, "at_ms"));

  std::vector<std::pair<std::tuple<bool, bool, int, std::string>, const json*>> ranked;
  for (const auto& actor : *actors)
    if (actor.is_object() && !word_in(actor, "name").empty())
      ranked.emplace_back(rank_of(actor, at_ms), &actor);
  const auto total = ranked.size();
  std::sort(ranked.begin(), ranked.end());
  now_.clear();
  // Rates are of all of them, whoever is shown next time.
  std::map<std::string, std::string> rows;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    auto value = row(*ranked[i].second, at_ms);
    if (i < most_rows_) rows[escape_key(std::get<3>(ranked[i].first))] = value.dump();
  }
  before_.swap(now_);

  std::vector<owed_value> result;
  const auto place = paths::floor_value("actors");
  if (std::exchange(whole_, false)) {
    json value = {{"at", at_ms}, {"total", total}, {"rows", json::object()}};
    for (const auto& [key, text] : rows) value["rows"][key] = json::parse(text);
    result.push_back({place, value.dump()});
    shown_verdict_.clear();
  } else {
    result.push_back({place + "/at", std::to_string(at_ms)});
    result.push_back({place + "/total", std::to_string(total)});
    for (const auto& [key, text] : rows)
      if (const auto old = shown_.find(key); old == shown_.end() || old->second != text)
        result.push_back({place + "/rows/" + key, text});
    for (const auto& [key, text] : shown_)
      if (!rows.contains(key)) result.push_back({place + "/rows/" + key, "null"});
  }
  shown_ = std::move(rows);
  if (auto text = verdict_value(verdict, at_ms); text != shown_verdict_) {
    result.push_back({paths::floor_value("verdict"), text});
    shown_verdict_ = std::move(text);
  }
  return result;
}

}  // namespace outcry
