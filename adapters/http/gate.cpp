#include "adapters/http/gate.hpp"

#include <algorithm>

namespace outcry::http {

namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The name in "name[:port]" or "[ipv6][:port]"; empty if it is neither.
std::string_view name_of(std::string_view host) {
  std::size_t end = 0;
  if (!host.empty() && host.front() == '[') {
    end = host.find(']');
    if (end == std::string_view::npos) return {};
    ++end;
  } else {
    end = std::min(host.find(':'), host.size());
  }
  if (end == host.size()) return host;
  if (host[end] != ':' || !is_port(host.substr(end + 1))) return {};
  return host.substr(0, end);
}

}  // namespace

gate::gate(options opts)
    : hosts_(std::move(opts.hosts)),
      origins_(std::move(opts.origins)),
      more_(std::move(opts.more)) {
  for (const char* name : {"localhost", "127.0.0.1", "[::1]"}) hosts_.emplace_back(name);
}

bool gate::host_allowed(std::string_view host) const {
  const std::string_view name = name_of(host);
  if (name.empty()) return false;
  if (more_ && (more_->contains(name) || more_->contains(host))) return true;
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const std::string& allowed) {
    return equal_ignoring_case(allowed, name) || equal_ignoring_case(allowed, host);
  });
}

bool gate::origin_allowed(std::string_view origin) const {
  if (std::any_of(origins_.begin(), origins_.end(), [&](const std::string& allowed) {
        return equal_ignoring_case(allowed, origin);
      })) {
    return true;
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.substr(0, scheme.size()) == scheme) {
      return host_allowed(origin.substr(scheme.size()));
    }
  }
  return false;
}

std::optional<response> gate::refuse(const request& asked) const {
  const std::string* host = asked.find_header("Host");
  if (!host || !host_allowed(*host)) {
    return error_response(403, "Host not allowed: " + (host ? *host : std::string("(none)")));
  }
  const std::string* origin = asked.find_header("Origin");
  if (!origin) return std::nullopt;
  if (!origin_allowed(*origin)) return error_response(403, "Origin not allowed: " + *origin);
  if (asked.method != "OPTIONS" || !asked.find_header("Access-Control-Request-Method")) {
    return std::nullopt;
  }
  response answer;
  answer.status = 204;
  answer.headers = cors_headers(asked);
  answer.headers.push_back(
      {"Access-Control-Allow-Methods", "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS"});
  answer.headers.push_back(
      {"Access-Control-Allow-Headers",
       "Authorization, Content-Type, If-Match, X-Firebase-ETag, X-HTTP-Method-Override"});
  answer.headers.push_back({"Access-Control-Max-Age", "600"});
  return answer;
}

std::vector<header> gate::cors_headers(const request& asked) const {
  const std::string* origin = asked.find_header("Origin");
  if (!origin) return {};
  return {{"Access-Control-Allow-Origin", *origin},
          {"Vary", "Origin"},
          {"Access-Control-Expose-Headers", "ETag"}};
}

}  // namespace outcry::http
