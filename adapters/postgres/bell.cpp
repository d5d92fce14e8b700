#include "adapters/postgres/bell.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace outcry::postgres {

bell::bell() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

bell::~bell() {
  ::close(fd_);
}

void bell::ring() noexcept {
  const std::uint64_t one = 1;
  // Full only if it rings already.
  [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

void bell::clear() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(fd_, &count, sizeof count);
}

void bell::stop() noexcept {
  stopping_.store(true);
  ring();
}

}  // namespace outcry::postgres
