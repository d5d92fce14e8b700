#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/client.hpp"
#include "apps/outcry/inspection/verbs.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/waiting.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

std::string traced_text(const json& x, const char* name) {
  auto found = x.find(name);
  return found != x.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

void show_traced(output& out, const json& x) {
  const auto at_ms = x.value("at_ms", std::int64_t{0});
  auto took = x.find("took_ns");
  const bool timed = took != x.end() && took->is_number_unsigned();
  out.line({{fmt::format("{}.{:03}", local_time(at_ms), at_ms % 1000), colour::dim},
            {traced_text(x, "from")},
            {traced_text(x, "message"), colour::bold},
            {timed ? short_span(took->get<std::uint64_t>()) : "", colour::dim},
            {traced_text(x, "text")}},
           {12, 16, 16, 7, 0});
}

/// Why it ended, in words; "" when that needs none.
std::string ending_text(const std::string& reason, const trace_options& what) {
  if (reason == "time") return fmt::format("{} s are over", what.seconds);
  if (reason == "gone") return what.name + " is gone";
  return "";
}

}  // namespace

exit_code trace(const session& at, const trace_options& what) {
  output out;
  progress waiting{"listening to " + what.name + "; nothing has come yet"};
  control::client::listener on;
  // Nothing may come until its time is over.
  on.silence = std::chrono::seconds(what.seconds + 15);
  on.go_on = [&] {
    waiting.tick();
    return !interrupted() && !out.closed();
  };
  control::client floor{config::socket_path(at.settings), std::chrono::seconds(5), on.go_on};
  on.item = [&](const json& item) {
    waiting.hide();
    if (at.json)
      out.line(item.dump(-1, ' ', false, json::error_handler_t::replace));
    else if (item.contains("traced"))
      show_traced(out, item["traced"]);
  };
  on.dropped = [&](std::uint64_t count) {
    waiting.hide();
    if (at.json)
      out.line(json{{"dropped", count}}.dump());
    else
      out.line({{fmt::format("{} more came than are shown", count), colour::yellow}});
  };
  const auto end = floor.call(
      "trace", {{"name", what.name}, {"count", what.count}, {"seconds", what.seconds}}, on);
  waiting.hide();
  if (end.is_null()) return all_done;
  const auto reason = traced_text(end, "reason");
  if (at.json)
    out.line(json{{"reason", reason}}.dump());
  else if (auto text = ending_text(reason, what); !text.empty())
    out.line({{text, colour::yellow}});
  return reason == "gone" ? not_done : all_done;
}

}  // namespace outcry::cli
