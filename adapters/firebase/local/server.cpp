#include "adapters/firebase/local/server.hpp"

#include <atomic>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/firebase/auth/authenticator.hpp"
#include "adapters/firebase/auth/secrets.hpp"
#include "adapters/firebase/local/database.hpp"
#include "adapters/firebase/local/gatekeeper.hpp"
#include "adapters/firebase/local/refusal_log.hpp"
#include "adapters/firebase/local/rest.hpp"
#include "adapters/firebase/local/site.hpp"
#include "adapters/firebase/local/stored_rules.hpp"
#include "adapters/firebase/local/wire/surface.hpp"

namespace outcry::firebase::local {

namespace {

namespace fs = std::filesystem;

std::int64_t system_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// 128 random bits in hexadecimal digits.
std::string random_id() {
  const auto bytes = auth::system_random_bytes(16);
  const std::vector<unsigned char> numbers(bytes.begin(), bytes.end());
  return fmt::format("{:02x}", fmt::join(numbers, ""));
}

/// Makes the data folder if it is not there, for its owner only.
fs::path ensure_folder(const fs::path& data_dir) {
  if (!fs::exists(data_dir)) {
    fs::create_directories(data_dir);
    fs::permissions(data_dir, fs::perms::owner_all);
  }
  return data_dir;
}

std::shared_ptr<const rule_book> rules_of(const fs::path& file) {
  if (file.empty()) return nullptr;
  return std::make_shared<stored_rules>(rules::load_rules(file));
}

}  // namespace

class server::parts {
public:
  explicit parts(options opts)
      : door(opts.guard),
        signing(sign_in_options(opts)),
        guard(guard_options(opts)),
        page(page_of(opts.page)),
        data(guard, {opts.data_dir / "firebase.db", opts.keep_alive, opts.sweep, 256u << 20,
                     [this](tree& in) {
                       if (started) sessions.sweep(in);
                     }}),
        rests(data, guard, door, {[this] { return static_cast<unsigned>(random() % 64); }}),
        sessions(data, guard, door, session_options()),
        web(http_options(opts.http), router()) {
    started = true;
  }

  http::handler router() {
    return [this](http::request asked, const http::responder& answer) {
      route(std::move(asked), answer);
    };
  }

  void route(http::request asked, const http::responder& answer) {
    if (wire::surface::serves(asked.path)) return sessions.serve(asked, answer);
    if (auth::sign_in::handles(asked.path)) return signing.handle(std::move(asked), answer);
    if (page && site::serves(asked)) return answer.respond(page->answer(asked));
    rests.serve(std::move(asked), answer);
  }

  std::optional<site> page_of(const fs::path& folder) const {
    if (folder.empty()) return std::nullopt;
    return std::optional<site>(std::in_place, folder, door);
  }

  auth::sign_in::options sign_in_options(const options& opts) {
    auth::sign_in::options made = opts.signing;
    made.data_dir = ensure_folder(opts.data_dir);
    made.guard = opts.guard;
    made.sweep = opts.sweep;
    made.now = opts.now;
    made.revoked = [this] {
      if (started) data.sweep();
    };
    return made;
  }

  gatekeeper::options guard_options(const options& opts) {
    gatekeeper::options made;
    made.now = opts.now ? opts.now : system_now;
    made.rules = rules_of(opts.rules);
    made.refused = [this](refusals what, std::string_view peer) { noted.note(what, peer); };
    made.check = [this](std::string_view credential, std::int64_t now) -> gatekeeper::verdict {
      auto found = signing.authenticator().check(credential, now);
      if (auto* who = std::get_if<auth::identity>(&found)) return std::move(*who);
      auto& refused = std::get<auth::auth_refusal>(found);
      return turned_away{std::string(to_string(refused.what)), std::move(refused.reason)};
    };
    return made;
  }

  static wire::surface::options session_options() {
    wire::surface::options made;
    made.secret = [] { return random_id(); };
    return made;
  }

  http::options http_options(http::options made) {
    made.upgrade = [this](const http::request& asked, const http::socket_acceptor& to) {
      sessions.upgrade(asked, to);
    };
    return made;
  }

  /// Other threads run before all of this is there.
  std::atomic<bool> started = false;
  std::random_device random;
  refusal_log noted;
  http::gate door;
  auth::sign_in signing;
  gatekeeper guard;
  std::optional<site> page;
  database data;
  rest rests;
  wire::surface sessions;
  http::server web;
};

server::server(options opts) : parts_(std::make_unique<parts>(std::move(opts))) {}

server::~server() {
  stop();
}

std::uint16_t server::port() const {
  return parts_->web.port();
}

std::string server::url() const {
  return "http://127.0.0.1:" + std::to_string(port());
}

std::unique_ptr<http::server> server::also_at(http::options where) {
  return std::make_unique<http::server>(parts_->http_options(std::move(where)), parts_->router());
}

void server::reload_tokens() {
  parts_->data.sweep();
}

void server::stop() {
  parts_->web.stop();
  parts_->sessions.stop();
  parts_->data.stop();
  parts_->signing.stop();
}

}  // namespace outcry::firebase::local
