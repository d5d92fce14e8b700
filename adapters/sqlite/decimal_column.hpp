#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include "messages/decimal.hpp"

/// Decimals in columns, exact and compact: an integer of millionths where that loses nothing, else
/// all 16 bytes, big endian.
namespace outcry::sqlite {

/// Binds `units` (10^-12) to parameter `index`.
void bind_units(SQLite::Statement& statement, int index, int128 units);

/// The inverse. Throws store_error for anything `bind_units` does not write.
int128 units_of(const SQLite::Column& column);

}  // namespace outcry::sqlite
