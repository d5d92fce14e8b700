#include "messages/performance.hpp"

namespace outcry {

profit_figures operator+(const profit_figures& a, const profit_figures& b) {
  return {a.total + b.total,         a.unrealized + b.unrealized, a.realized + b.realized,
          a.converted + b.converted, a.profit + b.profit,         a.open + b.open};
}

profit_figures operator-(const profit_figures& a, const profit_figures& b) {
  return {a.total - b.total,         a.unrealized - b.unrealized, a.realized - b.realized,
          a.converted - b.converted, a.profit - b.profit,         a.open - b.open};
}

}  // namespace outcry
