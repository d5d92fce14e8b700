#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "adapters/http/detail/byte_stream.hpp"

namespace outcry::http::detail {

namespace {

using error_code = boost::system::error_code;

constexpr std::uint64_t most_dropped = 64u << 20;

class farewell : public std::enable_shared_from_this<farewell> {
public:
  farewell(byte_stream& stream, std::shared_ptr<peer> owner)
      : stream_(stream), owner_(std::move(owner)) {}

  void begin() {
    stream_.expires_after(std::chrono::seconds(2));
    if (!stream_.tls()) return shut_down();
    // Its error does not matter: a client that goes on sending is no good reason to be rude.
    stream_.tls()->shut_down(
        [self = shared_from_this()](error_code, std::size_t) { self->shut_down(); });
  }

private:
  void shut_down() {
    error_code error;
    stream_.tcp().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, error);
    if (error) return owner_->close();
    drop();
  }

  void drop() {
    stream_.tcp().async_read_some(boost::asio::buffer(waste_),
                                  [self = shared_from_this()](error_code error, std::size_t n) {
                                    self->dropped_ += n;
                                    if (error || self->dropped_ > most_dropped)
                                      return self->owner_->close();
                                    self->drop();
                                  });
  }

  byte_stream& stream_;
  const std::shared_ptr<peer> owner_;
  std::array<char, 4096> waste_{};
  std::uint64_t dropped_ = 0;
};

}  // namespace

void linger(byte_stream& stream, std::shared_ptr<peer> owner) {
  std::make_shared<farewell>(stream, std::move(owner))->begin();
}

}  // namespace outcry::http::detail
