#include "adapters/sqlite/crash_point.hpp"

#ifdef OUTCRY_CRASH_POINTS

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace outcry::sqlite {

namespace {

struct crash_plan {
  std::string name;
  long passage = 0;

  crash_plan() {
    const char* text = std::getenv("OUTCRY_CRASH_AT");
    if (text == nullptr) return;
    const std::string_view plan = text;
    const auto colon = plan.rfind(':');
    if (colon == std::string_view::npos) return;
    name = plan.substr(0, colon);
    passage = std::strtol(text + colon + 1, nullptr, 10);
  }
};

}  // namespace

void pass_crash_point(const char* name) {
  static const crash_plan plan;
  static std::atomic<long> passages = 0;
  if (plan.name != name) return;
  if (++passages == plan.passage) std::raise(SIGKILL);
}

}  // namespace outcry::sqlite

#endif
