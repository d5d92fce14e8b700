#include "adapters/sqlite/decimal_column.hpp"

#include <array>
#include <cstdint>
#include <limits>

#include "adapters/sqlite/store_error.hpp"

namespace outcry::sqlite {

namespace {

constexpr std::int64_t units_per_millionth = 1'000'000;
constexpr int unit_bytes = 16;

void bind_bytes(SQLite::Statement& statement, int index, int128 units) {
  std::array<unsigned char, unit_bytes> bytes{};
  auto rest = static_cast<unsigned_int128>(units);
  for (int i = unit_bytes; i-- > 0; rest >>= 8) {
    bytes[static_cast<std::size_t>(i)] = static_cast<unsigned char>(rest & 0xff);
  }
  statement.bind(index, bytes.data(), unit_bytes);
}

}  // namespace

void bind_units(SQLite::Statement& statement, int index, int128 units) {
  using limits = std::numeric_limits<std::int64_t>;
  // Nearly every price fits 64 bits, where dividing is much cheaper.
  if (units >= limits::min() && units <= limits::max()) {
    const auto small = static_cast<std::int64_t>(units);
    if (small % units_per_millionth == 0) {
      statement.bind(index, small / units_per_millionth);
      return;
    }
  } else if (units % units_per_millionth == 0) {
    const int128 millionths = units / units_per_millionth;
    if (millionths >= limits::min() && millionths <= limits::max()) {
      statement.bind(index, static_cast<std::int64_t>(millionths));
      return;
    }
  }
  bind_bytes(statement, index, units);
}

int128 units_of(const SQLite::Column& column) {
  if (column.isInteger()) return int128{column.getInt64()} * units_per_millionth;
  if (!column.isBlob() || column.getBytes() != unit_bytes) {
    throw store_error("the store holds a decimal that is neither an integer nor 16 bytes");
  }
  const auto* bytes = static_cast<const unsigned char*>(column.getBlob());
  unsigned_int128 units = 0;
  for (int i = 0; i < unit_bytes; ++i) units = (units << 8) | bytes[i];
  return static_cast<int128>(units);
}

}  // namespace outcry::sqlite
