#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/host_list.hpp"
#include "adapters/http/message.hpp"

namespace outcry::http {

/// Who may talk to a server that listens at home. The Host check stops web pages that point a name
/// of theirs at this machine (DNS rebinding), the Origin check stops every other web page.
class gate {
public:
  struct options {
    /// Host names allowed besides localhost, 127.0.0.1 and [::1]: "name" (any port) or
    /// "name:port" (that port only).
    std::vector<std::string> hosts;
    /// Origins allowed besides http and https pages of the allowed hosts: "https://name[:port]".
    std::vector<std::string> origins;
    /// Hosts allowed besides for as long as they stand in there; null = none.
    std::shared_ptr<const host_list> more = {};
  };

  explicit gate(options opts);

  /// The refusal (403) of a request whose Host or Origin is not allowed, or the answer to a CORS
  /// preflight; nothing if the request may go on.
  std::optional<response> refuse(const request& asked) const;

  /// The CORS headers that the answer to an allowed request needs; none without an Origin.
  std::vector<header> cors_headers(const request& asked) const;

private:
  bool host_allowed(std::string_view host) const;
  bool origin_allowed(std::string_view origin) const;

  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
  std::shared_ptr<const host_list> more_;
};

}  // namespace outcry::http
