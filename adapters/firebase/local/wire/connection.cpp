#include "adapters/firebase/local/wire/connection.hpp"

#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace outcry::firebase::local::wire {

void connection::start(std::shared_ptr<outgoing> transport) {
  const nlohmann::json greeting{
      {"ts", guard_.now()}, {"v", "5"}, {"h", opts_.host}, {"s", opts_.id}};
  session_ = std::make_shared<session>(shared_from_this(), guard_, opts_.peer);
  {
    const std::lock_guard lock(mutex_);
    primary_ = transport;
  }
  transport->send(wire::control("h", greeting.dump()));
}

void connection::upgrade(std::shared_ptr<outgoing> transport) {
  std::shared_ptr<outgoing> refused;
  {
    const std::lock_guard lock(mutex_);
    // One upgrade at a time, and none once the client has gone.
    refused = secondary_ || left_ ? transport : nullptr;
    if (!refused) secondary_ = transport;
  }
  if (!refused) return transport->send(wire::control("a", "{}"));
  refused->send(wire::control("r", nlohmann::json(opts_.host).dump()));
  refused->close();
}

void connection::receive(const outgoing* transport, const std::string& message) {
  if (!open_) return;
  auto read = parse(message);
  if (!read) return refuse_protocol();
  if (read->asked) return serve(std::move(*read->asked));
  control(transport, read->control);
}

void connection::refuse_protocol() {
  guard_.note(refusals::protocol, opts_.peer);
  close();
}

void connection::receive_too_large(const outgoing*, const std::string& beginning) {
  guard_.note(refusals::size, opts_.peer);
  const auto number = number_of(beginning);
  if (!number) return close();
  send(refuse(*number, "write_too_big",
              "Data to write exceeds the maximum size that can be modified with a single request"));
}

void connection::control(const outgoing* transport, const std::string& type) {
  std::shared_ptr<outgoing> done;
  {
    const std::lock_guard lock(mutex_);
    if (type == "p") {
      const auto& to = secondary_ && secondary_.get() == transport ? secondary_ : primary_;
      if (to) to->send(wire::control("o", "null"));
    } else if (type == "n" && secondary_ && primary_ && primary_.get() == transport) {
      // Nothing more comes or goes here. Under the lock: whatever is sent from now on goes there.
      primary_->send(wire::control("n", "{}"));
      done = std::exchange(primary_, std::exchange(secondary_, nullptr));
      if (trusted_) primary_->trust();
    }
  }
  if (done) done->close();
}

void connection::serve(request asked) {
  // What has been parsed weighs several times its text.
  const std::size_t size = 1024 + 4 * asked.size;
  if (waiting_ > 0 && waiting_ + size > opts_.max_waiting) {
    guard_.note(refusals::size, opts_.peer);
    return close();
  }
  waiting_ += size;
  const std::int64_t number = asked.number;
  const bool writes = asked.action == "p" || asked.action == "m";
  const auto self = shared_from_this();
  const bool taken = database_.run(
      size, writes,
      [self, size, asked = std::move(asked)](tree& in) mutable {
        self->waiting_ -= size;
        if (self->session_) self->session_->serve(std::move(asked), in);
      },
      [self, number](const outcome& failed) {
        self->send(refuse(number, "unavailable", failed.body));
      });
  if (!taken) close();
}

void connection::lost(const outgoing* transport) {
  {
    const std::lock_guard lock(mutex_);
    if (secondary_ && secondary_.get() == transport) {
      secondary_.reset();
      return;
    }
    if (!primary_ || primary_.get() != transport) return;
  }
  leave();
}

void connection::leave() {
  std::shared_ptr<outgoing> second;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(left_, true)) return;
    open_ = false;
    primary_.reset();
    second = std::exchange(secondary_, nullptr);
  }
  if (second) second->close();
  const auto leaving = [self = shared_from_this()](tree& in) {
    self->session_->leave(in);
    self->session_.reset();
  };
  const auto failed = [](const outcome& why) {
    spdlog::error("what a client left to be written on disconnect is lost: {}", why.body);
  };
  if (!database_.run(0, true, leaving, failed)) failed({503, "the database has ended", {}});
}

void connection::recheck(tree& in) {
  if (session_) session_->recheck(in);
}

void connection::send(const std::string& message) {
  const std::lock_guard lock(mutex_);
  if (primary_) primary_->send(message);
}

void connection::trust() {
  const std::lock_guard lock(mutex_);
  trusted_ = true;
  if (primary_) primary_->trust();
}

bool connection::trusted() const {
  const std::lock_guard lock(mutex_);
  return trusted_;
}

void connection::close() {
  std::shared_ptr<outgoing> ending;
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
    ending = primary_;
  }
  if (ending) ending->close();
}

}  // namespace outcry::firebase::local::wire
