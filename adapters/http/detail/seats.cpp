#include "adapters/http/detail/seats.hpp"

#include <boost/asio/ip/network_v6.hpp>

namespace outcry::http::detail {

namespace {

/// Whose address it is. A machine has as many IPv6 addresses as it likes, all of one network.
std::string household(boost::asio::ip::address from) {
  if (from.is_v6() && from.to_v6().is_v4_mapped()) {
    from = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, from.to_v6());
  }
  if (from == boost::asio::ip::address(boost::asio::ip::address_v4::loopback()) ||
      from == boost::asio::ip::address(boost::asio::ip::address_v6::loopback())) {
    return {};
  }
  if (from.is_v4()) return from.to_string();
  return boost::asio::ip::network_v6(from.to_v6(), 64).network().to_string();
}

}  // namespace

std::shared_ptr<void> seats::take(const boost::asio::ip::address& from) {
  const std::string whose = household(from);
  if (whose.empty()) return table_;
  const std::lock_guard lock(table_->mutex);
  std::size_t& taken = table_->taken[whose];
  if (taken >= most) return nullptr;
  ++taken;
  return {table_.get(), [kept = table_, whose](void*) {
            const std::lock_guard guard(kept->mutex);
            const auto place = kept->taken.find(whose);
            if (--place->second == 0) kept->taken.erase(place);
          }};
}

}  // namespace outcry::http::detail
