#include "adapters/signal_api/record_json.hpp"

#include <algorithm>

#include "messages/detail/json_writer.hpp"

namespace outcry::signal_api {

namespace {

using detail::object_writer;

template <class List>
std::string page(std::string_view name, const List& rows, std::int64_t after) {
  for (const auto& x : rows) after = std::max(after, x.id);
  return object_writer{}
      .raw(name, detail::json_array(rows, [](const auto& x) { return to_json(x); }))
      .number("next", after)
      .finish();
}

}  // namespace

std::string to_json(const desk_verdict& x, const std::string& source,
                    const std::string& source_id) {
  const auto& v = x.verdict;
  object_writer out;
  out.text("source", source)
      .text("source_id", source_id)
      .text("verdict", v.verdict)
      .text("rule", v.rule)
      .text("reason", v.reason)
      .count("confidence", v.confidence)
      .embed("reading", v.reading);
  if (x.signals.empty()) {
    out.raw("signal_id", "null").raw("signal", "null");
  } else {
    out.number("signal_id", x.signals.front().id).raw("signal", to_json(x.signals.front()));
  }
  out.raw("update", x.updates.empty() ? "null" : to_json(x.updates.front()));
  return out.finish();
}

std::string to_json(const signal_list& x, std::int64_t after) {
  return page("signals", x.signals, after);
}

std::string to_json(const message_list& x, std::int64_t after) {
  return page("messages", x.messages, after);
}

std::string to_json(const signal_record& x, const update_list& updates) {
  auto text = to_json(x);
  text.pop_back();
  return text + ",\"updates\":" +
         detail::json_array(updates.updates, [](const auto& each) { return to_json(each); }) + '}';
}

}  // namespace outcry::signal_api
