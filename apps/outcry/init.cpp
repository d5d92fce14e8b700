#include <cerrno>
#include <cstdio>
#include <cstring>

#include "apps/config/load.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

exit_code init(bool write) {
  auto text = config::default_config_text();
  if (!write) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return std::fflush(stdout) == 0 ? all_done : not_done;
  }
  // "x": a file that is there already is never overwritten, whoever makes it meanwhile.
  auto* file = std::fopen("outcry.toml", "wx");
  bool written = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  auto error = errno;
  written = file && std::fclose(file) == 0 && written;
  if (!written) {
    complain(error == EEXIST ? "outcry.toml is there already: move it away first"
                             : std::string{"cannot write outcry.toml: "} + std::strerror(error));
    return error == EEXIST ? bad_usage : not_done;
  }
  output{}.line("outcry.toml written; start the floor with: outcryd --config outcry.toml");
  return all_done;
}

}  // namespace outcry::cli
