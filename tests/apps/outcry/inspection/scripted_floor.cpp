#include "tests/apps/outcry/inspection/scripted_floor.hpp"

#include <utility>

namespace outcry::test {

using nlohmann::json;

scripted_floor::scripted_floor(std::map<std::string, script> scripts)
    : scripts_(std::move(scripts)) {
  control::server::options options;
  options.path = dir_.file("outcry.sock");
  options.greeting = R"({"outcry":1,"name":"scripted","version":"1"})";
  control::server::events on;
  on.line = [this](control::connection_id from, const control::peer&, std::string line) {
    answer(from, line);
  };
  on.closed = [](control::connection_id) {};
  server_ = std::make_unique<control::server>(std::move(options), std::move(on));
}

std::vector<json> scripted_floor::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

void scripted_floor::answer(control::connection_id from, const std::string& line) {
  auto request = json::parse(line);
  const auto id = request["id"];
  request.erase("id");
  {
    const std::lock_guard lock{mutex_};
    requests_.push_back(request);
  }
  const auto with_id = [&](const std::string& text) {
    auto x = json::parse(text);
    x["id"] = id;
    return x.dump();
  };
  const auto found = scripts_.find(request["op"].get<std::string>());
  if (found == scripts_.end())
    return server_->finish(
        from, with_id(R"({"error":{"code":"unsupported","reason":"op: one of bots, actors"}})"));
  for (const auto& x : found->second.lines) server_->send(from, with_id(x));
  if (found->second.last) server_->finish(from, with_id(*found->second.last));
}

}  // namespace outcry::test
