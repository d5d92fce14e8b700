#include "adapters/redis/questions.hpp"

#include <optional>
#include <string>

#include "messages/channels.hpp"

namespace outcry::redis {

namespace {

template <class T>
std::optional<T> kept(result<T> read) {
  if (!read) return std::nullopt;
  return std::move(*read);
}

}  // namespace

void questions::count_subscribers(counts_callback then) const {
  auto count = [me = *this, then](std::vector<std::string> active) {
    if (active.empty()) {
      then({});
      return;
    }
    auto names = active.size();
    for (std::size_t i = 0; i < names; ++i)
      if (auto ticker = channels::ticker_of(active[i]))
        active.push_back(channels::listeners(*ticker));
    me.ask(
        numsub(active), [](const reply& answer) { return kept(parse_numsub(answer)); }, then);
  };
  ask(
      active_channels(channels::ticker_updates_pattern),
      [](const reply& answer) { return kept(parse_active_channels(answer)); }, count);
}

}  // namespace outcry::redis
