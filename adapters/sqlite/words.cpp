#include "adapters/sqlite/words.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/sqlite/store_error.hpp"

namespace outcry::sqlite {

namespace {

template <class Enum, std::size_t N>
using table = std::array<std::pair<Enum, std::string_view>, N>;

constexpr table<message_state, 5> message_states{{{message_state::sent, "sent"},
                                                  {message_state::working, "working"},
                                                  {message_state::done, "done"},
                                                  {message_state::failed, "failed"},
                                                  {message_state::expired, "expired"}}};
constexpr table<line_status, 7> line_statuses{{{line_status::open, "open"},
                                               {line_status::pending, "pending"},
                                               {line_status::done, "done"},
                                               {line_status::ignored, "ignored"},
                                               {line_status::error, "error"},
                                               {line_status::expired, "expired"},
                                               {line_status::no_answer, "no_answer"}}};
constexpr table<halt_kind, 3> halt_kinds{
    {{halt_kind::none, "none"}, {halt_kind::stopped, "stopped"}, {halt_kind::killed, "killed"}}};
constexpr table<desired_state, 2> desired_states{
    {{desired_state::running, "running"}, {desired_state::stopped, "stopped"}}};

template <class Enum, std::size_t N>
std::string word_of(const table<Enum, N>& words, Enum x) {
  for (const auto& [value, word] : words) {
    if (value == x) return std::string(word);
  }
  throw store_error(fmt::format("value {} has no word in the store", static_cast<int>(x)));
}

template <class Enum, std::size_t N>
Enum value_of(const table<Enum, N>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  throw store_error(fmt::format("the store holds an unknown word '{}'", text));
}

}  // namespace

std::string to_word(message_state x) {
  return word_of(message_states, x);
}
std::string to_word(line_status x) {
  return word_of(line_statuses, x);
}
std::string to_word(halt_kind x) {
  return word_of(halt_kinds, x);
}
std::string to_word(desired_state x) {
  return word_of(desired_states, x);
}

message_state message_state_of(std::string_view word) {
  return value_of(message_states, word);
}
line_status line_status_of(std::string_view word) {
  return value_of(line_statuses, word);
}
halt_kind halt_kind_of(std::string_view word) {
  return value_of(halt_kinds, word);
}
desired_state desired_state_of(std::string_view word) {
  return value_of(desired_states, word);
}

std::string to_column(const std::vector<std::string>& list) {
  return list.empty() ? "[]" : nlohmann::json(list).dump();
}

std::vector<std::string> list_of(std::string_view column) {
  if (column == "[]") return {};
  return nlohmann::json::parse(column).get<std::vector<std::string>>();
}

std::string to_column(const std::vector<std::uint64_t>& list) {
  return nlohmann::json(list).dump();
}

std::vector<std::uint64_t> numbers_of(std::string_view column) {
  if (column == "[]") return {};
  return nlohmann::json::parse(column).get<std::vector<std::uint64_t>>();
}

}  // namespace outcry::sqlite
