#pragma once

#include <caf/deserializer.hpp>
#include <caf/detail/stringification_inspector.hpp>
#include <caf/serializer.hpp>

/// After a type's `inspect`: its code is made once, in inspected.cpp, instead of in each file that
/// sends the type. CAF makes much of it: a fifth of such a file's compile time. A type that is
/// missing in inspected.cpp does not link.
#define OUTCRY_INSPECTED(type)                                                      \
  extern template caf::error inspect<caf::serializer>(caf::serializer&, type&);     \
  extern template caf::error inspect<caf::deserializer>(caf::deserializer&, type&); \
  extern template void inspect<caf::detail::stringification_inspector>(             \
      caf::detail::stringification_inspector&, type&)
