#pragma once

#include <stdexcept>
#include <string>

namespace outcry::firebase::local {

/// A request that cannot be served; `what()` is the text for the client.
class refusal : public std::runtime_error {
public:
  refusal(int status, const std::string& text) : std::runtime_error(text), status_(status) {}

  /// The HTTP status.
  int status() const { return status_; }

private:
  int status_;
};

}  // namespace outcry::firebase::local
