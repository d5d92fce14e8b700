#include "adapters/inspection_http/endpoint.hpp"

#include <utility>

namespace outcry::inspection_http {

namespace {

constexpr std::size_t longest_header = std::size_t{16} << 10U;
constexpr std::size_t longest_body = 1024;

http::options wire_of(const endpoint::options& opts) {
  http::options wire;
  wire.address = opts.address;
  wire.port = opts.port;
  wire.tls = opts.tls;
  wire.max_connections = opts.max_connections;
  wire.max_header = longest_header;
  wire.max_body = longest_body;
  return wire;
}

http::gate::options guard_of(const endpoint::options& opts) {
  http::gate::options guard;
  guard.hosts = opts.hosts;
  return guard;
}

}  // namespace

endpoint::endpoint(options opts, view_source source)
    : door_(opts.door),
      page_(guard_of(opts), std::move(source), opts.views, door_),
      server_(wire_of(opts), [this](const http::request& asked, const http::responder& answer) {
        page_.serve(asked, [answer](http::response made) { answer.respond(std::move(made)); });
      }) {}

endpoint::~endpoint() {
  stop();
}

void endpoint::stop() {
  server_.stop();
  door_.stop();
}

}  // namespace outcry::inspection_http
