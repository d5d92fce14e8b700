#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/firebase/local/gatekeeper.hpp"
#include "adapters/firebase/local/stored_rules.hpp"
#include "adapters/firebase/local/tree.hpp"
#include "adapters/firebase/local/wire/session.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// A client's end that keeps what it is sent.
class kept_messages : public firebase::local::wire::outgoing {
public:
  void send(const std::string& message) override {
    if (open_) messages.push_back(nlohmann::json::parse(message)["d"]);
  }
  void close() override { open_ = false; }
  bool open() const override { return open_; }

  std::vector<nlohmann::json> messages;

private:
  bool open_ = true;
};

/// A tree and clients of the wire protocol on it, on one thread. The credential "floor" is an
/// administrator's, "user:NAME" is NAME's until `expired` is set, all others are wrong.
class session_fixture {
public:
  using json = nlohmann::json;
  static constexpr std::int64_t now = 1'700'000'000'123;

  explicit session_fixture(const char* rules = nullptr)
      : guard(options(rules)), tree(dir.path() / "firebase.db") {}

  struct client {
    std::shared_ptr<kept_messages> out = std::make_shared<kept_messages>();
    std::shared_ptr<firebase::local::wire::session> session;
    std::int64_t number = 0;
  };

  client connect(const std::string& credential = "floor") {
    client made;
    made.session = std::make_shared<firebase::local::wire::session>(made.out, guard);
    if (!credential.empty()) {
      ask(made, "gauth", {{"cred", credential}});
      made.out->messages.clear();
    }
    return made;
  }

  /// Asks; everything that the client got since the last time.
  std::vector<json> ask(client& by, const std::string& action, json body) {
    const std::size_t size = body.dump().size();
    by.session->serve({++by.number, action, std::move(body), size}, tree);
    tree.commit();
    return take(by);
  }

  std::vector<json> take(client& of) {
    std::vector<json> all;
    all.swap(of.out->messages);
    return all;
  }

  /// Asks; the status of the answer, which must be the last message.
  std::string status(client& by, const std::string& action, json body) {
    const auto all = ask(by, action, std::move(body));
    return all.empty() ? "(none)" : all.back()["b"]["s"].get<std::string>();
  }

  json get(client& by, const std::string& path) {
    return ask(by, "g", {{"p", path}, {"q", json::object()}}).back()["b"]["d"];
  }

  void leave(client& of) {
    of.session->leave(tree);
    tree.commit();
  }

  firebase::local::gatekeeper::options options(const char* rules) {
    firebase::local::gatekeeper::options made;
    if (rules) {
      made.rules = std::make_shared<firebase::local::stored_rules>(
          firebase::rules::rule_set(std::string_view(rules)));
    }
    made.now = [] { return now; };
    made.check = [this](std::string_view credential,
                        std::int64_t) -> firebase::local::gatekeeper::verdict {
      using firebase::local::turned_away;
      firebase::auth::identity who;
      if (credential == "floor") {
        who.admin = true;
        return who;
      }
      if (credential.substr(0, 5) != "user:") return turned_away{"invalid_token", "not known"};
      if (expired) return turned_away{"expired_token", "too old"};
      who.uid = credential.substr(5);
      who.provider = "test";
      who.claims = {{"uid", who.uid}};
      return who;
    };
    return made;
  }

  bool expired = false;
  temp_dir dir;
  firebase::local::gatekeeper guard;
  firebase::local::tree tree;
};

}  // namespace outcry::test
