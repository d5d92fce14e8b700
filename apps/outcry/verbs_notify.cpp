#include "apps/outcry/notify.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

void add_notify_verbs(verb_list& verbs) {
  auto* group = verbs.app().add_subcommand("notify", "What the floor sends to your phone");
  group->require_subcommand(1);
  group->fallthrough();
  verbs.add_under(*group, "test", "Send one notification and say what the server answered",
                  notify_test, true);
}

}  // namespace outcry::cli
