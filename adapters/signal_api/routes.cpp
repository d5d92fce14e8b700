#include "adapters/signal_api/routes.hpp"

#include <array>

#include "adapters/http/message.hpp"

namespace outcry::signal_api {

namespace {

constexpr std::array all{
    route{route_name::health, "GET", "/healthz", right::none},
    route{route_name::openapi, "GET", "/openapi.json", right::any},
    route{route_name::post_message, "POST", "/messages", right::contribute},
    route{route_name::list_messages, "GET", "/messages", right::read},
    route{route_name::post_signal, "POST", "/signals", right::contribute},
    route{route_name::list_signals, "GET", "/signals", right::read},
    route{route_name::one_signal, "GET", "/signals/{id}", right::read},
    route{route_name::alert, "POST", "/tradingview", right::none},
    route{route_name::alert_with_secret, "POST", "/tradingview/{secret}", right::none},
};

bool fits(std::string_view pattern, std::string_view path, std::string& segment) {
  const auto hole = pattern.find('{');
  if (hole == std::string_view::npos) return pattern == path;
  if (path.substr(0, hole) != pattern.substr(0, hole)) return false;
  const auto rest = path.substr(hole);
  return !rest.empty() && rest.find('/') == std::string_view::npos &&
         http::percent_decode(rest, false, segment) && !segment.empty();
}

}  // namespace

std::span<const route> routes() {
  return all;
}

matched match(std::string_view method, std::string_view path) {
  matched result;
  for (const auto& x : all) {
    std::string segment;
    if (!fits(x.path, path, segment)) continue;
    if (!result.allowed.empty()) result.allowed += ", ";
    result.allowed += x.method;
    if (x.method != method) continue;
    result.what = &x;
    result.segment = std::move(segment);
  }
  return result;
}

}  // namespace outcry::signal_api
