#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace outcry::test {

/// A REST client on libcurl, one keep-alive connection. Every request ends after 20 s.
class rest_client {
public:
  rest_client(std::uint16_t port, std::string token);
  ~rest_client();
  rest_client(const rest_client&) = delete;
  rest_client& operator=(const rest_client&) = delete;

  struct answer {
    long status = 0;  ///< 0: no answer
    std::string body;
    std::map<std::string, std::string> headers;  ///< names in lower case
  };

  /// `target` as it stands in the request, such as "/a.json?print=silent".
  answer ask(const std::string& method, const std::string& target, const std::string& body = {},
             const std::vector<std::string>& headers = {});

  answer get(const std::string& target) { return ask("GET", target); }
  answer put(const std::string& target, const std::string& body) {
    return ask("PUT", target, body);
  }
  answer patch(const std::string& target, const std::string& body) {
    return ask("PATCH", target, body);
  }

private:
  void* curl_;
  std::string base_;
  std::string token_;
};

}  // namespace outcry::test
