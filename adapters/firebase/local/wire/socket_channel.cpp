#include "adapters/firebase/local/wire/socket_channel.hpp"

#include "adapters/firebase/local/wire/frames.hpp"

namespace outcry::firebase::local::wire {

void socket_channel::send(const std::string& message) {
  to_.send_all(split(message));
}

void socket_channel::connect(const std::shared_ptr<socket_channel>& one,
                             const std::shared_ptr<connection>& client, std::size_t largest) {
  const auto frames = std::make_shared<assembler>(largest);
  const auto* transport = one.get();
  one->to_.on_message([client, frames, transport](std::string frame) {
    std::string message;
    switch (frames->take(std::move(frame), message)) {
      case assembler::results::nothing:
        return;
      case assembler::results::whole:
        return client->receive(transport, message);
      case assembler::results::too_large:
        return client->receive_too_large(transport, message);
      case assembler::results::broken:
        return client->close();
    }
  });
  // Keeps the transport alive until then.
  one->to_.on_close([client, one] { client->lost(one.get()); });
}

}  // namespace outcry::firebase::local::wire
