#include "apps/outcry/floor_link.hpp"

#include <nlohmann/json.hpp>

#include "apps/outcry/output.hpp"
#include "apps/outcry/waiting.hpp"

namespace outcry::cli {

std::vector<nlohmann::json> hear_all(const session& at, const std::string& op,
                                     const nlohmann::json& arguments) {
  progress waiting{"waiting for the floor"};
  std::vector<nlohmann::json> result;
  control::client::listener on;
  on.item = [&](const nlohmann::json& x) { result.push_back(x); };
  on.go_on = [&] {
    waiting.tick();
    return !interrupted();
  };
  control::client floor{config::socket_path(at.settings), std::chrono::seconds(5), on.go_on};
  floor.call(op, arguments, on);
  return result;
}

void print_array(const std::vector<nlohmann::json>& items) {
  output out;
  if (items.empty()) return out.line("[]");
  for (std::size_t i = 0; i < items.size(); ++i)
    out.line((i == 0 ? "[" : " ") + items[i].dump() + (i + 1 == items.size() ? "]" : ","));
}

}  // namespace outcry::cli
