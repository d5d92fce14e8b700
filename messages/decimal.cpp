#include "messages/decimal.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "messages/detail/text.hpp"

namespace outcry::detail {

namespace {

/// The magnitude of the lowest int128; the highest one's is one less.
constexpr auto sign_bit = static_cast<unsigned_int128>(1) << 127;

/// Digits whose value surely fits 64 bits.
constexpr std::size_t short_digits = 18;

constexpr auto powers_of_ten = [] {
  std::array<unsigned_int128, 39> result{};
  unsigned_int128 power = 1;
  for (auto& x : result) {
    x = power;
    power *= 10;
  }
  return result;
}();

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const auto result = text.substr(0, n);
  text.remove_prefix(n);
  return result;
}

tl::unexpected<std::string> refuse(std::string_view what, std::string_view text) {
  return tl::unexpected{std::string{what} + ": \"" + shown(text) + '"'};
}

/// `[e[+-]digits]`; nothing is 0. Far exponents saturate: every text is shorter than they are.
bool take_exponent(std::string_view& text, std::int64_t& exponent) {
  exponent = 0;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const auto digits = take_digits(text);
  if (digits.empty()) return false;
  constexpr std::int64_t limit = 1'000'000'000'000'000;
  for (const char c : digits) exponent = std::min(exponent * 10 + (c - '0'), limit);
  if (negative) exponent = -exponent;
  return text.empty();
}

/// The value of the digits of `whole` followed by those of `fraction`.
std::uint64_t short_value(std::string_view whole, std::string_view fraction) {
  std::uint64_t value = 0;
  for (const char c : whole) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  for (const char c : fraction) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

unsigned_int128 magnitude(int128 x) {
  return x < 0 ? -static_cast<unsigned_int128>(x) : static_cast<unsigned_int128>(x);
}

/// Throws std::overflow_error if the number does not fit.
int128 signed_value(unsigned_int128 value, bool negative) {
  if (value >= sign_bit && !(negative && value == sign_bit)) {
    throw std::overflow_error{"decimal product is out of range"};
  }
  return static_cast<int128>(negative ? -value : value);
}

struct wide {
  unsigned_int128 high;
  unsigned_int128 low;
};

wide multiply_wide(unsigned_int128 a, unsigned_int128 b) {
  constexpr auto mask = static_cast<unsigned_int128>(~std::uint64_t{0});
  const auto low = (a & mask) * (b & mask);
  const auto cross1 = (a >> 64) * (b & mask);
  const auto cross2 = (a & mask) * (b >> 64);
  const auto middle = (low >> 64) + (cross1 & mask) + (cross2 & mask);
  return {(a >> 64) * (b >> 64) + (cross1 >> 64) + (cross2 >> 64) + (middle >> 64),
          (middle << 64) | (low & mask)};
}

}  // namespace

tl::expected<int128, std::string> parse_decimal_units(std::string_view text) {
  auto rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  auto whole = take_digits(rest);
  if (whole.empty()) return refuse("not a decimal number", text);
  std::string_view fraction;
  if (!rest.empty() && rest[0] == '.') {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
    if (fraction.empty()) return refuse("not a decimal number", text);
  }
  if (rest.empty() && fraction.size() <= std::size_t{decimal_places} &&
      whole.size() + fraction.size() <= short_digits) {
    const auto units = static_cast<int128>(short_value(whole, fraction) *
                                           powers_of_ten[decimal_places - fraction.size()]);
    return negative ? -units : units;
  }
  std::int64_t exponent = 0;
  if (!take_exponent(rest, exponent)) return refuse("not a decimal number", text);

  std::string digits;
  digits.reserve(whole.size() + fraction.size());
  digits.append(whole).append(fraction);
  // The number is `digits` * 10^power.
  auto power = exponent - static_cast<std::int64_t>(fraction.size());
  const auto last = digits.find_last_not_of('0');
  if (last == std::string::npos) return 0;
  power += static_cast<std::int64_t>(digits.size() - 1 - last);
  digits.erase(last + 1);
  digits.erase(0, digits.find_first_not_of('0'));

  const auto shift = power + decimal_places;
  if (shift < 0) return refuse("more than 12 decimal places", text);
  const auto total = shift + static_cast<std::int64_t>(digits.size());
  // 2^127 is 1.7 * 10^38, and what is below 3.4 * 10^38 does not wrap 128 bits.
  if (total > 39 || (total == 39 && digits[0] > '1')) return refuse("out of range", text);
  unsigned_int128 units = 0;
  for (const char c : digits) units = units * 10 + static_cast<unsigned>(c - '0');
  units *= powers_of_ten[static_cast<std::size_t>(shift)];
  if (units > sign_bit || (units == sign_bit && !negative)) return refuse("out of range", text);
  return static_cast<int128>(negative ? -units : units);
}

std::string decimal_units_to_string(int128 units) {
  // Filled from the back: sign, 27 digits, point, 12 digits.
  std::array<char, 41> buffer;
  auto at = buffer.size();
  auto rest = magnitude(units);
  auto fraction = static_cast<std::uint64_t>(rest % static_cast<unsigned_int128>(decimal_one));
  rest /= static_cast<unsigned_int128>(decimal_one);
  if (fraction != 0) {
    int places = decimal_places;
    while (fraction % 10 == 0) {
      fraction /= 10;
      --places;
    }
    for (; places > 0; --places) {
      buffer[--at] = static_cast<char>('0' + fraction % 10);
      fraction /= 10;
    }
    buffer[--at] = '.';
  }
  do {
    buffer[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  if (units < 0) buffer[--at] = '-';
  return {buffer.data() + at, buffer.size() - at};
}

int128 checked_add(int128 a, int128 b) {
  int128 result = 0;
  if (__builtin_add_overflow(a, b, &result)) {
    throw std::overflow_error{"decimal sum is out of range"};
  }
  return result;
}

int128 checked_subtract(int128 a, int128 b) {
  int128 result = 0;
  if (__builtin_sub_overflow(a, b, &result)) {
    throw std::overflow_error{"decimal difference is out of range"};
  }
  return result;
}

int128 multiply_units(int128 a, int128 b, rounding how) {
  const bool negative = (a < 0) != (b < 0);
  const auto product = multiply_wide(magnitude(a), magnitude(b));
  constexpr auto divisor = static_cast<unsigned_int128>(decimal_one);
  // Long division in 64-bit steps: the remainder stays below 2^40.
  const std::array<std::uint64_t, 4> limbs{
      static_cast<std::uint64_t>(product.high >> 64), static_cast<std::uint64_t>(product.high),
      static_cast<std::uint64_t>(product.low >> 64), static_cast<std::uint64_t>(product.low)};
  std::array<std::uint64_t, 4> quotient{};
  unsigned_int128 remainder = 0;
  for (std::size_t i = 0; i < limbs.size(); ++i) {
    const auto step = (remainder << 64) | limbs[i];
    quotient[i] = static_cast<std::uint64_t>(step / divisor);
    remainder = step % divisor;
  }
  // Beyond 2^128 the value is out of range whatever its lower half says.
  auto value = quotient[0] != 0 || quotient[1] != 0
                   ? ~static_cast<unsigned_int128>(0)
                   : (static_cast<unsigned_int128>(quotient[2]) << 64) | quotient[3];
  const auto twice = remainder * 2;
  const bool up =
      (how == rounding::up && remainder != 0) ||
      (how == rounding::half_even && (twice > divisor || (twice == divisor && (value & 1) != 0)));
  if (up && value < sign_bit + 1) ++value;
  return signed_value(value, negative);
}

}  // namespace outcry::detail
