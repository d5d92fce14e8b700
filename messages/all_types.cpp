#include "messages/all_types.hpp"

namespace outcry {

void add_message_types(caf::actor_system_config& config) {
  config.add_message_types<caf::id_block::outcry>();
}

}  // namespace outcry
