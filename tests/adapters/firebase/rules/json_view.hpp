#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/firebase/auth/identity.hpp"
#include "adapters/firebase/rules/rule_set.hpp"

namespace outcry::test {

using json = nlohmann::json;

/// A tree that stands in JSON as the REST interface exports it, with `.value` and `.priority`.
class json_view : public firebase::rules::tree_view {
public:
  using path = firebase::rules::path;

  explicit json_view(json tree) : tree_(std::move(tree)) {}

  firebase::rules::node at(const path& place) const override;
  firebase::rules::scalar priority(const path& place) const override;
  std::optional<std::string> child_after(const path& parent,
                                         const std::string* previous) const override;

private:
  const json* find(const path& place) const;

  json tree_;
};

/// Somebody who is signed in; claims as in a token.
firebase::auth::identity somebody(const std::string& uid, json claims = json::object());

/// A time that tests agree on.
inline constexpr std::int64_t test_now_ms = 1'800'000'000'000;

/// A rule set, a tree and somebody, to be asked.
struct asker {
  firebase::rules::rule_set rules;
  json tree = nullptr;
  firebase::auth::identity who = {};

  bool reads(const std::string& at) const;
  bool writes(const std::string& at, const json& value) const;
  /// Places below `at`, written together.
  bool updates(const std::string& at, const json& values) const;
};

}  // namespace outcry::test
