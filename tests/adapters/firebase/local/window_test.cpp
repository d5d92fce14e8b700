#include "adapters/firebase/local/window.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "adapters/firebase/local/key.hpp"
#include "tests/adapters/firebase/local/tree_model.hpp"
#include "tests/support/temp_dir.hpp"

namespace local = outcry::firebase::local;
using outcry::test::json;
using outcry::test::model_node;

namespace {

/// What a client holds that is told of each difference, and of writes to the children it has.
struct follower {
  json asked;
  local::window window;
  std::map<std::string, json> copy;  // encoded key to exported value
};

struct window_house {
  outcry::test::temp_dir dir;
  local::store store{dir.file("t.db")};
  std::string parent = local::encode_key("a");
  model_node tree;
  std::vector<follower> followers;

  window_house() { store.begin(); }

  json at(const std::string& child) {
    return json::parse(local::render_node(store, parent + child, local::form::exported));
  }

  void fill(follower& one) {
    one.copy.clear();
    for (const local::entry& found : one.window.fill(store, parent)) {
      one.copy[found.child] = at(found.child);
    }
  }

  void tell(follower& one, const std::vector<std::string>& touched) {
    const local::window::difference changed = one.window.update(store, parent, touched);
    for (const std::string& child : changed.left) {
      REQUIRE(one.copy.erase(child) == 1);
      REQUIRE_FALSE(one.window.contains(child));
    }
    for (const std::string& child : changed.entered) {
      REQUIRE(one.window.contains(child));
      REQUIRE(one.copy.emplace(child, at(child)).second);
    }
    for (const std::string& child : touched) {
      if (!one.window.contains(child)) continue;
      one.copy[child] = at(child);
      if (one.copy[child].is_null()) one.copy.erase(child);
    }
  }

  /// Writes all of `values` at once, as a client's merge; priorities last.
  void write(const std::vector<std::pair<std::string, json>>& values) {
    std::vector<std::string> touched;
    bool whole = false;
    for (const bool priorities : {false, true}) {
      for (const auto& [path, value] : values) {
        const std::string place = local::parse_place(path, false);
        if (local::is_priority(place) != priorities) continue;
        store.replace(place, local::flatten(value, place, 0));
        outcry::test::write_at(tree, path, value);
        if (local::within(parent, place)) whole = true;
        if (!local::within(place, parent) || place.size() == parent.size()) continue;
        const std::string_view rest = std::string_view(place).substr(parent.size());
        touched.emplace_back(rest.substr(0, local::first_key_size(rest)));
      }
    }
    for (follower& one : followers) {
      if (whole) {
        fill(one);
      } else {
        tell(one, touched);
      }
    }
  }

  void check(const follower& one) {
    const model_node* from = tree.find("a");
    std::map<std::string, json> expected;
    if (from) {
      for (const std::string& key : outcry::test::select(*from, one.asked)) {
        expected[local::encode_key(key)] = outcry::test::export_of(from->children.at(key));
      }
    }
    INFO("query " << one.asked << " of " << (from ? outcry::test::export_of(*from) : json()));
    REQUIRE(one.copy == expected);
  }
};

}  // namespace

TEST_CASE("a window follows every kind of write, priorities too") {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    outcry::test::priority_maker random(seed);
    window_house window_house;
    while (window_house.followers.size() < 40) {
      const json asked = random.query();
      if (auto query = local::query::from_wire(asked)) {
        window_house.followers.push_back({asked, local::window(std::move(*query)), {}});
        window_house.fill(window_house.followers.back());
      }
    }
    for (int i = 0; i < 150; ++i) {
      std::vector<std::pair<std::string, json>> values;
      const std::string below = "a/" + random.key();
      switch (random.below(6)) {
        case 0:
          values = {{below + "/.priority", random.priority()}};
          break;
        case 1:
          values = {{below, json()}};
          break;
        case 2:
          values = {{"a/a", random.exported(2)},
                    {"a/b/a/b", random.scalar()},
                    {"a/2/.priority", random.priority()},
                    {"a/10", random.exported(1)}};
          break;
        case 3:
          values = {{random.below(4) == 0 ? "a" : below + random.path(2), random.exported(3)}};
          break;
        case 4:
          values = {{"a/.priority", random.priority()}};
          break;
        default:
          values = {{below, random.exported(2)}};
      }
      INFO("seed " << seed << ", write " << i << ": " << json(values));
      window_house.write(values);
      for (const follower& one : window_house.followers) window_house.check(one);
    }
  }
}

TEST_CASE("a priority alone moves a child into a window and out of it") {
  window_house window_house;
  const json asked = json::parse(R"({"l":2,"vf":"r"})");
  window_house.followers.push_back({asked, local::window(*local::query::from_wire(asked)), {}});
  window_house.write({{"a", json::parse(R"({"p":1,"q":2,"r":3})")}});
  local::window& window = window_house.followers.front().window;
  const std::string p = local::encode_key("p");
  CHECK_FALSE(window.contains(p));
  window_house.write({{"a/p/.priority", 5}});
  CHECK(window.contains(p));
  CHECK_FALSE(window.contains(local::encode_key("q")));
  CHECK(window_house.followers.front().copy.at(p) == json::parse(R"({".value":1,".priority":5})"));
  window_house.write({{"a/p/.priority", nullptr}});
  CHECK_FALSE(window.contains(p));
  CHECK(window.contains(local::encode_key("q")));
  // The node's own priority is none of its children's business.
  const auto changed =
      window.update(window_house.store, window_house.parent, {std::string(local::priority_key)});
  CHECK(changed.entered.empty());
  CHECK(changed.left.empty());
}
