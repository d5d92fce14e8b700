#include "apps/outcry/console/verdict.hpp"

namespace outcry::console {

ink ink_of_level(std::string_view level) {
  return level == "ok" ? ink::good : level == "bad" ? ink::alarm : ink::warn;
}

}  // namespace outcry::console
