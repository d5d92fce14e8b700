#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/http/message.hpp"

namespace outcry::test {

/// A GET as a program of this machine sends it.
inline http::request get(const std::string& path, std::vector<http::header> more = {}) {
  http::request made;
  made.method = "GET";
  made.path = path;
  made.headers = {{"Host", "127.0.0.1:9464"}};
  for (auto& one : more) made.headers.push_back(std::move(one));
  made.peer = "127.0.0.1:5000";
  return made;
}

/// "Authorization: Basic" with that password.
http::header with_passcode(const std::string& passcode);

inline std::string header_of(const http::response& answer, std::string_view name) {
  for (const auto& one : answer.headers)
    if (http::equal_ignoring_case(one.name, name)) return one.value;
  return {};
}

/// Waits for what may be answered on another thread.
template <class Answer, class Ask>
Answer answer_of(Ask&& ask) {
  auto promise = std::make_shared<std::promise<Answer>>();
  auto future = promise->get_future();
  ask([promise](Answer made) { promise->set_value(std::move(made)); });
  REQUIRE(future.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  return future.get();
}

}  // namespace outcry::test
