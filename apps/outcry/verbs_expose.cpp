#include "apps/outcry/verbs_expose.hpp"

#include <memory>

#include "apps/outcry/expose.hpp"

namespace outcry::cli {

void add_expose_verb(verb_list& verbs) {
  auto said = std::make_shared<expose_options>();
  auto* verb = verbs.add("expose", "Open the page to the phones of the home network, or close it",
                         [said](const session& at) {
                           if (said->off) return expose_off(at);
                           return said->status ? expose_status(at) : expose(at, *said);
                         });
  auto* off = verb->add_flag("--off", said->off, "Close it again: this machine only");
  auto* status = verb->add_flag("--status", said->status, "Say what is open");
  auto* address = verb->add_option("--address", said->addresses,
                                   "Listen on this address. Else on all those of this machine "
                                   "that are on a home network");
  auto* port = verb->add_option("--port", said->port, "Else the port of local_firebase.listen")
                   ->check(CLI::Range(1, 65535));
  auto* name = verb->add_option("--name", said->names,
                                "A name by which the network knows this machine, besides its own");
  for (auto* one : {address, name}) one->allow_extra_args(false);
  off->excludes(status);
  for (auto* one : {address, port, name}) {
    off->excludes(one);
    status->excludes(one);
  }
}

}  // namespace outcry::cli
