#include "adapters/firebase/client.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

namespace outcry::firebase {

namespace {

exchange_options common(const client_options& from) {
  exchange_options to;
  to.connect_timeout = from.connect_timeout;
  to.max_response_bytes = from.max_response_bytes;
  to.ca_file = from.ca_file;
  to.user_agent = from.user_agent;
  to.now = from.now;
  return to;
}

exchange::call write(std::string method, std::string_view path,
                     std::optional<std::string_view> json, std::string parameters) {
  exchange::call call;
  call.method = std::move(method);
  call.path = path;
  call.parameters = std::move(parameters);
  call.body = json;
  if (json) call.headers.emplace_back("Content-Type: application/json");
  return call;
}

reply refused(std::string why) {
  reply result;
  result.kind = outcome::refused;
  result.error = std::move(why);
  return result;
}

}  // namespace

client::client(database_url url, std::shared_ptr<credentials> identity, client_options options)
    : exchange_(std::move(url), identity ? std::move(identity) : no_credentials(), common(options)),
      total_timeout_(options.total_timeout) {}

std::stop_token client::token() {
  std::lock_guard lock(mutex_);
  return stop_.get_token();
}

void client::abort() {
  std::stop_source current;
  {
    std::lock_guard lock(mutex_);
    current = stop_;
  }
  current.request_stop();
}

void client::resume() {
  std::lock_guard lock(mutex_);
  if (stop_.stop_requested()) stop_ = std::stop_source();
}

reply client::run(exchange::call call) {
  call.total_timeout = total_timeout_;
  return exchange_.run(call, token());
}

reply client::get(std::string_view path, const query& query) {
  exchange::call call;
  call.path = path;
  try {
    call.parameters = to_parameters(query);
  } catch (const std::invalid_argument& problem) {
    return refused(problem.what());
  }
  return run(std::move(call));
}

reply client::get_with_etag(std::string_view path) {
  exchange::call call;
  call.path = path;
  call.headers.emplace_back("X-Firebase-ETag: true");
  return run(std::move(call));
}

reply client::put(std::string_view path, std::string_view json) {
  return run(write("PUT", path, json, "print=silent"));
}

reply client::patch(std::string_view path, std::string_view json) {
  return run(write("PATCH", path, json, "print=silent"));
}

reply client::post(std::string_view path, std::string_view json) {
  auto call = write("POST", path, json, {});
  call.never_repeat = true;
  auto result = run(std::move(call));
  if (result.kind != outcome::ok) return result;
  const auto answer = nlohmann::json::parse(result.body, nullptr, /*allow_exceptions=*/false);
  if (answer.is_object())
    if (auto name = answer.find("name"); name != answer.end() && name->is_string())
      result.name = name->get<std::string>();
  if (result.name.empty()) {
    result.kind = outcome::unreachable;
    result.may_have_happened = true;
    result.error = "POST: the answer names no new key; is this a Realtime Database?";
  }
  return result;
}

reply client::remove(std::string_view path) {
  return run(write("DELETE", path, std::nullopt, "print=silent"));
}

reply client::conditional(exchange::call call, std::string_view etag) {
  const bool clean =
      std::all_of(etag.begin(), etag.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (etag.empty() || !clean || etag.size() > 1024)
    return refused("if-match: the etag must be 1 to 1024 printable characters");
  call.headers.push_back("if-match: " + std::string(etag));
  return run(std::move(call));
}

reply client::put_if_match(std::string_view path, std::string_view json, std::string_view etag) {
  return conditional(write("PUT", path, json, {}), etag);
}

reply client::remove_if_match(std::string_view path, std::string_view etag) {
  return conditional(write("DELETE", path, std::nullopt, {}), etag);
}

}  // namespace outcry::firebase
