#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include "apps/outcry/expose.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/qr_code.hpp"

namespace outcry::cli {

namespace {

namespace exposure = firebase::exposure;
using nlohmann::json;

std::vector<std::string> exposed_urls(const std::vector<std::string>& places, std::uint16_t port) {
  std::vector<std::string> made;
  for (const auto& one : places) made.push_back(exposure::url_of(one, port));
  return made;
}

json exposure_json(const exposure_state& now) {
  json line{{"wanted", now.wanted.has_value()},
            {"running", now.running},
            {"urls", json::array()},
            {"open", json::array()},
            {"failed", json::array()},
            {"problem", now.said ? now.said->problem : ""},
            {"gone", now.gone}};
  if (now.wanted) line["urls"] = exposed_urls(now.wanted->addresses, now.wanted->port);
  if (now.wanted && now.said) line["open"] = exposed_urls(now.said->open, now.wanted->port);
  if (now.said)
    for (const auto& one : now.said->failed)
      line["failed"].push_back({{"address", one.address}, {"why", one.why}});
  if (now.certificate) {
    line["fingerprint"] = now.certificate->fingerprint;
    line["validUntil"] = std::int64_t{now.certificate->not_after} * 1000;
  }
  return line;
}

/// One sentence: how things stand.
std::string exposure_sentence(const exposure_state& now) {
  if (!now.wanted) return "closed: only this machine reaches the page";
  if (!now.running) {
    return "no outcry-firebase runs on this data folder: the page will be open to the home "
           "network when the floor is started (./run)";
  }
  if (!now.said) return "outcry-firebase has not answered yet; ask again: outcry expose --status";
  if (!now.said->problem.empty()) return "closed: " + now.said->problem;
  if (now.said->open.empty()) return "closed: nothing can be listened on";
  return "open to the home network";
}

void certificate_lines(output& out, const http::certificate_facts& facts) {
  // "AB:" for each of 32 bytes.
  constexpr std::size_t half = 48;
  const std::vector<std::size_t> widths{11};
  out.line({{"certificate"}, {fmt::format("until {:%Y-%m-%d}", fmt::localtime(facts.not_after))}},
           widths);
  out.line({{"SHA-256"}, {facts.fingerprint.substr(0, half - 1)}}, widths);
  out.line({{""}, {facts.fingerprint.substr(half)}}, widths);
}

void exposure_advice(output& out) {
  out.line("");
  out.line(
      "The phone does not know the certificate, which this machine has made, and warns. Let it");
  out.line("show the certificate and go on only if its SHA-256 fingerprint is the one above. Then");
  out.line("sign in with the passcode. To close the page again: outcry expose --off");
}

}  // namespace

void show_exposure(const session& at, const exposure_state& now, bool greet) {
  output out;
  if (at.json)
    return out.line(exposure_json(now).dump(-1, ' ', false, json::error_handler_t::replace));
  out.line(exposure_sentence(now));
  if (!now.wanted) return;
  const auto& open = now.said ? now.said->open : now.wanted->addresses;
  if (greet && !open.empty() && ::isatty(STDOUT_FILENO) == 1) {
    out.line("");
    print_on_terminal(qr_code(exposure::url_of(open.front(), now.wanted->port)));
  }
  out.line("");
  for (const auto& url : exposed_urls(open, now.wanted->port)) out.line("  " + url);
  for (const auto& url : exposed_urls(now.wanted->names, now.wanted->port))
    out.line("  " + url + "  where the network knows that name");
  out.line("");
  if (now.certificate) certificate_lines(out, *now.certificate);
  if (now.said)
    for (const auto& one : now.said->failed) complain("not open: " + one.why);
  for (const auto& one : now.gone)
    complain("this machine is no longer at " + one + ": outcry expose finds its address anew");
  if (greet) exposure_advice(out);
}

}  // namespace outcry::cli
