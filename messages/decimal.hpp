#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>

#include <tl/expected.hpp>

namespace outcry {

/// 128-bit integers. GCC and Clang only; ISO C++ has none.
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 unsigned_int128;

/// How a product or quotient that does not fit the decimal places is rounded.
enum class rounding : std::uint8_t {
  half_even,  ///< to the nearest; a tie goes to the even neighbour
  half_down,  ///< to the nearest; a tie goes toward zero
  down,       ///< toward zero
  up,         ///< away from zero
};

namespace detail {
constexpr int decimal_places = 12;
constexpr int128 decimal_one = 1'000'000'000'000;
tl::expected<int128, std::string> parse_decimal_units(std::string_view text);
std::string decimal_units_to_string(int128 units);
int128 checked_add(int128 a, int128 b);
int128 checked_subtract(int128 a, int128 b);
int128 multiply_units(int128 a, int128 b, rounding how);
int128 multiply_divide(int128 a, int128 b, int128 c, rounding how);
int128 round_units(int128 units, int places, rounding how);
int128 divide_units(int128 a, int128 b, int places, rounding how);
}  // namespace detail

/// An exact decimal number with 12 places, held as a 128-bit count of 10^-12.
/// Range: about +-1.7 * 10^26. `Tag` makes prices, quantities and money distinct types.
/// Arithmetic throws std::overflow_error when the result does not fit.
template <class Tag>
class decimal {
public:
  static constexpr int places = detail::decimal_places;

  constexpr decimal() = default;

  /// Reads `[+-]digits[.digits][e[+-]digits]`. Refuses empty text, NaN, infinity, anything else
  /// around the number, more than 12 places that are not zero, and overflow; the error names the
  /// offending text.
  static tl::expected<decimal, std::string> parse(std::string_view text) {
    return detail::parse_decimal_units(text).map([](int128 units) { return from_units(units); });
  }

  /// The number `units` * 10^-12.
  static constexpr decimal from_units(int128 units) {
    decimal result;
    result.units_ = units;
    return result;
  }

  /// The whole number `value`.
  static constexpr decimal from_integer(std::int64_t value) {
    return from_units(int128{value} * detail::decimal_one);
  }

  constexpr int128 units() const { return units_; }
  constexpr bool is_zero() const { return units_ == 0; }
  constexpr bool is_positive() const { return units_ > 0; }

  /// The shortest decimal text without exponent: "107.5", "-3", "0".
  friend std::string to_string(const decimal& x) {
    return detail::decimal_units_to_string(x.units_);
  }

  /// For charts and statistics only, never for money.
  double approximate() const { return static_cast<double>(units_) / 1e12; }

  friend decimal operator+(decimal a, decimal b) {
    return from_units(detail::checked_add(a.units_, b.units_));
  }
  friend decimal operator-(decimal a, decimal b) {
    return from_units(detail::checked_subtract(a.units_, b.units_));
  }
  friend decimal operator-(decimal a) { return from_units(detail::checked_subtract(0, a.units_)); }
  decimal& operator+=(decimal other) { return *this = *this + other; }
  decimal& operator-=(decimal other) { return *this = *this - other; }
  friend constexpr bool operator==(decimal a, decimal b) = default;
  friend constexpr auto operator<=>(decimal a, decimal b) { return a.units_ <=> b.units_; }

  /// CAF carries the units as two 64-bit halves.
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, decimal& x) {
    auto high = static_cast<std::int64_t>(x.units_ >> 64);
    auto low = static_cast<std::uint64_t>(x.units_);
    auto restore = [&]() -> caf::error {
      x.units_ = static_cast<int128>((static_cast<unsigned_int128>(high) << 64) | low);
      return caf::none;
    };
    return f(high, low, caf::meta::load_callback(restore));
  }

private:
  int128 units_ = 0;
};

struct price_tag {};
struct quantity_tag {};
struct money_tag {};

/// Capitalised, unlike our other types, so that a member may be called `price`.
using Price = decimal<price_tag>;        ///< what one unit costs
using Quantity = decimal<quantity_tag>;  ///< how many shares, coins or contracts
using Money = decimal<money_tag>;        ///< an amount of the account's currency

/// Price times quantity, rounded at the 12th place. Throws std::overflow_error.
inline Money multiply(Price price, Quantity quantity, rounding how = rounding::half_even) {
  return Money::from_units(detail::multiply_units(price.units(), quantity.units(), how));
}

/// A pure number: a share, a percentage as a fraction.
struct ratio_tag {};
using Ratio = decimal<ratio_tag>;

/// `x` rounded to `places` (0 to 12).
template <class Tag>
decimal<Tag> rounded(decimal<Tag> x, int places, rounding how) {
  return decimal<Tag>::from_units(detail::round_units(x.units(), places, how));
}

/// `x` times a pure number, rounded at the 12th place. Throws std::overflow_error.
template <class Tag>
decimal<Tag> scaled(decimal<Tag> x, Ratio factor, rounding how = rounding::half_even) {
  return decimal<Tag>::from_units(detail::multiply_units(x.units(), factor.units(), how));
}

/// How much of `whole` belongs to `part` of `total`: whole * part / total, rounded once, at the
/// 12th place. Throws std::overflow_error when it does not fit, std::domain_error when `total` is
/// 0.
template <class Tag, class OtherTag>
decimal<Tag> portion(decimal<Tag> whole, decimal<OtherTag> part, decimal<OtherTag> total,
                     rounding how = rounding::half_even) {
  return decimal<Tag>::from_units(
      detail::multiply_divide(whole.units(), part.units(), total.units(), how));
}

/// How much `money` buys at `price`, rounded to `places` (0 to 12). Throws std::overflow_error when
/// it does not fit, std::domain_error when `price` is 0.
inline Quantity divide(Money money, Price price, int places, rounding how) {
  return Quantity::from_units(detail::divide_units(money.units(), price.units(), places, how));
}

/// What one of `quantity` cost, rounded to `places` (0 to 12). Throws as above.
inline Price divide(Money money, Quantity quantity, int places, rounding how) {
  return Price::from_units(detail::divide_units(money.units(), quantity.units(), places, how));
}

}  // namespace outcry
