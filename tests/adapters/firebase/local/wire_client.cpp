#include "tests/adapters/firebase/local/wire_client.hpp"

#include <stdexcept>

namespace outcry::test {

namespace {

constexpr std::size_t longest = 16384;

bool is_count(const std::string& text) {
  return !text.empty() && text.size() <= 6 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

wire_client::wire_client(std::uint16_t port, const std::string& credential)
    : frames(port, "/.ws?v=5&ns=outcry") {
  const json greeting = read();
  if (!greeting.is_object() || greeting["t"] != "c") throw std::runtime_error("no greeting");
  if (credential.empty()) return;
  const json answer = ask("auth", {{"cred", credential}});
  if (!answer.is_object() || answer["s"] != "ok") throw std::runtime_error(answer.dump());
}

void wire_client::say(const std::string& message) {
  if (message.size() <= longest) {
    frames.send(message);
    return;
  }
  std::string all =
      client_frame(opcode::text, std::to_string((message.size() + longest - 1) / longest));
  for (std::size_t at = 0; at < message.size(); at += longest) {
    all += client_frame(opcode::text, message.substr(at, longest));
  }
  frames.raw.send(all);
}

wire_client::json wire_client::read() {
  std::string text = frames.message();
  if (is_count(text)) {
    const int pieces = std::stoi(text);
    text.clear();
    for (int i = 0; i < pieces; ++i) text += frames.message();
  }
  return json::parse(text, nullptr, false);
}

int wire_client::send(const std::string& action, const json& body) {
  // In the order of the SDK.
  say(R"({"t":"d","d":{"r":)" + std::to_string(++count_) + R"(,"a":")" + action + R"(","b":)" +
      body.dump() + "}}");
  return count_;
}

wire_client::json wire_client::ask(const std::string& action, const json& body) {
  const int number = send(action, body);
  for (;;) {
    json got = read();
    if (!got.is_object()) return nullptr;
    if (got["t"] != "d") continue;
    json data = std::move(got["d"]);
    if (data.contains("r") && data["r"] == number) return data["b"];
    if (data.contains("a")) pushes_.push_back(std::move(data));
  }
}

std::string wire_client::status(const std::string& action, const json& body) {
  const json answer = ask(action, body);
  return answer.is_object() ? answer["s"].get<std::string>() : "(end)";
}

wire_client::json wire_client::next_push() {
  while (pushes_.empty()) {
    json got = read();
    if (!got.is_object()) return nullptr;
    if (got["t"] == "d" && got["d"].contains("a")) pushes_.push_back(std::move(got["d"]));
  }
  json first = std::move(pushes_.front());
  pushes_.pop_front();
  return first;
}

}  // namespace outcry::test
