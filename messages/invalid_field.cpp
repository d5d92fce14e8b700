#include "messages/invalid_field.hpp"

namespace outcry {

std::string to_string(const invalid_field& x) {
  std::string result;
  if (!x.field.empty()) result = x.field + ": ";
  return result + "expected " + x.expected + ", found " + x.found;
}

}  // namespace outcry
