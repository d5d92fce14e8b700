#include "tests/support/fake_discord.hpp"

#include <algorithm>
#include <stdexcept>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "messages/timestamp.hpp"
#include "tests/support/fake_discord_connection.hpp"

namespace outcry::test {

using nlohmann::json;

namespace {

std::string iso_now() {
  return to_iso(std::chrono::duration_cast<std::chrono::nanoseconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count());
}

}  // namespace

fake_discord::fake_discord() : fake_discord(options{}) {}

fake_discord::fake_discord(options opts) : options_(std::move(opts)) {
  guild_ = next_id();
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&place), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&place), &size) != 0)
    throw std::runtime_error("the fake Discord cannot listen");
  port_ = ntohs(place.sin_port);
  acceptor_ = std::thread([this] { accept(); });
}

fake_discord::~fake_discord() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  connections_.clear();
}

void fake_discord::accept() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard guard(mutex_);
    if (stopping_ || socket < 0) {
      if (socket >= 0) ::close(socket);
      return;
    }
    connections_.push_back(std::make_unique<fake_discord_connection>(*this, socket));
  }
}

std::string fake_discord::api() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/api/v10";
}

fake_discord::id fake_discord::next_id() {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count();
  const auto at = static_cast<id>(ms - 1'420'070'400'000) << 22;
  last_id_ = std::max(at, last_id_ + 1);
  return last_id_;
}

void fake_discord::each(const std::function<void(fake_discord_connection&)>& call) {
  const std::lock_guard guard(mutex_);
  for (auto& one : connections_)
    if (one->is_gateway()) call(*one);
}

fake_discord::id fake_discord::add_channel(const std::string& name) {
  const std::lock_guard guard(mutex_);
  const auto fresh = next_id();
  channels_[fresh] = name;
  return fresh;
}

fake_discord::id fake_discord::add_thread(id parent, const std::string& name, bool silent) {
  const std::lock_guard guard(mutex_);
  const auto fresh = next_id();
  threads_[fresh] = parent;
  if (!silent)
    dispatch("THREAD_CREATE", {{"id", text_id(fresh)},
                               {"parent_id", text_id(parent)},
                               {"guild_id", text_id(guild_)},
                               {"type", 11},
                               {"name", name},
                               {"newly_created", true}});
  return fresh;
}

void fake_discord::set_roles(id user, std::vector<id> roles) {
  const std::lock_guard guard(mutex_);
  roles_[user] = std::move(roles);
}

json fake_discord::user_object(id user) const {
  if (user == bot_id())
    return {{"id", text_id(user)},
            {"username", "outcry"},
            {"discriminator", "0"},
            {"avatar", nullptr},
            {"bot", options_.bot}};
  return {{"id", text_id(user)},
          {"username", "member-" + text_id(user)},
          {"global_name", nullptr},
          {"discriminator", "0"},
          {"avatar", nullptr}};
}

json fake_discord::event_of(const json& message) const {
  auto event = message;
  event["guild_id"] = text_id(guild_);
  if (message.contains("webhook_id") || !message["author"].is_object()) return event;
  json roles = json::array();
  const auto author = std::stoull(message["author"]["id"].get<std::string>());
  if (const auto found = roles_.find(author); found != roles_.end())
    for (const auto role : found->second) roles.push_back(text_id(role));
  event["member"] = {{"roles", roles},
                     {"joined_at", "2020-01-01T00:00:00+00:00"},
                     {"deaf", false},
                     {"mute", false},
                     {"flags", 0}};
  return event;
}

fake_discord::id fake_discord::post(id channel, const std::string& text, const json& extra,
                                    bool silent) {
  const std::lock_guard guard(mutex_);
  const auto fresh = next_id();
  json message{{"id", text_id(fresh)},
               {"channel_id", text_id(channel)},
               {"type", 0},
               {"content", text},
               {"author", user_object(usual_author)},
               {"timestamp", iso_now()},
               {"edited_timestamp", nullptr},
               {"embeds", json::array()},
               {"attachments", json::array()},
               {"mentions", json::array()},
               {"mention_roles", json::array()},
               {"components", json::array()},
               {"mention_everyone", false},
               {"tts", false},
               {"pinned", false},
               {"flags", 0}};
  if (!extra.is_null()) message.update(extra);
  messages_[channel][fresh] = message;
  if (!silent) dispatch("MESSAGE_CREATE", event_of(message));
  return fresh;
}

void fake_discord::edit(id channel, id message, const std::string& text, bool silent) {
  const std::lock_guard guard(mutex_);
  auto& one = messages_.at(channel).at(message);
  one["content"] = text;
  one["edited_timestamp"] = iso_now();
  if (!silent) dispatch("MESSAGE_UPDATE", event_of(one));
}

void fake_discord::unfurl(id channel, id message, const json& embeds) {
  const std::lock_guard guard(mutex_);
  auto& one = messages_.at(channel).at(message);
  one["embeds"] = embeds;
  dispatch("MESSAGE_UPDATE", event_of(one));
}

void fake_discord::remove(id channel, const std::vector<id>& which) {
  const std::lock_guard guard(mutex_);
  json ids = json::array();
  for (const auto one : which) {
    messages_.at(channel).erase(one);
    ids.push_back(text_id(one));
  }
  json event{{"channel_id", text_id(channel)}, {"guild_id", text_id(guild_)}};
  if (which.size() == 1) {
    event["id"] = ids[0];
  } else {
    event["ids"] = ids;
  }
  dispatch(which.size() == 1 ? "MESSAGE_DELETE" : "MESSAGE_DELETE_BULK", event);
}

void fake_discord::dispatch(const std::string& type, const json& data) {
  for (auto& [name, one] : sessions_) {
    const json event{{"op", 0}, {"s", ++one.sequence}, {"t", type}, {"d", data}};
    one.history.push_back(event);
    for (auto& connection : connections_)
      if (connection->is_gateway() && connection->session == name && !silent_)
        connection->say(event.dump());
  }
}

void fake_discord::send_event(fake_discord_connection& to, const std::string& type,
                              const json& data) {
  auto& one = sessions_.at(to.session);
  const json event{{"op", 0}, {"s", ++one.sequence}, {"t", type}, {"d", data}};
  one.history.push_back(event);
  to.say(event.dump());
}

void fake_discord::ask_to_reconnect() {
  each([](auto& one) { one.say(7, nullptr); });
}

void fake_discord::invalidate(bool resumable) {
  each([resumable](auto& one) { one.say(9, resumable); });
}

void fake_discord::refuse_next_resume(bool resumable) {
  const std::lock_guard guard(mutex_);
  refuse_resume_ = resumable ? 1 : 0;
}

void fake_discord::forget_sessions() {
  const std::lock_guard guard(mutex_);
  sessions_.clear();
}

void fake_discord::close_all(int code) {
  each([code](auto& one) { one.close(code); });
}

void fake_discord::close_next_identify(int code) {
  const std::lock_guard guard(mutex_);
  close_identify_ = code;
}

void fake_discord::cut() {
  each([](auto& one) { one.shut(); });
}

void fake_discord::cut_in_frame() {
  each([](auto& one) { one.half_a_frame(); });
}

void fake_discord::send_raw(const std::string& text) {
  each([&text](auto& one) { one.say(text); });
}

void fake_discord::send_bytes(const std::string& bytes) {
  each([&bytes](auto& one) { one.frame(0x2, bytes); });
}

void fake_discord::request_heartbeat() {
  each([](auto& one) { one.say(1, nullptr); });
}

void fake_discord::be_silent(bool silent) {
  const std::lock_guard guard(mutex_);
  silent_ = silent;
}

void fake_discord::next_answer(const std::string& part, int status, const json& body,
                               std::vector<std::pair<std::string, std::string>> headers) {
  const std::lock_guard guard(mutex_);
  scripted_.push_back({part, status, body.dump(), std::move(headers)});
}

void fake_discord::be_silent_until_closed() {
  const std::lock_guard guard(mutex_);
  silent_ = true;
  close_ends_silence_ = true;
}

bool fake_discord::wait(const std::function<bool(const log&)>& wanted) {
  lock guard(mutex_);
  return changed_.wait_for(guard, std::chrono::seconds(20), [&] { return wanted(log_); });
}

fake_discord::log fake_discord::seen() const {
  const std::lock_guard guard(mutex_);
  return log_;
}

std::size_t fake_discord::sessions() const {
  const std::lock_guard guard(mutex_);
  return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(),
                                                [](const auto& one) { return one->in_session(); }));
}

}  // namespace outcry::test
