// Messages of trading channels read by process_message: messages per second and nanoseconds for
// one, as a ratio to one pass over the same bytes that counts words. Then hostile texts of several
// shapes: time for each byte and the most memory at once, at the length that is read and at 1 MB.
// Usage: signal_bench [messages] [rounds]

#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <malloc.h>

#include "actors/signals/process_message.hpp"
#include "tests/bench/figures.hpp"

namespace {

std::atomic<std::size_t> held{0};
std::atomic<std::size_t> most_held{0};

void* counted(std::size_t bytes) {
  auto* result = std::malloc(bytes);
  if (result == nullptr) throw std::bad_alloc{};
  const auto now = held += malloc_usable_size(result);
  auto most = most_held.load();
  while (now > most && !most_held.compare_exchange_weak(most, now)) {
  }
  return result;
}

void uncounted(void* memory) {
  if (memory == nullptr) return;
  held -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t bytes) {
  return counted(bytes);
}
void operator delete(void* memory) noexcept {
  uncounted(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  uncounted(memory);
}

namespace {

using namespace outcry;
using namespace outcry::bench;

struct kind {
  const char* name;
  signals::verdict expected;
  /// The n-th message of this kind.
  std::function<std::string(int n)> message;
};

std::string coin(int n) {
  return fmt::format("W{}G{}", static_cast<char>('A' + n % 26),
                     static_cast<char>('A' + n / 26 % 26));
}

std::string long_call(int n) {
  const double at = 10 + n % 90;
  auto result = fmt::format(
      "🔥 Room of the early birds 🔥\n\n📌 Pair: #{}/USDT (LONG)\nLeverage: cross 10x\n\nEntry zone: "
      "{:.2f} - {:.2f}\n\n",
      coin(n), at, at * 0.98);
  for (int i = 1; i <= 6; ++i) result += fmt::format("🎯 TP{}: {:.2f}\n", i, at * (1 + 0.02 * i));
  return result +
         fmt::format("\n⛔ Stop loss: {:.2f}\n\nNo advice. Mind your risk! <@&12345>", at * 0.95);
}

const std::vector<kind>& kinds() {
  using signals::verdict;
  static const std::vector<kind> all = {
      {"short call", verdict::signal,
       [](int n) {
         return fmt::format("{} limit {}-{} stop {}", coin(n), n + 100, n + 99, n + 90);
       }},
      {"long call", verdict::signal, long_call},
      {"contract", verdict::signal,
       [](int n) {
         return fmt::format("BTO 2 {} {}c 6/21 @ 1.{:02}", coin(n), n % 300 + 5, n % 100);
       }},
      {"update", verdict::update,
       [](int n) { return fmt::format("{} TP{} hit ✅ move SL to BE", coin(n), n % 5 + 1); }},
      {"noise", verdict::nothing,
       [](int n) {
         return fmt::format(
             "Good evening everybody, quiet tape here since noon, only {} of us are "
             "left in the room. See you after the break!",
             n % 50);
       }},
  };
  return all;
}

std::size_t count_words(const std::string& text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool letter = c != ' ' && c != '\n';
    words += letter && !inside ? 1 : 0;
    inside = letter;
  }
  return words;
}

template <class Work>
double cpu_of(const std::vector<std::string>& messages, Work work) {
  const auto start = cpu_seconds();
  for (const auto& text : messages) work(text);
  return (cpu_seconds() - start) / static_cast<double>(messages.size());
}

void measure(const char* name, const std::vector<std::string>& messages, std::size_t rounds) {
  std::vector<double> ours;
  std::vector<double> bare;
  std::size_t words = 0;
  std::size_t bytes = 0;
  for (const auto& text : messages) bytes += text.size();
  for (std::size_t i = 0; i < rounds; ++i) {
    bare.push_back(cpu_of(messages, [&](const std::string& text) { words += count_words(text); }));
    ours.push_back(cpu_of(messages, [](const std::string& text) {
      if (signals::process_message(text, {}).reason.empty())
        throw std::runtime_error{"a reading without a reason"};
    }));
  }
  if (words == 0) throw std::runtime_error{"no words"};
  const auto each = median(ours);
  fmt::print("{:<12} {:>6.0f} bytes {:>9.0f} messages/s {:>8.0f} ns each {:>8.1f} times the pass\n",
             name, static_cast<double>(bytes) / static_cast<double>(messages.size()), 1 / each,
             each * 1e9, each / median(bare));
}

void measure_messages(std::size_t count, std::size_t rounds) {
  std::vector<std::string> mixed;
  for (const auto& k : kinds()) {
    std::vector<std::string> messages;
    for (std::size_t n = 0; n < count; ++n) {
      messages.push_back(k.message(static_cast<int>(n)));
      const auto x = signals::process_message(messages.back(), {});
      if (x.outcome != k.expected)
        throw std::runtime_error{
            fmt::format("{}: read as {}: {}", k.name, to_string(x.outcome), messages.back())};
      mixed.push_back(messages.back());
    }
    measure(k.name, messages, rounds);
  }
  measure("all", mixed, rounds);
}

std::string repeated(const std::string& piece, std::size_t bytes) {
  std::string result;
  result.reserve(bytes + piece.size());
  while (result.size() < bytes) result += piece;
  result.resize(bytes);
  return result;
}

/// Time for one byte and the most memory at once, less what was held before.
void hostile(const char* name, const std::string& piece, std::size_t bytes) {
  const auto text = repeated(piece, bytes);
  const auto before = held.load();
  most_held = before;
  const auto start = cpu_seconds();
  const auto x = signals::process_message(text, {});
  const auto took = cpu_seconds() - start;
  if (x.outcome == signals::verdict::signal)
    throw std::runtime_error{fmt::format("{}: read as a signal", name)};
  fmt::print("{:<18} {:>9} bytes {:>8.3f} ms {:>7.2f} ns/byte {:>7.2f} MB  {}\n", name, bytes,
             took * 1e3, took * 1e9 / static_cast<double>(bytes),
             static_cast<double>(most_held.load() - before) / 1e6, to_string(x.outcome));
}

void measure_hostile() {
  const std::pair<const char*, std::string> shapes[] = {
      {"digits", "1234567890"},
      {"commas", "1,"},
      {"dots", "1."},
      {"brackets", "(["},
      {"pictures", "\U0001F3AF"},
      {"labels", "TP1 SL entry "},
      {"labels and prices", "TP1: 10 SL: 9 "},
      {"labels in lines", "take 5\nprofit: 5\nSL 9\n"},
      {"events", "TP1 hit close half SL to BE "},
      {"one word", "w"},
      {"capitals", "WAG WIG "},
      {"tags", "#WAG "},
      {"quotes", "> > "},
      {"markdown", "**__~~"},
      {"half a mention", "<@"},
      {"colons", ":a"},
      {"phrases", "take profit "},
      {"calls", "BTO WAG 45c 6/21 @ 1.2\n"},
      {"no UTF-8", "\xff\xfe"},
      {"empty lines", "\n"},
  };
  signals::process_message("warm", {});
  for (const auto& [name, piece] : shapes) {
    hostile(name, piece, signals::max_message_bytes / 4);
    hostile(name, piece, signals::max_message_bytes);
    hostile(name, piece, 1'000'000);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return guarded([&] {
    measure_messages(argument(argc, argv, 1, 20'000), argument(argc, argv, 2, 5));
    measure_hostile();
  });
}
