#include "adapters/firebase/auth/session_store.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "adapters/firebase/auth/compact_token.hpp"
#include "adapters/firebase/auth/private_file.hpp"
#include "adapters/firebase/auth/strict_json.hpp"
#include "adapters/firebase/jwt.hpp"

namespace outcry::firebase::auth {

namespace {

constexpr std::string_view session_file_name = "session file";
constexpr std::size_t max_session_file_bytes = 1u << 20;
constexpr std::size_t id_bytes = 16;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t id_length = 22;
constexpr std::size_t secret_length = 43;

std::int64_t time_of(const nlohmann::json& object, const char* name) {
  const auto time = time_member(object, name);
  if (!time) throw std::runtime_error(fmt::format("a session without the time {}", name));
  return *time;
}

std::string text_of(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string())
    throw std::runtime_error(fmt::format("a session without the text {}", name));
  return found->get<std::string>();
}

}  // namespace

/// A refresh token: id.lasting.current. Only who has held one of a session's tokens knows its
/// lasting part, so that nobody else can end it by showing a wrong one.
struct session_store::shown {
  std::string_view id;
  std::string lasting_hash;
  std::string current_hash;

  static std::optional<shown> parse(std::string_view token) {
    constexpr std::size_t second = id_length + 1;
    constexpr std::size_t third = second + secret_length + 1;
    if (token.size() != third + secret_length || token[second - 1] != '.' ||
        token[third - 1] != '.') {
      return std::nullopt;
    }
    return shown{token.substr(0, id_length), hash_of_secret(token.substr(second, secret_length)),
                 hash_of_secret(token.substr(third))};
  }
};

session_store::session_store(options opts)
    : opts_(std::move(opts)), path_(opts_.data_dir / "sessions.json") {
  try {
    load();
  } catch (const std::exception& problem) {
    spdlog::warn("{} {}: {}; everybody has to sign in again", session_file_name, path_.string(),
                 problem.what());
    sessions_.clear();
  }
}

void session_store::load() {
  const auto text = read_private_file(path_, session_file_name, max_session_file_bytes);
  if (!text) return;
  const auto file = parse_strict_json(*text);
  if (!file || !file->is_array()) throw std::runtime_error("expected a JSON array");
  for (const auto& entry : *file) {
    if (!entry.is_object()) throw std::runtime_error("expected an array of objects");
    session one;
    one.id = text_of(entry, "id");
    one.passcode_id = text_of(entry, "passcode");
    one.provider = text_of(entry, "provider");
    one.lasting_hash = text_of(entry, "lasting");
    one.current_hash = text_of(entry, "current");
    one.previous_hash = text_of(entry, "previous");
    one.used_ms = time_of(entry, "used");
    one.replaced_ms = time_of(entry, "replaced");
    sessions_.push_back(std::move(one));
  }
}

void session_store::save(const std::vector<session>& sessions) const {
  auto file = nlohmann::json::array();
  for (const auto& one : sessions) {
    file.push_back({{"id", one.id},
                    {"passcode", one.passcode_id},
                    {"provider", one.provider},
                    {"lasting", one.lasting_hash},
                    {"current", one.current_hash},
                    {"previous", one.previous_hash},
                    {"used", one.used_ms},
                    {"replaced", one.replaced_ms}});
  }
  write_private_file(path_, session_file_name, file.dump() + '\n');
}

void session_store::replace(std::vector<session> sessions) {
  std::lock_guard lock(mutex_);
  sessions_ = std::move(sessions);
}

/// In force at once, whether or not the disk takes it.
void session_store::shrink(std::vector<session> sessions) {
  ++revision_;
  replace(sessions);
  save(sessions);
}

bool session_store::idle_too_long(const session& one, std::int64_t now_ms) const {
  return now_ms - one.used_ms > opts_.idle.count();
}

const session_store::session* session_store::find(std::string_view id) const {
  const auto found = std::find_if(sessions_.begin(), sessions_.end(),
                                  [&](const session& one) { return one.id == id; });
  return found == sessions_.end() ? nullptr : &*found;
}

session_store::standing session_store::judge(const session& one, const shown& token,
                                             std::int64_t now_ms) const {
  if (!same_bytes(one.lasting_hash, token.lasting_hash)) return standing::unknown;
  if (same_bytes(one.current_hash, token.current_hash)) return standing::current;
  const auto since = now_ms - one.replaced_ms;
  const bool in_time = since >= 0 && since <= opts_.retry.count();
  return in_time && same_bytes(one.previous_hash, token.current_hash) ? standing::retried
                                                                      : standing::stolen;
}

session_store::grant session_store::open(const std::string& provider,
                                         const std::string& passcode_id, std::int64_t now_ms) {
  auto sessions = sessions_;
  auto ended =
      std::erase_if(sessions, [&](const session& one) { return idle_too_long(one, now_ms); });
  while (!sessions.empty() && sessions.size() >= opts_.most) {
    sessions.erase(
        std::min_element(sessions.begin(), sessions.end(),
                         [](const session& a, const session& b) { return a.used_ms < b.used_ms; }));
    ++ended;
  }
  const auto id = base64url(opts_.random(id_bytes));
  const auto lasting = base64url(opts_.random(secret_bytes));
  const auto current = base64url(opts_.random(secret_bytes));
  sessions.push_back({id, passcode_id, provider, hash_of_secret(lasting), hash_of_secret(current),
                      "", now_ms, now_ms});
  save(sessions);
  replace(std::move(sessions));
  if (ended > 0) ++revision_;
  return {id, id + '.' + lasting + '.' + current, provider};
}

std::optional<session_store::grant> session_store::renew(std::string_view refresh_token,
                                                         std::int64_t now_ms) {
  const auto token = shown::parse(refresh_token);
  const auto* one = token ? find(token->id) : nullptr;
  if (one == nullptr || idle_too_long(*one, now_ms)) return std::nullopt;
  const auto found = judge(*one, *token, now_ms);
  if (found == standing::unknown) return std::nullopt;
  if (found == standing::stolen) {
    spdlog::warn("sign-in: a refresh token was used a second time; its session has ended");
    end(one->id);
    return std::nullopt;
  }
  auto sessions = sessions_;
  auto& next = sessions[static_cast<std::size_t>(one - sessions_.data())];
  const auto current = base64url(opts_.random(secret_bytes));
  // A repeated step stays the step it was: its time to be repeated does not begin anew.
  if (found == standing::current) {
    next.previous_hash = next.current_hash;
    next.replaced_ms = now_ms;
  }
  next.current_hash = hash_of_secret(current);
  next.used_ms = std::max(next.used_ms, now_ms);
  save(sessions);
  grant result{next.id,
               std::string(refresh_token.substr(0, refresh_token.size() - secret_length)) + current,
               next.provider};
  replace(std::move(sessions));
  return result;
}

bool session_store::would_renew(std::string_view refresh_token, std::int64_t now_ms) const {
  const auto token = shown::parse(refresh_token);
  const auto* one = token ? find(token->id) : nullptr;
  if (one == nullptr || idle_too_long(*one, now_ms)) return false;
  const auto found = judge(*one, *token, now_ms);
  return found == standing::current || found == standing::retried;
}

void session_store::end(const std::string& id) {
  auto sessions = sessions_;
  std::erase_if(sessions, [&](const session& one) { return one.id == id; });
  shrink(std::move(sessions));
}

bool session_store::close(std::string_view refresh_token, std::int64_t now_ms) {
  const auto token = shown::parse(refresh_token);
  const auto* one = token ? find(token->id) : nullptr;
  if (one == nullptr || judge(*one, *token, now_ms) == standing::unknown) return false;
  end(std::string(one->id));
  return true;
}

void session_store::close_all() {
  shrink({});
}

void session_store::keep_only(const std::string& passcode_id, std::int64_t now_ms) {
  auto sessions = sessions_;
  const auto ended = std::erase_if(sessions, [&](const session& one) {
    return one.passcode_id != passcode_id || idle_too_long(one, now_ms);
  });
  if (ended > 0) shrink(std::move(sessions));
}

bool session_store::alive(std::string_view id, std::int64_t now_ms) const {
  std::lock_guard lock(mutex_);
  const auto* one = find(id);
  return one != nullptr && !idle_too_long(*one, now_ms);
}

}  // namespace outcry::firebase::auth
