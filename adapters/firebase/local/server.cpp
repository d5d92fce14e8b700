#include "adapters/firebase/local/server.hpp"

#include <random>
#include <system_error>

#include <spdlog/spdlog.h>

#include "adapters/firebase/local/database.hpp"
#include "adapters/firebase/local/rest.hpp"
#include "adapters/http/token_file.hpp"

namespace outcry::firebase::local {

namespace {

namespace fs = std::filesystem;

constexpr const char* token_names[] = {"operator.token", "floor.token"};

std::int64_t system_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::vector<std::string> ensure_tokens(const fs::path& data_dir) {
  if (!fs::exists(data_dir)) {
    fs::create_directories(data_dir);
    fs::permissions(data_dir, fs::perms::owner_all);
  }
  std::vector<std::string> tokens;
  for (const char* name : token_names) tokens.push_back(http::ensure_token(data_dir / name));
  return tokens;
}

/// Notices that the token files have changed.
class token_watch {
public:
  token_watch(fs::path data_dir, std::shared_ptr<token_set> tokens)
      : data_dir_(std::move(data_dir)), tokens_(std::move(tokens)) {}

  /// An unreadable file changes nothing: the tokens known so far stay.
  void look() noexcept {
    try {
      std::vector<std::string> found;
      for (const char* name : token_names) found.push_back(http::read_token(data_dir_ / name));
      tokens_->replace(std::move(found));
      complained_ = false;
    } catch (const std::exception& failure) {
      if (!complained_) spdlog::warn("{}; the tokens read before stay in force", failure.what());
      complained_ = true;
    }
  }

private:
  fs::path data_dir_;
  std::shared_ptr<token_set> tokens_;
  bool complained_ = false;
};

}  // namespace

class server::parts {
public:
  explicit parts(options opts)
      : tokens(std::make_shared<token_set>(ensure_tokens(opts.data_dir))),
        watch(opts.data_dir, tokens),
        guard(opts.guard),
        data({opts.data_dir / "firebase.db", opts.keep_alive, opts.sweep, 256u << 20,
              [this] { watch.look(); }}),
        surface(data, tokens, guard,
                {opts.now ? opts.now : system_now,
                 [this] { return static_cast<unsigned>(random() % 64); }}),
        web(opts.http, [this](http::request asked, const http::responder& answer) {
          surface.serve(std::move(asked), answer);
        }) {}

  std::random_device random;
  std::shared_ptr<token_set> tokens;
  token_watch watch;
  http::gate guard;
  database data;
  rest surface;
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

void server::reload_tokens() {
  parts_->data.sweep();
}

void server::stop() {
  parts_->web.stop();
  parts_->data.stop();
}

}  // namespace outcry::firebase::local
