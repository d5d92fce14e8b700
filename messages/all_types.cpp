#include "messages/all_types.hpp"

#include "messages/interfaces/dead_man.hpp"
#include "messages/interfaces/inspection.hpp"

namespace outcry {

void add_message_types(caf::actor_system_config& config) {
  config.add_message_types<caf::id_block::outcry>();
  config.add_message_types<caf::id_block::outcry_dead_man>();
  config.add_message_types<caf::id_block::outcry_inspection>();
}

}  // namespace outcry
