#include "messages/push_id.hpp"

#include <stdexcept>
#include <string_view>

#include "messages/decimal.hpp"

namespace outcry {

namespace {

constexpr std::string_view alphabet =
    "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
static_assert(alphabet.size() == 64);

constexpr std::size_t time_length = 8;
constexpr std::size_t id_length = 20;

std::string make(std::int64_t time_ms, unsigned_int128 tail) {
  if (time_ms < 0 || time_ms >= std::int64_t{1} << 48) {
    throw std::out_of_range{"push id: time " + std::to_string(time_ms) +
                            " ms is outside 0 to 2^48-1"};
  }
  std::string result(id_length, '-');
  for (auto i = id_length; i > time_length; --i) {
    result[i - 1] = alphabet[static_cast<std::size_t>(tail & 63U)];
    tail >>= 6;
  }
  auto time = static_cast<std::uint64_t>(time_ms);
  for (auto i = time_length; i > 0; --i) {
    result[i - 1] = alphabet[time & 63U];
    time >>= 6U;
  }
  return result;
}

}  // namespace

std::string make_push_id(std::int64_t time_ms, std::int64_t sequence) {
  if (sequence < 0) {
    throw std::out_of_range{"push id: sequence " + std::to_string(sequence) + " is below 0"};
  }
  return make(time_ms, static_cast<unsigned_int128>(sequence));
}

std::string make_random_push_id(std::int64_t time_ms, std::uint64_t random_high,
                                std::uint64_t random_low) {
  return make(time_ms, (static_cast<unsigned_int128>(random_high & 0xFFU) << 64) | random_low);
}

}  // namespace outcry
