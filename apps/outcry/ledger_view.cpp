#include "apps/outcry/ledger_view.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace outcry::cli {

namespace {

using nlohmann::json;

constexpr std::array statuses = {"done",      "ignored", "error", "expired",
                                 "no_answer", "pending", "open"};

std::string text(const json& x, const char* name) {
  auto found = x.find(name);
  return found != x.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

std::string target_text(const json& message) {
  const auto& target = message.at("target");
  if (target.at("type") == "ALL") return "ALL";
  std::string result;
  for (const auto& name : target.at("selected"))
    result += (result.empty() ? "" : ", ") + name.get<std::string>();
  return result;
}

void ledger_view::print(const std::vector<cell>& cells) const {
  if (out_) out_->line(cells, cells.size() == 5 ? widths_ : std::vector<std::size_t>{});
}

void ledger_view::show(const json& ledger) {
  widths_.clear();
  state_ = text(ledger, "state");
  reason_ = text(ledger, "reason");
  print({{text(ledger, "type"), colour::bold},
         {target_text(ledger)},
         {text(ledger, "id"), colour::dim},
         {local_time(ledger.value("pressedAt", std::int64_t{0})), colour::dim},
         {text(ledger, "createdBy"), colour::dim}});
  if (auto words = text(ledger, "description"); !words.empty()) print({{"  " + words}});
  widths_ = {10, 0, 0, 9};
  for (const auto& [bot, line] : ledger.at("acknowledgement").items()) {
    widths_[1] = std::max(widths_[1], width(bot));
    widths_[2] = std::max(widths_[2], width(text(line, "ticker")));
  }
  for (const auto& name : ledger.value("unmatched", json::array()))
    print({{fmt::format("  nobody here is called {}", name.get<std::string>()), colour::red}});
  for (const auto& [bot, line] : ledger.at("acknowledgement").items()) {
    status_[bot] = "open";
    if (text(line, "status") != "open") show_line(bot, line);
  }
}

void ledger_view::show_line(const std::string& bot, const json& line) {
  auto status = text(line, "status");
  status_[bot] = status;
  auto remark = text(line, "reason");
  if (auto code = text(line, "code"); !code.empty())
    remark = remark.empty() ? code : code + ": " + remark;
  if (line.value("late", false)) remark += remark.empty() ? "late" : " (late)";
  if (line.contains("result") && !line["result"].is_null())
    remark += (remark.empty() ? "" : "  ") + line["result"].dump();
  print({{"  " + local_time(line.value("at", std::int64_t{0})), colour::dim},
         {bot},
         {text(line, "ticker")},
         {status, colour_of(status)},
         {remark}});
}

void ledger_view::set_state(const json& state) {
  state_ = text(state, "state");
  reason_ = text(state, "reason");
}

json ledger_view::counts() const {
  json result = json::object();
  for (const auto& [bot, status] : status_) result[status] = result.value(status, 0) + 1;
  return result;
}

std::string ledger_view::summary() const {
  auto count = counts();
  std::string result;
  for (std::string status : statuses)
    if (count.contains(status))
      result += fmt::format("{}{} {}", result.empty() ? "" : ", ", count[status].get<int>(),
                            status == "open" ? "waiting" : status);
  return result.empty() ? "no bot" : result;
}

}  // namespace outcry::cli
