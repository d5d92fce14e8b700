#include "adapters/firebase/auth/sign_in.hpp"

#include <utility>
#include <vector>

#include "adapters/firebase/auth/admin_tokens.hpp"
#include "adapters/firebase/auth/fetched_keys.hpp"
#include "adapters/firebase/auth/home_token.hpp"
#include "adapters/firebase/auth/passcode.hpp"
#include "adapters/firebase/auth/worker.hpp"

namespace outcry::firebase::auth {

namespace {

std::int64_t system_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

sign_in::options completed(sign_in::options opts) {
  if (!opts.now) opts.now = system_now;
  if (!opts.random) opts.random = system_random_bytes;
  if (!opts.revoked) opts.revoked = [] {};
  opts.home.sessions.data_dir = opts.data_dir;
  opts.home.sessions.random = opts.random;
  if (opts.keys_url.empty()) opts.keys_url = google_keys_url;
  opts.web.cloud = opts.cloud.has_value();
  return opts;
}

}  // namespace

class sign_in::parts {
public:
  explicit parts(options given)
      : opts(completed(std::move(given))),
        guard(opts.guard),
        home(opts.home),
        admins(std::make_shared<admin_tokens>(std::vector<std::filesystem::path>{
            opts.data_dir / "operator.token", opts.data_dir / "floor.token"})),
        web(opts.web, guard, home, opts.random),
        chain(links()),
        // Last: its thread uses all of the above.
        hand(opts.most_waiting, opts.sweep, [this] { look(); }) {}

  void look() {
    home.look(opts.now());
    tell(admins->reload());
  }

  http::response answer(const http::request& asked) {
    look();
    auto made = web.answer(asked, opts.now());
    tell(false);
    return made;
  }

  /// Before anybody hears that they have signed out, what they signed out of has ended.
  void tell(bool revoked) {
    const auto revision = home.revision();
    if (revoked || revision != told) opts.revoked();
    told = revision;
  }

  const options opts;
  const http::gate guard;
  home_state home;
  std::shared_ptr<admin_tokens> admins;
  endpoints web;
  std::uint64_t told = 0;  // the revision that those in use were checked against
  authenticator_chain chain;
  worker hand;

private:
  std::vector<std::shared_ptr<auth::authenticator>> links() {
    home.look(opts.now());
    told = home.revision();
    std::vector<std::shared_ptr<auth::authenticator>> all{
        admins, std::make_shared<home_authenticator>(home.key, home.sessions)};
    if (!opts.cloud) return all;
    auto keys = opts.keys;
    // Without a project nothing of it makes sense: the authenticator says so.
    if (!keys && !opts.cloud->emulator && !opts.cloud->project.empty()) {
      keys = std::make_shared<fetched_keys>(
          fetched_keys::options{ask_for_keys(opts.keys_url, opts.ca_file), opts.now});
    }
    all.push_back(std::make_shared<cloud_authenticator>(*opts.cloud, std::move(keys)));
    return all;
  }
};

sign_in::sign_in(options opts) : parts_(std::make_unique<parts>(std::move(opts))) {}

sign_in::~sign_in() {
  stop();
}

auth::authenticator& sign_in::authenticator() {
  return parts_->chain;
}

void sign_in::handle(http::request asked, answer_sink answer) {
  auto shared = std::make_shared<answer_sink>(std::move(answer));
  const bool taken = parts_->hand.post(
      [this, asked = std::move(asked), shared] { (*shared)(parts_->answer(asked)); });
  if (taken) return;
  auto busy = http::error_response(503, "too many sign-ins at once");
  busy.headers.push_back({"Retry-After", "1"});
  busy.headers.push_back({"Cache-Control", "no-store"});
  (*shared)(std::move(busy));
}

bool sign_in::passcode_set(const std::filesystem::path& data_dir) {
  return passcode_file(data_dir).load().has_value();
}

void sign_in::stop() {
  parts_->hand.stop();
}

}  // namespace outcry::firebase::auth
