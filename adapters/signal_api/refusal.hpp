#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/message.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::signal_api {

/// A request that is not served; `what()` is the text for the client and holds no secret.
class refusal : public std::runtime_error {
public:
  refusal(int status, const std::string& text, std::vector<http::header> headers = {})
      : std::runtime_error(text), status_(status), headers_(std::move(headers)) {}

  /// 400, naming the field.
  explicit refusal(const invalid_field& why) : refusal(400, to_string(why)) {}

  /// The HTTP status.
  int status() const { return status_; }
  /// What the answer must carry besides.
  const std::vector<http::header>& headers() const { return headers_; }

private:
  int status_;
  std::vector<http::header> headers_;
};

}  // namespace outcry::signal_api
