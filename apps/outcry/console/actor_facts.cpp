#include "apps/outcry/console/actor_facts.hpp"

#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/outcry/console/json_cursor.hpp"

namespace outcry::console {

namespace {

constexpr std::size_t most_rows = 200;
constexpr std::size_t most_state_lines = 2'000;
constexpr std::size_t longest_text = 400;

std::string short_text(json_cursor& in) {
  auto result = in.text();
  if (result.size() > longest_text) result.resize(longest_text);
  return result;
}

void read_texts(json_cursor& in, std::vector<std::string>& to) {
  to.clear();
  if (!in.enter_array()) return;
  while (in.next_element()) {
    auto one = short_text(in);
    if (to.size() < most_rows) to.push_back(std::move(one));
  }
}

actor_facts::queued read_queued(json_cursor& in) {
  actor_facts::queued result;
  std::string_view name;
  if (!in.enter_object()) return result;
  while (in.next_member(name)) {
    if (name == "message")
      result.message = short_text(in);
    else if (name == "text")
      result.text = short_text(in);
    else
      in.skip();
  }
  return result;
}

actor_facts::past read_past(json_cursor& in) {
  actor_facts::past result;
  std::string_view name;
  if (!in.enter_object()) return result;
  while (in.next_member(name)) {
    if (name == "at_ms")
      result.at_ms = in.integer();
    else if (name == "message")
      result.message = short_text(in);
    else if (name == "took_ns")
      result.took_ns = in.null() ? -1 : in.integer();
    else
      in.skip();
  }
  return result;
}

template <class Row, class Reader>
void read_rows(json_cursor& in, std::vector<Row>& to, Reader reader) {
  to.clear();
  if (!in.enter_array()) return;
  while (in.next_element()) {
    auto one = reader(in);
    if (to.size() < most_rows) to.push_back(std::move(one));
  }
}

}  // namespace

bool take_facts(std::string_view item, actor_facts& to) {
  json_cursor in{item};
  std::string_view name;
  to.unanswered.clear();
  if (!in.enter_object()) return false;
  while (in.next_member(name)) {
    if (name == "mailbox") {
      read_rows(in, to.mailbox, read_queued);
    } else if (name == "recent") {
      read_rows(in, to.recent, read_past);
    } else if (name == "links") {
      read_texts(in, to.links);
    } else if (name == "log") {
      read_texts(in, to.log);
    } else if (name == "unanswered") {
      read_texts(in, to.unanswered);
    } else if (name == "state" && !in.null()) {
      to.state = json_lines(in.skip(), most_state_lines);
      to.state_told = true;
    } else if (name != "state") {
      in.skip();
    }
  }
  return in.ok();
}

std::vector<std::string> json_lines(std::string_view json, std::size_t most) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  if (value.is_discarded()) return {"no JSON"};
  std::istringstream in{value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)};
  std::vector<std::string> result;
  for (std::string line; std::getline(in, line);) {
    if (result.size() == most) {
      result.push_back(fmt::format("... and more: {} bytes in all", json.size()));
      break;
    }
    result.push_back(std::move(line));
  }
  return result;
}

}  // namespace outcry::console
