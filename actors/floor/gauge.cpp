#include "actors/floor/gauge.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include <cxxabi.h>

namespace outcry {

namespace {

std::uint64_t read_steady_clock() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

std::string demangled(const std::type_info& type) {
  int status = 0;
  std::unique_ptr<char, decltype(&std::free)> text{
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free};
  return text ? std::string{text.get()} : std::string{type.name()};
}

void erase_all(std::string& from, std::string_view what) {
  for (auto at = from.find(what); at != std::string::npos; at = from.find(what, at))
    from.erase(at, what.size());
}

std::string part_name(std::string_view part) {
  if (part.starts_with("basic_string<char")) return "text";
  return part == "atom_value" ? "atom" : std::string{part};
}

/// The parts between the outermost < and >, at the commas that stand outside of inner brackets.
std::string parts_of(std::string_view list) {
  std::string result;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    const char c = i < list.size() ? list[i] : ',';
    if (c == '<') ++depth;
    if (c == '>') --depth;
    if (c != ',' || depth > 0) continue;
    auto part = list.substr(begin, i - begin);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    if (!result.empty() && !part.empty()) result += ' ';
    result += part_name(part);
    begin = i + 1;
  }
  return result;
}

std::string name_anew(const std::type_info& type) {
  auto text = demangled(type);
  erase_all(text, "caf::detail::");
  erase_all(text, "caf::");
  erase_all(text, "outcry::");
  erase_all(text, "(anonymous namespace)::");
  erase_all(text, "std::__cxx11::");
  if (text == "void" || text.find("empty_type_erased_tuple") != std::string::npos) return "nothing";
  const auto open = text.find('<');
  const auto close = text.rfind('>');
  if (open == std::string::npos || close == std::string::npos) return text;
  auto parts = parts_of(std::string_view{text}.substr(open + 1, close - open - 1));
  return parts.empty() ? "nothing" : parts;
}

}  // namespace

std::uint64_t (*steady_now_ns)() = read_steady_clock;

gauge::gauge() {
  if (on_stage != nullptr) parent = on_stage->name;
}

void gauge::note_time(std::uint64_t number, std::uint64_t took_ns) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  const auto slot = sampled.load(std::memory_order_relaxed) % remembered_times;
  times[slot].store(number << 32 | std::min(took_ns, most), std::memory_order_relaxed);
  add_own(sampled);
  add_own(busy_ns, took_ns);
  // The inspector takes it away at the same time.
  auto longest = longest_ns.load(std::memory_order_relaxed);
  while (longest < took_ns &&
         !longest_ns.compare_exchange_weak(longest, took_ns, std::memory_order_relaxed)) {
  }
}

bool gauge::pause(std::uint64_t most) {
  if (is_paused()) return false;
  const auto usual = bound.load(std::memory_order_relaxed);
  bound_before = usual;
  bound = usual == 0 ? most : std::min(usual, most);
  wishes.fetch_or(gauge_wish::pause);
  return true;
}

bool gauge::resume() {
  if ((wishes.fetch_and(~gauge_wish::pause) & gauge_wish::pause) == 0) return false;
  bound.store(bound_before);
  return true;
}

std::string message_name(const std::type_info& type) {
  static std::mutex mutex;
  static std::map<const std::type_info*, std::string> known;
  std::lock_guard lock{mutex};
  auto& name = known[&type];
  if (name.empty()) name = name_anew(type);
  return name;
}

}  // namespace outcry
