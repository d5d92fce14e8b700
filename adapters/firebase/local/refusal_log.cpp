#include "adapters/firebase/local/refusal_log.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace outcry::firebase::local {

namespace {

const char* description_of(refusals what) {
  switch (what) {
    case refusals::credential:
      return "a credential that is not known";
    case refusals::expired:
      return "a credential that has expired";
    case refusals::foreign:
      return "a name or a page that may not ask";
    case refusals::read:
      return "a read that is not allowed";
    case refusals::write:
      return "a write that is not allowed";
    case refusals::protocol:
      return "what is not the protocol";
    case refusals::size:
      return "too much at once";
  }
  return "";
}

}  // namespace

void refusal_log::note(refusals what, std::string_view peer) {
  std::size_t others = 0;
  {
    const std::lock_guard lock(mutex_);
    kind& one = kinds_.at(static_cast<std::size_t>(what));
    const auto now = now_();
    if (now < one.next) {
      ++one.unsaid;
      return;
    }
    one.next = now + pause;
    others = std::exchange(one.unsaid, 0);
  }
  spdlog::warn("refused {}: {} ({} more since the last such line)", peer, description_of(what),
               others);
}

}  // namespace outcry::firebase::local
