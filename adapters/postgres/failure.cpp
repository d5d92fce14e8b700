#include "adapters/postgres/failure.hpp"

namespace outcry::postgres {

// The classes: https://www.postgresql.org/docs/15/errcodes-appendix.html
failure_kind kind_of(std::string_view sqlstate) {
  const auto is_class = [&](std::string_view x) { return sqlstate.starts_with(x); };
  // Data that does not fit, a constraint, a limit of the program (a value too long for an index).
  if (is_class("22") || is_class("23") || is_class("54")) return failure_kind::bad_row;
  // Authentication, unknown database, unknown role or schema, rights, names that are not there.
  if (is_class("28") || is_class("3D") || is_class("3F") || is_class("42")) {
    return failure_kind::refused;
  }
  return failure_kind::unreachable;
}

}  // namespace outcry::postgres
