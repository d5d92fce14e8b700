#include "adapters/firebase/local/wire/surface.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/firebase/local/wire/socket_channel.hpp"
#include "adapters/http/token_file.hpp"

namespace outcry::firebase::local::wire {

namespace {

/// A frame that tells us when the page goes: pages cannot ask for much in that moment.
constexpr const char* goodbye_page = R"(<!doctype html><meta charset="utf-8"><script>
(function () {
  var told = false;
  function tell() {
    if (told) return;
    told = true;
    var to = location.pathname + location.search.replace("dframe=t", "disconn=t");
    if (!navigator.sendBeacon || !navigator.sendBeacon(to)) {
      var request = new XMLHttpRequest();
      request.open("POST", to, false);
      request.send();
    }
  }
  addEventListener("pagehide", tell);
  addEventListener("unload", tell);
})();
</script>)";

bool is_set(const http::request& asked, const char* name) {
  const std::string* value = asked.find_parameter(name);
  return value && *value == "t";
}

http::response document(const char* type, std::string body) {
  http::response made;
  made.headers = {
      {"Content-Type", type}, {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  made.body = std::move(body);
  return made;
}

http::response script(std::string body) {
  return document("text/javascript; charset=utf-8", std::move(body));
}

std::optional<std::uint64_t> number_at(const http::request& asked, const std::string& name) {
  const std::string* text = asked.find_parameter(name);
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// The pieces of messages in a request's address; nothing if one is broken.
std::optional<std::vector<poll_channel::segment>> segments_of(const http::request& asked) {
  constexpr int most = 64;  // a browser puts one or a few into an address
  std::vector<poll_channel::segment> found;
  for (int i = 0; i < most; ++i) {
    const std::string index = std::to_string(i);
    const std::string* data = asked.find_parameter("d" + index);
    if (!data) return found;
    const auto number = number_at(asked, "seg" + index);
    const auto total = number_at(asked, "ts" + index);
    if (!number || !total) return std::nullopt;
    found.push_back({*number, *total, *data});
  }
  return std::nullopt;
}

}  // namespace

surface::surface(database& data, const gatekeeper& guard, const http::gate& door, options opts)
    : database_(data),
      guard_(guard),
      gate_(door),
      opts_(std::move(opts)),
      unfinished_(std::make_shared<unfinished>(opts_.half_received)) {}

bool surface::refused(const http::request& asked, std::optional<http::response>& answer) const {
  answer = gate_.refuse(asked);
  if (answer && answer->status == 403) guard_.note(refusals::foreign, asked.peer);
  return answer.has_value();
}

std::shared_ptr<connection> surface::open(const http::request& asked) {
  connection::options with;
  with.id = opts_.secret();
  with.peer = asked.peer;
  // The gate has looked at it.
  if (const std::string* host = asked.find_header("Host")) with.host = *host;
  auto made = std::make_shared<connection>(database_, guard_, std::move(with));
  const std::lock_guard lock(mutex_);
  clients_[made->id()] = made;
  return made;
}

std::shared_ptr<connection> surface::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = clients_.find(id);
  return found == clients_.end() ? nullptr : found->second.lock();
}

void surface::upgrade(const http::request& asked, const http::socket_acceptor& to) {
  std::optional<http::response> refusal;
  if (refused(asked, refusal)) return to.refuse(std::move(*refusal));
  if (asked.path != "/.ws") {
    return to.refuse(http::error_response(404, "WebSockets are served at /.ws only"));
  }
  const std::string* version = asked.find_parameter("v");
  if (!version || *version != "5") {
    return to.refuse(http::error_response(400, "Expected version 5 of the protocol: v=5"));
  }
  const auto transport = std::make_shared<socket_channel>(to.accept());
  // The client has a session on another transport, and would rather have it on this one.
  if (const std::string* id = asked.find_parameter("s")) {
    const auto client = find(*id);
    if (!client) {
      transport->send(control("r", "\"\""));
      return transport->close();
    }
    socket_channel::connect(transport, client, opts_.max_message, *unfinished_);
    return client->upgrade(transport);
  }
  const auto client = open(asked);
  client->start(transport);
  socket_channel::connect(transport, client, opts_.max_message, *unfinished_);
}

void surface::serve(const http::request& asked, const http::responder& to) {
  std::optional<http::response> refusal;
  if (refused(asked, refusal)) return to.respond(std::move(*refusal));
  if (is_set(asked, "dframe")) {
    return to.respond(document("text/html; charset=utf-8", goodbye_page));
  }
  if (is_set(asked, "disconn")) {
    if (const auto one = polling_of(asked)) {
      one->client->lost(one->transport.get());
      one->transport->close();
    }
    return to.respond(script(""));
  }
  if (asked.method != "GET") return to.respond(http::error_response(405, "Expected GET"));
  if (is_set(asked, "start")) return begin_poll(asked, to);
  poll(asked, to);
}

void surface::begin_poll(const http::request& asked, const http::responder& to) {
  const std::string* callback = asked.find_parameter("cb");
  const std::string* version = asked.find_parameter("v");
  if (!version || *version != "5") {
    return to.respond(http::error_response(400, "Expected version 5 of the protocol: v=5"));
  }
  if (!callback || !poll_channel::is_callback(*callback)) {
    return to.respond(http::error_response(400, "Expected letters and digits as cb"));
  }
  poll_channel::options with;
  with.id = opts_.secret();
  with.password = opts_.secret();
  with.callback = *callback;
  with.max_queue = opts_.max_queue;
  with.max_message = opts_.max_message;
  polling made{std::make_shared<poll_channel>(std::move(with)), nullptr, nullptr};
  if (!make_room()) return to.respond(http::error_response(503, "Too many clients"));
  made.client = open(asked);
  made.part = unfinished_->join([weak = std::weak_ptr<poll_channel>(made.transport)] {
    if (const auto held = weak.lock()) held->close();
  });
  made.client->start(made.transport);
  to.respond(script(made.transport->begin()));
  const std::lock_guard lock(mutex_);
  polls_[made.transport->opts().id] = std::move(made);
}

bool surface::make_room() {
  polling leaving;
  {
    const std::lock_guard lock(mutex_);
    if (polls_.size() < opts_.max_polls) return true;
    const auto stranger = std::find_if(polls_.begin(), polls_.end(), [](const auto& one) {
      return !one.second.client->trusted();
    });
    if (stranger == polls_.end()) return false;
    leaving = std::move(stranger->second);
    polls_.erase(stranger);
  }
  guard_.note(refusals::size, leaving.client->peer());
  leaving.client->lost(leaving.transport.get());
  leaving.transport->close();
  return true;
}

std::optional<surface::polling> surface::polling_of(const http::request& asked) {
  const std::string* id = asked.find_parameter("id");
  const std::string* password = asked.find_parameter("pw");
  if (!id || !password) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = polls_.find(*id);
  if (found == polls_.end()) return std::nullopt;
  if (!http::same_token(found->second.transport->opts().password, *password)) return std::nullopt;
  return found->second;
}

void surface::poll(const http::request& asked, const http::responder& to) {
  const auto one = polling_of(asked);
  auto pieces = segments_of(asked);
  // The client of a session that has gone begins a new one.
  if (!one || !pieces) return to.respond(script("pLPCommand('close');"));
  const auto messages = one->transport->poll(
      std::move(*pieces), [to](std::string text) { to.respond(script(std::move(text))); });
  if (!messages) return one->client->refuse_protocol();
  if (one->client->trusted()) one->part->trust();
  one->part->set(one->transport->held());
  for (const std::string& message : *messages) {
    one->client->receive(one->transport.get(), message);
  }
}

void surface::sweep(tree& in) {
  unfinished_->sweep();
  std::vector<std::shared_ptr<connection>> clients;
  std::vector<polling> ended;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = clients_.begin(); at != clients_.end();) {
      if (auto one = at->second.lock()) {
        clients.push_back(std::move(one));
        ++at;
      } else {
        at = clients_.erase(at);
      }
    }
    for (auto at = polls_.begin(); at != polls_.end();) {
      const bool expired = at->second.transport->expired();
      if (expired || !at->second.transport->open()) ended.push_back(at->second);
      // One that was closed still has to say so.
      at = expired ? polls_.erase(at) : std::next(at);
    }
  }
  for (const polling& one : ended) one.client->lost(one.transport.get());
  for (const auto& one : clients) one->recheck(in);
}

void surface::stop() {
  std::map<std::string, polling> ended;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(polls_);
  }
  for (const auto& [id, one] : ended) one.client->lost(one.transport.get());
}

}  // namespace outcry::firebase::local::wire
