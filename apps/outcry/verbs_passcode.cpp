#include "apps/outcry/passcode.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

void add_passcode_verbs(verb_list& verbs) {
  auto* group = verbs.app().add_subcommand("passcode", "What the phone signs in with at home");
  group->require_subcommand(1);
  group->fallthrough();
  verbs.add_under(*group, "set",
                  "Set the passcode: asked for on the terminal, or one line of standard input. "
                  "Signs everybody out",
                  passcode_set, true);
  verbs.add_under(*group, "remove", "Remove it. Signs everybody out", passcode_remove, true);
  verbs.add_under(*group, "status", "Say whether one is set", passcode_status, true);
}

}  // namespace outcry::cli
