#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/store_error.hpp"
#include "messages/bots.hpp"
#include "messages/operator.hpp"

/// How enums and lists stand in columns: as words, so that a file outlives any reordering in the
/// code and can be read by people. Reading throws store_error for a word nobody writes.
namespace outcry::sqlite {

std::string to_word(message_state x);
std::string to_word(line_status x);
std::string to_word(halt_kind x);
std::string to_word(desired_state x);

message_state message_state_of(std::string_view word);
line_status line_status_of(std::string_view word);
halt_kind halt_kind_of(std::string_view word);
desired_state desired_state_of(std::string_view word);

/// A JSON array of strings. Text that is not UTF-8 throws std::exception.
std::string to_column(const std::vector<std::string>& list);
std::vector<std::string> list_of(std::string_view column);

/// A JSON array of whole numbers.
std::string to_column(const std::vector<std::uint64_t>& list);
std::vector<std::uint64_t> numbers_of(std::string_view column);

/// A decimal as `to_string` writes it. Throws store_error for anything else.
template <class Decimal>
Decimal decimal_of(std::string_view column) {
  auto value = Decimal::parse(column);
  if (!value) throw store_error("the store holds a decimal that is none: " + value.error());
  return *value;
}

}  // namespace outcry::sqlite
