#include <algorithm>
#include <chrono>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/inspection/wording.hpp"
#include "apps/outcry/floor_link.hpp"
#include "apps/outcry/inspection/verbs.hpp"
#include "apps/outcry/output.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

/// A member that may be missing or null.
std::int64_t amount(const json& row, const char* name) {
  auto found = row.find(name);
  return found != row.end() && found->is_number() ? found->get<std::int64_t>() : 0;
}

std::string word_of(const json& row, const char* name) {
  auto found = row.find(name);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

json part_of(const json& row, const char* name) {
  auto found = row.find(name);
  return found != row.end() && found->is_object() ? *found : json::object();
}

std::int64_t mean_ns(const json& row) {
  const auto handler = part_of(row, "handler");
  const auto sampled = amount(handler, "sampled");
  return sampled > 0 ? amount(handler, "busy_ns") / sampled : 0;
}

/// Every actor's row. A floor whose inspection is down or older than this program still has its
/// plain list, with fewer members.
std::vector<json> actor_rows(const session& at) {
  try {
    std::vector<json> rows;
    for (auto& item : hear_all(at, "inspect", {{"interval_ms", 0}, {"parts", {"actors"}}}))
      for (auto& row : item.at("snapshot").at("actors")) rows.push_back(std::move(row));
    return rows;
  } catch (const control::request_refused&) {
    return hear_all(at, "actors", json::object());
  }
}

/// By text upwards, by number downwards; among the same by name.
bool comes_first(const json& a, const json& b, const std::string& by) {
  const auto name_a = word_of(a, "name");
  const auto name_b = word_of(b, "name");
  if (by == "name") return name_a < name_b;
  if (by == "kind" || by == "state")
    return std::tuple{word_of(a, by.c_str()), name_a} < std::tuple{word_of(b, by.c_str()), name_b};
  const auto key = [&](const json& x) {
    if (by == "wait") return amount(x, "oldest_wait_ms");
    if (by == "mean") return mean_ns(x);
    if (by == "max") return amount(part_of(x, "handler"), "max_ns");
    return amount(x, by.c_str());
  };
  return std::tuple{-key(a), name_a} < std::tuple{-key(b), name_b};
}

cell in_red_above_0(const json& row, const char* name) {
  return {fmt::to_string(amount(row, name)), amount(row, name) > 0 ? colour::red : colour::none};
}

std::string serving_text(const json& row, std::int64_t now_ms) {
  const auto serving = part_of(row, "serving");
  if (serving.empty()) return "";
  const auto ms = now_ms - amount(serving, "since_ms");
  // What is over in a moment is not worth a look.
  return ms < 1000 ? "" : word_of(serving, "message") + " " + inspection::lasting(ms);
}

}  // namespace

exit_code actor_list(const session& at, const actor_list_options& what) {
  auto items = actor_rows(at);
  std::sort(items.begin(), items.end(),
            [&](const json& a, const json& b) { return comes_first(a, b, what.sort); });
  if (at.json) {
    if (what.top > 0 && items.size() > what.top) items.resize(what.top);
    return print_array(items), all_done;
  }
  const bool timed = !items.empty() && items.front().contains("handler");
  std::size_t hidden = 0;
  if (!what.all)
    hidden = std::erase_if(items, [](const json& x) { return x.value("hidden", false); });
  if (what.top > 0 && items.size() > what.top) items.resize(what.top);
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  std::vector<std::string> header{"NAME",    "STATE",    "MAILBOX", "HANDLED",  "ERRORS",
                                  "REFUSED", "RESTARTS", "SINCE",   "LAST EXIT"};
  if (timed) {
    header.insert(header.begin() + 6, "LOST");
    header.insert(header.begin() + 3, {"WAIT", "MEAN", "MAX", "STUCK IN"});
  }
  std::vector<std::vector<cell>> rows;
  for (const auto& x : items) {
    auto mailbox = fmt::to_string(amount(x, "mailbox"));
    if (auto bound = amount(x, "mailbox_bound"); bound > 0) mailbox += fmt::format("/{}", bound);
    const auto state = word_of(x, "state");
    std::vector<cell> row{{word_of(x, "name")},
                          {state, colour_of(state)},
                          {mailbox},
                          {fmt::to_string(amount(x, "handled"))},
                          in_red_above_0(x, "errors"),
                          in_red_above_0(x, "refused"),
                          {fmt::to_string(amount(x, "restarts"))},
                          {local_time(amount(x, "since_ms")), colour::dim},
                          {word_of(x, "last_exit"), colour::red}};
    if (timed) {
      const auto wait = amount(x, "oldest_wait_ms");
      row.insert(row.begin() + 6, in_red_above_0(x, "lost"));
      row.insert(row.begin() + 3,
                 {{wait > 0 ? inspection::lasting(wait) : "-"},
                  {short_span(static_cast<std::uint64_t>(mean_ns(x)))},
                  {short_span(static_cast<std::uint64_t>(amount(part_of(x, "handler"), "max_ns")))},
                  {serving_text(x, now_ms), colour::red}});
    }
    rows.push_back(std::move(row));
  }
  output out;
  out.table(header, rows);
  if (hidden > 0)
    out.line({{fmt::format("{} of the floor's own are not shown: --all", hidden), colour::dim}});
  return all_done;
}

std::string short_span(std::uint64_t ns) {
  if (ns == 0) return "-";
  if (ns < 1000) return fmt::format("{} ns", ns);
  if (ns < 1'000'000) return fmt::format("{} us", ns / 1000);
  if (ns < 10'000'000) return fmt::format("{:.1f} ms", static_cast<double>(ns) / 1e6);
  if (ns < 1'000'000'000) return fmt::format("{} ms", ns / 1'000'000);
  return fmt::format("{:.1f} s", static_cast<double>(ns) / 1e9);
}

}  // namespace outcry::cli
