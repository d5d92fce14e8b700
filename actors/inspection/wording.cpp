#include "actors/inspection/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace outcry::inspection {

namespace {

struct harm {
  const char* of;
  const char* what;
};

constexpr harm harm_of_kinds[] = {
    {"bot", "its ticker is not traded by it: prices, fills, exits and your stop wait"},
    {"container_bot", "the bot in the container hears no commands"},
    {"container_trader", "orders of the bot in the container wait"},
    {"pit", "nobody on the floor gets prices or fills of this ticker"},
    {"feed", "no bot gets prices"},
    {"market", "no ticker can be opened or subscribed to"},
    {"orders", "no order goes out and none is cancelled: a stop is not confirmed"},
    {"broker", "no order reaches the broker and no fill comes back"},
    {"desk", "no operator message is taken in: a stop does not stop"},
    {"journal", "nothing is confirmed: commands, orders and acknowledgements wait for the disk"},
    {"history", "price history is not kept; trading goes on"},
    {"signal_store", "calls are not kept and not followed"},
    {"relay", "your phone sees an old floor, and what it sends is not heard"},
    {"firebase", "your phone sees an old floor, and what it sends is not heard"},
    {"redis", "bots in containers get no prices"},
    {"redis.bots", "bots in containers get no commands, and their orders are not heard"},
    {"redis.commands",
     "the bots of this machine get no commands; a main floor that hears nothing "
     "of them says so"},
    {"redis.performance", "programs on Redis see no results"},
    {"ntfy", "your phone is not called when something happens; what is due is tried again"},
    {"discord", "new calls in Discord are not read"},
    {"signals", "calls are not read and not followed"},
    {"postgres", "calls are not shared with others"},
    {"notifier", "your phone is told nothing"},
    {"ntfy", "your phone is told nothing"},
    {"dead-man", "the dead-man's switch does not watch over you"},
    {"performance", "profit and loss stand still"},
    {"roster", "lists of actors and bots are old"},
    {"session", "one client waits for its answer"},
    {"bridge", "clients of this door get no answer"},
    {"socket", "the command line gets no answer"},
};

constexpr harm harm_of_links[] = {
    {"firebase",
     "your phone sees an old floor, and what it sends is not heard; what the floor owes "
     "it is kept in the journal"},
    {"redis", "bots in containers get no prices and no commands"},
    {"broker", "no order goes out and no fill comes back; orders that rest at the broker stay"},
    {"feed", "no bot gets prices"},
    {"discord", "new calls in Discord are not read until it is back; then they are caught up on"},
    {"postgres", "calls are not shared with others; they are kept until it is back"},
    {"journal", "nothing is confirmed: commands, orders and acknowledgements wait for the disk"},
    {"history", "price history is not kept; trading goes on"},
    {"signal_store", "calls are not kept and not followed"},
};

template <std::size_t N>
std::string harm_among(const harm (&list)[N], std::string_view name, const char* otherwise) {
  for (const auto& x : list)
    if (name == x.of) return x.what;
  return otherwise;
}

}  // namespace

std::string lasting(std::int64_t ms) {
  ms = std::max<std::int64_t>(ms, 0);
  if (ms < 1000) return fmt::format("0.{} s", ms / 100);
  const auto s = ms / 1000;
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  if (s < 86'400) return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
  return fmt::format("{} d {} h", s / 86'400, s / 3600 % 24);
}

std::string thousands(std::uint64_t n) {
  auto text = fmt::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), 1, ',');
  return text;
}

std::string counted(std::uint64_t n, std::string_view what) {
  return fmt::format("{} {}{}", thousands(n), what, n == 1 ? "" : "s");
}

std::string some_of(const std::vector<std::string>& names) {
  return some_of(names, names.size());
}

std::string some_of(const std::vector<std::string>& names, std::size_t all) {
  const auto told = std::min(names.size(), most_names);
  std::string text;
  for (std::size_t i = 0; i < told; ++i) text += (i > 0 ? ", " : "") + names[i];
  if (all > told) text += fmt::format(" and {} more", all - told);
  return text;
}

std::string harm_of_actor(std::string_view kind) {
  return harm_among(harm_of_kinds, kind, "whoever needs it waits");
}

std::string harm_of_link(std::string_view name) {
  return harm_among(harm_of_links, name, "whoever needs it waits");
}

bool is_store(std::string_view x) {
  return x == "journal" || x == "history" || x == "signal_store";
}

}  // namespace outcry::inspection
