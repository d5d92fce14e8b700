#include "tests/support/held_port.hpp"

#include <stdexcept>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace outcry::test {

// Linux lets sockets share an address when all of them have SO_REUSEADDR and none of those there
// listens; when it chooses a port itself it takes none that anybody is bound to. Bound to every
// address, because a port free on 127.0.0.1 may be another program's on 127.0.0.2.
held_port::held_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int yes = 1;
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_ANY);
  socklen_t size = sizeof place;
  if (::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      ::bind(socket_, reinterpret_cast<sockaddr*>(&place), size) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&place), &size) != 0) {
    ::close(socket_);
    throw std::runtime_error("no port to hold");
  }
  number_ = ntohs(place.sin_port);
}

held_port::~held_port() {
  ::close(socket_);
}

}  // namespace outcry::test
