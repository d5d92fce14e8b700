#include "adapters/postgres/link.hpp"

#include <algorithm>
#include <utility>

#include <poll.h>

namespace outcry::postgres {

link::link(link_options options, greeting greet, service serve)
    : options_(std::move(options)), greet_(std::move(greet)), serve_(std::move(serve)) {}

link::~link() {
  stop();
}

void link::start() {
  thread_ = std::thread([this] { run(); });
}

void link::stop() {
  alarm_.stop();
  if (thread_.joinable()) thread_.join();
}

void link::run() {
  unsigned attempt = 0;
  while (!alarm_.stopping()) {
    link_report trouble{link_condition::down, {}};
    try {
      options_.on_state({link_condition::connecting, {}});
      connection to(options_.target, alarm_, options_.limits);
      greet_(to, prepare(to));
      attempt = 0;
      options_.on_state({link_condition::live, {}});
      serve_(to);
    } catch (const failure& error) {
      if (error.kind() == failure_kind::stopped) return;
      if (error.kind() == failure_kind::refused) trouble.condition = link_condition::refused;
      trouble.reason = error.what();
    } catch (const std::exception& error) {
      trouble.reason = options_.target.cleaned(error.what());
    }
    options_.on_state(trouble);
    pause(++attempt, trouble.condition == link_condition::refused);
  }
}

// Somewhere between half the pause and all of it: floors that lost the same server do not return
// together.
void link::pause(unsigned attempt, bool refused) {
  auto length = options_.shortest_pause;
  for (unsigned i = 1; i < attempt && length < options_.longest_pause; ++i) length *= 2;
  if (refused) length = options_.longest_pause;
  length = std::min(length, options_.longest_pause);
  const auto share = 0.5 + 0.5 * std::clamp(options_.uniform(), 0.0, 1.0);
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::milliseconds(
                       static_cast<std::int64_t>(static_cast<double>(length.count()) * share));
  while (!alarm_.stopping()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd on{alarm_.fd(), POLLIN, 0};
    // What rings here has no connection to act on: the next one looks for itself.
    if (::poll(&on, 1, static_cast<int>(left.count())) > 0 && !alarm_.stopping()) alarm_.clear();
  }
}

}  // namespace outcry::postgres
