#include "adapters/sqlite/crash_point.hpp"

namespace outcry::sqlite {

void pass_crash_point(const char*) noexcept {}

}  // namespace outcry::sqlite
