#include "apps/outcry/expose.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include <arpa/inet.h>

#include "adapters/firebase/auth/passcode.hpp"
#include "adapters/firebase/exposure/home_network.hpp"
#include "apps/config/endpoint.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/passcode.hpp"

namespace outcry::cli {

namespace {

namespace fs = std::filesystem;
namespace exposure = firebase::exposure;

/// A running server looks twice a second; closing its connections may take one more.
constexpr std::chrono::seconds patience{10};

/// The address of the local Firebase, if exposing it makes sense.
config::endpoint loopback_endpoint(const config::config& settings) {
  if (settings.firebase.url.starts_with("https://")) {
    throw std::invalid_argument(
        "firebase.url: expected \"local\", found \"" + settings.firebase.url +
        "\": this floor does not use the local Firebase; phones reach a project of your own from "
        "everywhere");
  }
  const auto& listen = settings.local_firebase.listen;
  const auto where = config::parse_endpoint(listen);
  if (where && where->loopback) return *where;
  throw std::invalid_argument("local_firebase.listen: expected an address of loopback, found \"" +
                              listen + "\", which other machines reach already, or never");
}

bool is_address_to_bind(const std::string& text) {
  in6_addr place{};
  const bool good = ::inet_pton(AF_INET, text.c_str(), &place) == 1 ||
                    ::inet_pton(AF_INET6, text.c_str(), &place) == 1;
  return good && text != "0.0.0.0" && text.find_first_not_of("0:") != std::string::npos;
}

std::vector<std::string> addresses_for(const expose_options& given) {
  for (const auto& one : given.addresses) {
    if (is_address_to_bind(one)) continue;
    throw std::invalid_argument(
        "--address: expected an IPv4 or IPv6 address of this machine, found \"" + one + "\"");
  }
  if (!given.addresses.empty()) return given.addresses;
  const auto all = exposure::interface_addresses();
  auto found = exposure::home_addresses(all);
  if (!found.empty()) return found;
  std::vector<std::string> seen;
  for (const auto& one : all) seen.push_back(one.address + " (" + one.interface + ")");
  throw std::runtime_error(fmt::format(
      "this machine is on no home network (found: {}); connect it, or name one of its "
      "addresses: outcry expose --address ADDRESS",
      seen.empty() ? "no address but loopback's" : fmt::to_string(fmt::join(seen, ", "))));
}

exposure::wish wish_for(const expose_options& given, const config::endpoint& listen,
                        const std::optional<exposure::wish>& before) {
  exposure::wish made;
  made.addresses = addresses_for(given);
  made.port = given.port != 0 ? given.port : before ? before->port : listen.port;
  if (made.port == 0) {
    throw std::invalid_argument(
        "--port: expected a port of 1 to 65535, since local_firebase.listen names none");
  }
  made.names = exposure::home_names(exposure::host_name());
  made.names.insert(made.names.end(), given.names.begin(), given.names.end());
  return made;
}

/// What the running server says of the wish called `id`; nothing if none runs, or it is silent.
std::optional<exposure::report> await_report(const fs::path& data_dir, const std::string& id) {
  const auto limit = std::chrono::steady_clock::now() + patience;
  while (exposure::server_runs(data_dir) && std::chrono::steady_clock::now() < limit) {
    if (auto said = exposure::read_report(data_dir); said && said->id == id) return said;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return std::nullopt;
}

exposure_state state_of(const fs::path& data_dir, const std::optional<exposure::wish>& wanted) {
  exposure_state now;
  now.wanted = wanted;
  now.running = exposure::server_runs(data_dir);
  if (!wanted) return now;
  const auto file = exposure::certificate_for(*wanted, data_dir).files.certificate;
  if (fs::exists(file)) now.certificate = http::read_certificate(file);
  const auto all = exposure::interface_addresses();
  for (const auto& one : wanted->addresses) {
    const bool looked_for = one.find(':') == std::string::npos && !one.starts_with("127.");
    if (looked_for && std::none_of(all.begin(), all.end(),
                                   [&](const auto& mine) { return mine.address == one; })) {
      now.gone.push_back(one);
    }
  }
  return now;
}

/// Nothing of the wish came true: back to what was before.
[[noreturn]] void take_back(const exposure::wish_file& file, std::optional<exposure::wish> before,
                            const exposure::wish& made, const exposure::report& said) {
  if (before)
    file.write(*before);
  else
    file.remove();
  if (!said.problem.empty()) throw std::runtime_error(said.problem);
  std::string why;
  for (const auto& one : said.failed) why += (why.empty() ? "" : "; ") + one.why;
  throw std::runtime_error(
      fmt::format("{}; nothing has changed. Is port {} taken? Another one: outcry expose --port {}",
                  why, made.port, made.port < 65000 ? made.port + 443 : 9443));
}

}  // namespace

exit_code expose(const session& at, const expose_options& wanted) {
  const fs::path& data_dir = at.settings.floor.data_dir;
  const auto listen = loopback_endpoint(at.settings);
  const exposure::wish_file file(data_dir);
  const auto before = file.load();
  exposure::wish made = wish_for(wanted, listen, before);
  if (!firebase::auth::passcode_file(data_dir).load()) ask_for_passcode(at.settings);

  bool fresh = http::ensure_certificate(exposure::certificate_for(made, data_dir));
  if (before) made.id = before->id;
  // Whoever looks at the code once more does not interrupt those who are here.
  if (fresh || made != before) file.write(made);
  const auto said = await_report(data_dir, made.id);
  if (said && said->open.empty()) take_back(file, before, made, *said);
  auto now = state_of(data_dir, made);
  now.said = said;
  show_exposure(at, now, true);
  return all_done;
}

exit_code expose_off(const session& at) {
  const fs::path& data_dir = at.settings.floor.data_dir;
  const bool was_open = exposure::wish_file(data_dir).remove();
  const bool running = exposure::server_runs(data_dir);
  if (running && !await_report(data_dir, "")) {
    if (exposure::server_runs(data_dir)) {
      throw std::runtime_error(
          "outcry-firebase has not closed it yet; if outcry expose --status says so once more, "
          "restart the floor");
    }
  }
  exposure_state now = state_of(data_dir, std::nullopt);
  if (was_open || at.json) {
    show_exposure(at, now, false);
  } else {
    output().line("it was not open: only this machine reaches the page");
  }
  return all_done;
}

exit_code expose_status(const session& at) {
  const fs::path& data_dir = at.settings.floor.data_dir;
  const auto wanted = exposure::wish_file(data_dir).load();
  auto now = state_of(data_dir, wanted);
  if (auto said = exposure::read_report(data_dir); said && wanted && said->id == wanted->id)
    now.said = said;
  show_exposure(at, now, false);
  return all_done;
}

}  // namespace outcry::cli
