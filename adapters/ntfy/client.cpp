#include "adapters/ntfy/client.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/firebase/retry_after.hpp"

namespace outcry::ntfy {

namespace {

constexpr std::size_t longest_text = 4000;
constexpr std::size_t longest_title = 250;
constexpr std::size_t most_answer_bytes = 64 * 1024;
constexpr std::size_t most_quoted_bytes = 200;

std::string cut_to(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  text.resize(most);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) == 0x80u; };
  // The last character may be cut in two: it goes as a whole.
  while (!text.empty() && continues(text.back())) text.pop_back();
  if (!text.empty()) text.pop_back();
  return text + "…";
}

/// A secret within a longer text.
void blank_out(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
    text.replace(at, secret.size(), "***");
}

/// The server's own words: its `error`, or what it sent.
std::string words_of(const std::string& body) {
  auto text = body;
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_object())
    if (auto found = json.find("error"); found != json.end() && found->is_string())
      text = found->get<std::string>();
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return cut_to(std::move(text), most_quoted_bytes);
}

push_outcome outcome_of(long status) {
  if (status >= 200 && status < 300) return push_outcome::delivered;
  if (status == 401 || status == 403) return push_outcome::unauthorized;
  // Only these blame the message. A 404 is what another server, or a proxy, says: it may pass.
  if (status == 400 || status == 413) return push_outcome::refused;
  return push_outcome::retry_later;
}

/// An ntfy server answers with the message it has taken; a page that says "200" is none.
bool is_receipt(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.contains("id") && json.contains("topic");
}

}  // namespace

std::string publication(const topic& to, const push_request& message) {
  nlohmann::json body = {{"topic", to.name},
                         {"message", cut_to(message.text, longest_text)},
                         {"priority", static_cast<int>(message.priority)}};
  if (!message.title.empty()) body["title"] = cut_to(message.title, longest_title);
  if (!message.tags.empty()) body["tags"] = message.tags;
  if (!message.click.empty()) body["click"] = message.click;
  // What a channel or a broker said may be no UTF-8.
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

client::client(client_options options)
    : options_(std::move(options)),
      authorization_(authorization(options_.secret)),
      session_(options_.ca_file, "outcry") {
  if (!options_.now) options_.now = [] { return std::chrono::system_clock::now(); };
}

std::string client::scrub(std::string text) const {
  blank_out(text, options_.secret);
  if (const auto space = authorization_.rfind(' '); space != std::string::npos)
    blank_out(text, authorization_.substr(space + 1));
  return text;
}

push_reply client::publish(const push_request& message, const std::stop_token& stop) {
  push_reply reply;
  reply.outcome = push_outcome::retry_later;
  const auto body = publication(options_.to, message);
  web::http_request request;
  request.method = "POST";
  request.url = options_.to.server;
  request.headers = {"Content-Type: application/json"};
  if (!authorization_.empty()) request.headers.push_back(authorization_);
  request.body = body;
  request.connect_timeout = options_.connect_timeout;
  request.total_timeout = options_.total_timeout;
  request.fresh_connection = true;  // hours lie between two; and one must not arrive twice
  std::string answer;
  web::http_result result;
  try {
    result = session_.perform(request, stop, [&](const web::http_head&, std::string_view piece) {
      answer += piece.substr(0, most_answer_bytes - answer.size());
      return answer.size() < most_answer_bytes;
    });
  } catch (const std::exception& problem) {
    reply.reason = scrub(problem.what());
    return reply;
  }
  if (result.end != web::http_end::complete && result.end != web::http_end::ended_by_sink) {
    reply.reason = scrub(fmt::format("{}: {}", options_.to.server, result.error));
    return reply;
  }
  reply.outcome = outcome_of(result.head.status);
  if (reply.outcome == push_outcome::delivered) {
    if (is_receipt(answer)) return reply;
    reply.outcome = push_outcome::retry_later;
    reply.reason = options_.to.server + " answers as no ntfy server does";
    return reply;
  }
  reply.reason = fmt::format("{} answers {}: {}", options_.to.server, result.head.status,
                             words_of(scrub(std::move(answer))));
  if (const auto pause =
          firebase::parse_retry_after(result.head.retry_after, result.head.date, options_.now()))
    reply.retry_after_ms = pause->count();
  return reply;
}

}  // namespace outcry::ntfy
