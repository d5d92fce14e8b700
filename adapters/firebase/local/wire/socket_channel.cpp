#include "adapters/firebase/local/wire/socket_channel.hpp"

#include <mutex>
#include <string>

#include "adapters/firebase/local/wire/frames.hpp"

namespace outcry::firebase::local::wire {

/// What has come of the next message.
class socket_channel::input {
public:
  explicit input(std::size_t largest) : frames_(largest) {}

  assembler::results take(std::string frame, std::string& message) {
    assembler::results found = assembler::results::nothing;
    std::size_t held = 0;
    {
      const std::lock_guard lock(mutex_);
      found = frames_.take(std::move(frame), message);
      held = frames_.held();
    }
    if (held > 0 || counted_) part->set(held);
    counted_ = held > 0;
    return found;
  }

  void forget() {
    const std::lock_guard lock(mutex_);
    frames_.forget();
  }

  std::shared_ptr<unfinished::share> part;

private:
  std::mutex mutex_;
  assembler frames_;
  bool counted_ = false;
};

void socket_channel::send(const std::string& message) {
  to_.send_all(split(message));
}

void socket_channel::trust() {
  to_.vouch();
  if (const auto from = input_.lock()) from->part->trust();
}

void socket_channel::connect(const std::shared_ptr<socket_channel>& one,
                             const std::shared_ptr<connection>& client, std::size_t largest,
                             unfinished& all) {
  const auto from = std::make_shared<input>(largest);
  from->part = all.join([weak = std::weak_ptr<input>(from), to = one->to_] {
    if (const auto held = weak.lock()) held->forget();
    to.close();
  });
  one->input_ = from;
  const auto* transport = one.get();
  one->to_.on_message([client, from, transport](std::string frame) {
    std::string message;
    switch (from->take(std::move(frame), message)) {
      case assembler::results::nothing:
        return;
      case assembler::results::whole:
        return client->receive(transport, message);
      case assembler::results::too_large:
        return client->receive_too_large(transport, message);
      case assembler::results::broken:
        return client->refuse_protocol();
    }
  });
  // Keeps the transport alive until then.
  one->to_.on_close([client, one] { client->lost(one.get()); });
}

}  // namespace outcry::firebase::local::wire
