#include "apps/outcryd/inspection.hpp"

#include <stdexcept>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/phone/actor_mirror.hpp"
#include "adapters/firebase/auth/sign_in.hpp"
#include "adapters/http/token_file.hpp"
#include "adapters/inspection_http/bridge.hpp"
#include "apps/config/endpoint.hpp"
#include "apps/outcryd/floor_look.hpp"
#include "apps/outcryd/make_spec.hpp"

namespace outcry::app {

namespace {

/// Figures say who trades what: beyond this machine they go to nobody unknown, and not in clear
/// text. The network of containers is the house's own.
void check_reach(const open_house& at, const config::endpoint& where) {
  const auto& section = at.settings.inspection;
  if (where.loopback || at.in_container_network) return;
  if (!section.certificate_file.empty() &&
      firebase::auth::sign_in::passcode_set(at.settings.floor.data_dir))
    return;
  throw std::runtime_error(
      "inspection.listen: " + section.listen +
      " can be reached from other machines; that takes a passcode (outcry passcode set) and "
      "inspection.certificate_file and key_file. Else expected 127.0.0.1, [::1] or localhost "
      "(inside a container network: --container)");
}

inspection_http::endpoint::options choose_endpoint(const open_house& at,
                                                   const config::endpoint& where) {
  const auto& section = at.settings.inspection;
  inspection_http::endpoint::options options;
  options.address = where.address;
  options.port = where.port;
  options.hosts = section.hosts;
  if (!section.certificate_file.empty())
    options.tls = http::tls_files{section.certificate_file, section.key_file};
  options.door.open = where.loopback;
  options.door.data_dir = at.settings.floor.data_dir;
  if (!where.loopback)
    options.door.token = http::ensure_token(config::inspection_token_file(at.settings));
  return options;
}

/// What phones are told of the actors.
void open_actor_mirror(open_house& at) {
  if (!at.mirror) return;
  actor_mirror_options options;
  options.ask = look_at_floor(at);
  options.mirror = at.mirror;
  place(at, floor_tier::bridges,
        make_detached_spec("actor-mirror", "mirror", actor_mirror, options));
}

void open_endpoint(open_house& at) {
  const auto& section = at.settings.inspection;
  if (section.listen.empty()) return;
  const auto where = config::parse_endpoint(section.listen);
  if (!where) throw std::runtime_error("inspection.listen: " + section.listen);
  check_reach(at, *where);
  inspection_http::bridge_options options;
  options.http = choose_endpoint(at, *where);
  options.ask = look_at_floor(at);
  const auto* scheme = options.http.tls ? "https" : "http";
  const auto shown =
      where->address.find(':') == std::string::npos ? where->address : '[' + where->address + ']';
  options.on_open = [scheme, shown](std::uint16_t port) {
    spdlog::info("the floor's figures are at {}://{}:{}", scheme, shown, port);
  };
  place(at, floor_tier::bridges,
        make_detached_spec("inspection-http", "bridge", inspection_http::bridge, options));
}

}  // namespace

void open_inspection(open_house& at) {
  open_actor_mirror(at);
  open_endpoint(at);
}

}  // namespace outcry::app
