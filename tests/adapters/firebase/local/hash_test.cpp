#include "adapters/firebase/local/hash.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/query.hpp"
#include "tests/adapters/firebase/local/tree_model.hpp"
#include "tests/support/temp_dir.hpp"

namespace local = outcry::firebase::local;
using outcry::test::json;
using outcry::test::model_node;

namespace {

struct house {
  outcry::test::temp_dir dir;
  local::store store{dir.file("t.db")};

  house() { store.begin(); }

  void write(const std::string& path, const json& value) {
    const std::string place = local::parse_place(path, false);
    store.replace(place, local::flatten(value, place, 0));
  }
  std::string hash(const std::string& path) {
    return local::hash_node(store, local::parse_place(path, false));
  }
};

std::string sha1(const std::string& text) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> bytes{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data());
  std::array<unsigned char, 32> encoded{};
  EVP_EncodeBlock(encoded.data(), bytes.data(), static_cast<int>(bytes.size()));
  return reinterpret_cast<const char*>(encoded.data());
}

std::string leaf_text(const json& value) {
  if (value.is_boolean()) return value == true ? "boolean:true" : "boolean:false";
  if (value.is_string()) return "string:" + value.get<std::string>();
  const auto number = value.get<double>();
  std::uint64_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(bits));
  return std::string("number:") + text.data();
}

/// The definition, without any thought of cost.
std::string expected(const model_node& node) {
  if (node.empty()) return "";
  std::string text;
  if (!node.priority.is_null()) text = "priority:" + leaf_text(node.priority) + ":";
  if (node.children.empty()) return sha1(text + leaf_text(node.value));
  std::vector<const std::pair<const std::string, model_node>*> sorted;
  for (const auto& one : node.children) sorted.push_back(&one);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return outcry::test::compare_values(outcry::test::node_of(a->second.priority),
                                        outcry::test::node_of(b->second.priority)) < 0;
  });
  for (const auto* one : sorted) text += ":" + one->first + ":" + expected(one->second);
  return sha1(text);
}

}  // namespace

TEST_CASE("hashes are those of the official SDK") {
  // Taken from the SDK itself.
  const std::vector<std::pair<const char*, const char*>> vectors = {
      {"1", "YPVfR2bXt/lcDjiQZ8pOkAd3qkQ="},
      {"0", "7ysMph9WPitGP7poMnMHMVPtUlI="},
      {"-5", "kP/uTT2HSytoyWjF2uKe1ysHPHQ="},
      {"0.1", "wtQjBi5TBE+ZcdekL6INiSeCSQI="},
      {"1e21", "rZwDOBGJ9Z0+flzyrCWzeSigSyE="},
      {"true", "E5z61QM0lN/U2WsOnusszCTkR8M="},
      {R"("")", "Ki0Xy0V6morg0TO3Sxi/jwugYDQ="},
      {R"("a")", "eMfSk0nU+CieTkCbO5r7cKNp7qU="},
      {R"("é😀")", "z5EhWwfWbdCO10sZHK3vEDoZoOI="},
      {R"({"a":1})", "gIphxiFGusLh2VwSNVKSvNu90m4="},
      {R"({"a":1,"b":{"c":"x"}})", "ysk3YQgEFZBh3N6ot97Ywoub98Q="},
      {"[1,2]", "fOnL2UowZBFe3bI9YA5uUzua3N8="},
      {R"({"9":2,"10":1,"a":3})", "m2yjQlTp8QU+bhHk6ou4o/HIgZ0="},
      {R"({".value":1,".priority":5})", "C6BwQ8cWaQAaTPvogioX7cMcHt0="},
      {R"({"a":1,".priority":"p"})", "XmDTv07owVSgIxu8wWYeRPkdpXU="},
      {"null", ""},
  };
  house house;
  for (const auto& [text, hash] : vectors) {
    for (const char* path : {"", "deep/er"}) {
      INFO(text << " at /" << path);
      house.write("", nullptr);
      house.write(path, json::parse(text));
      CHECK(house.hash(path) == hash);
    }
  }
}

TEST_CASE("hashes of any tree are as they are defined") {
  for (const bool priorities : {false, true}) {
    outcry::test::priority_maker random(priorities ? 5 : 6);
    house house;
    model_node tree;
    for (int i = 0; i < 400; ++i) {
      const std::string path = random.path(3);
      const json value = priorities ? random.exported(4) : random.value(4);
      house.write(path, value);
      outcry::test::write_at(tree, path, value);
      const std::string look = random.path(2);
      const model_node* found = tree.find(look);
      INFO("after writing " << value << " at " << path << ", looking at " << look);
      REQUIRE(house.hash(look) == (found ? expected(*found) : ""));
    }
    REQUIRE(house.store.has_priorities() == priorities);
  }
}

TEST_CASE("the hash of a query is that of what it selects") {
  outcry::test::priority_maker random(8);
  house house;
  model_node tree;
  for (int i = 0; i < 600; ++i) {
    const std::string path = "a" + random.path(2);
    const json value = random.exported(3);
    house.write(path, value);
    outcry::test::write_at(tree, path, value);
    const json asked = random.query();
    const auto query = local::query::from_wire(asked);
    if (!query) continue;
    model_node selected;
    if (const model_node* from = tree.find("a")) {
      for (const std::string& key : outcry::test::select(*from, asked)) {
        selected.children.emplace(key, from->children.at(key));
      }
    }
    const std::string place = local::encode_key("a");
    INFO(asked << " of " << outcry::test::export_of(tree));
    REQUIRE(local::hash_children(house.store, place, query->run(house.store, place)) ==
            expected(selected));
  }
}
