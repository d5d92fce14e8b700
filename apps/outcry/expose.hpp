#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/firebase/exposure/report.hpp"
#include "adapters/firebase/exposure/wish.hpp"
#include "adapters/http/certificate.hpp"
#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

struct expose_options {
  bool off = false;
  bool status = false;
  std::vector<std::string> addresses;  ///< empty = this machine's on the home network
  std::uint16_t port = 0;              ///< 0 = as before, or the configured one
  std::vector<std::string> names;      ///< beside this machine's own
};

/// Opens the page of the local Firebase to the home network: asks for a passcode if there is none
/// (as `passcode set`), makes the certificate, and lets the running outcry-firebase listen; if none
/// runs, the next one will. Throws std::invalid_argument naming the option or the key of the
/// configuration that does not allow it, std::runtime_error if there is no home network or nothing
/// can be listened on: then what was open before is open again.
exit_code expose(const session& at, const expose_options& wanted);

/// Closes it; connections from elsewhere have ended when this returns.
exit_code expose_off(const session& at);

exit_code expose_status(const session& at);

/// What is wanted and what is so, to be shown.
struct exposure_state {
  std::optional<firebase::exposure::wish> wanted;
  bool running = false;                            ///< an outcry-firebase runs
  std::optional<firebase::exposure::report> said;  ///< what it says of this wish
  std::optional<http::certificate_facts> certificate;
  std::vector<std::string> gone;  ///< addresses wanted that this machine has no more
};

/// For people, or as one line of JSON. `greet` = it has just been opened: also a code for the
/// phone, on a terminal, and what to do next.
void show_exposure(const session& at, const exposure_state& now, bool greet);

}  // namespace outcry::cli
