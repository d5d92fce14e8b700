#include "adapters/firebase/rules/changed_tree.hpp"

#include <random>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/rules/json_view.hpp"

using outcry::firebase::rules::changed_tree;
using outcry::firebase::rules::node;
using outcry::firebase::rules::path;
using outcry::firebase::rules::to_text;
using outcry::firebase::rules::written_value;
using outcry::test::json;
using outcry::test::json_view;
using outcry::test::test_now_ms;

namespace {

const std::vector<std::string> keys = {"a", "b", "c"};

class dice {
public:
  explicit dice(unsigned seed) : random_(seed) {}
  unsigned throw_below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  json value(int depth) {
    if (depth == 0 || throw_below(3) == 0)
      return throw_below(4) == 0 ? json() : json(throw_below(9));
    json made = json::object();
    for (const auto& key : keys)
      if (throw_below(2) == 0) made[key] = value(depth - 1);
    return made;
  }

  path place(std::size_t least) {
    path at;
    const auto size = least + throw_below(3);
    while (at.size() < size) at.push_back(keys[throw_below(3)]);
    return at;
  }

private:
  std::mt19937 random_;
};

/// Without nulls and empty objects; null if nothing is left.
json pruned(const json& value) {
  if (!value.is_object()) return value;
  json result;
  for (const auto& [key, child] : value.items())
    if (auto kept = pruned(child); !kept.is_null()) result[key] = std::move(kept);
  return result;
}

/// The plainest way to write: replace, then prune.
void write(json& tree, const path& at, const json& value) {
  auto* to = &tree;
  for (const auto& key : at) {
    if (!to->is_object()) {
      if (pruned(value).is_null()) return;
      *to = json::object();
    }
    to = &(*to)[key];
  }
  *to = value;
}

void compare(const changed_tree& after, const json_view& wanted, path& at) {
  const auto found = after.at(at);
  const auto expected = wanted.at(at);
  CAPTURE(to_text(at));
  REQUIRE(found.kind == expected.kind);
  REQUIRE(found.value == expected.value);
  if (at.size() == 5) return;
  for (const auto& key : keys) {
    at.push_back(key);
    compare(after, wanted, at);
    at.pop_back();
  }
}

}  // namespace

TEST_CASE("the tree after a write is the one a plain model has") {
  for (unsigned seed = 0; seed < 1500; ++seed) {
    dice random(seed);
    const auto tree = pruned(random.value(3));
    std::vector<path> places;
    std::vector<json> values;
    const auto wanted = 1 + random.throw_below(4);
    while (places.size() < wanted) {
      places.push_back(random.place(places.empty() ? 0 : 1));
      values.push_back(random.throw_below(2) == 0 ? json() : random.value(2));
    }
    std::vector<written_value> writes;
    for (std::size_t i = 0; i < places.size(); ++i) writes.push_back({places[i], &values[i]});
    const json_view before{tree};
    try {
      const changed_tree after{before, writes, test_now_ms};
      auto model = tree;
      // What a deletion below a leaf leaves alone, a value beside it may yet replace.
      for (const bool deletions : {true, false}) {
        for (std::size_t i = 0; i < places.size(); ++i)
          if (pruned(values[i]).is_null() == deletions) write(model, places[i], values[i]);
      }
      CAPTURE(seed, tree.dump(), json(places).dump(), json(values).dump());
      path root;
      compare(after, json_view{pruned(model)}, root);
    } catch (const std::invalid_argument&) {
      // Places within each other; the cascade tests look at these.
    }
  }
}
