#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "adapters/sqlite/crash_point.hpp"

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

// OUTCRY_CRASH_AT="<name>:<n>" names the passage, counted from 1, that raises SIGKILL.
void pass_crash_point(const char* name) noexcept {
  static const crash_plan plan;
  static std::atomic<long> passages = 0;
  if (plan.name != name) return;
  if (++passages == plan.passage) std::raise(SIGKILL);
}

}  // namespace outcry::sqlite
