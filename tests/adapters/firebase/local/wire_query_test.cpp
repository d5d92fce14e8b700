#include <catch2/catch.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/query.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "tests/adapters/firebase/local/tree_model.hpp"
#include "tests/support/temp_dir.hpp"

namespace local = outcry::firebase::local;
using Catch::Matchers::Contains;
using outcry::test::json;

namespace {

struct query_house {
  outcry::test::temp_dir dir;
  local::store store{dir.file("t.db")};

  query_house() { store.begin(); }

  void write(const std::string& path, const json& value) {
    const std::string place = local::parse_place(path, false);
    store.replace(place, local::flatten(value, place, 0));
  }

  /// The keys that `asked` selects at `path`, in order.
  std::vector<std::string> keys(const std::string& path, const json& asked) {
    const auto query = local::query::from_wire(asked);
    REQUIRE(query);
    std::vector<std::string> found;
    for (const local::entry& one : query->run(store, local::parse_place(path, false))) {
      found.push_back(local::first_key(one.child));
    }
    return found;
  }

  std::string line(const std::string& path, const char* asked) {
    std::string text;
    for (const std::string& key : keys(path, json::parse(asked))) text += key + " ";
    return text;
  }
};

}  // namespace

TEST_CASE("a query object that selects everything is no query") {
  for (const char* text : {"null", "{}", R"({"i":".priority"})", R"({"i":"a/b"})"}) {
    INFO(text);
    CHECK_FALSE(local::query::from_wire(json::parse(text)));
  }
  for (const auto& [text, index] : {std::pair(R"({"l":1,"vf":"l"})", ".priority"),
                                    std::pair(R"({"l":1,"vf":"l","i":".key"})", ".key"),
                                    std::pair(R"({"l":1,"vf":"l","i":".value"})", ".value"),
                                    std::pair(R"({"sp":null,"i":"/a//b/"})", "a/b")}) {
    INFO(text);
    const auto query = local::query::from_wire(json::parse(text));
    REQUIRE(query);
    CHECK(query->index() == index);
  }
}

TEST_CASE("a query object that makes no sense is refused by name") {
  const std::vector<std::pair<const char*, const char*>> wrong = {
      {"[]", "object"},
      {R"({"x":1,"l":1})", "unknown field \"x\""},
      {R"({"i":5})", "i must be a string"},
      {R"({"i":""})", "i must name a child"},
      {R"({"i":".foo"})", "Invalid path"},
      {R"({"i":"a/.priority"})", "i must name a child"},
      {R"({"i":"a.b"})", "Invalid path"},
      {R"({"sp":{"a":1}})", "sp must be"},
      {R"({"ep":[1]})", "ep must be"},
      {R"({"sp":true})", "sp must be a string, number or null when ordering by priority"},
      {R"({"i":".key","sp":5})", "sp must be a string when ordering by key"},
      {R"({"i":".key","ep":null})", "ep must be a string when ordering by key"},
      {R"({"i":".key","sp":"a","sn":"b"})", "sn has no meaning"},
      {R"({"sn":"a"})", "sn without sp"},
      {R"({"ein":true})", "ein without ep"},
      {R"({"sp":1,"sn":2})", "sn must be a string"},
      {R"({"ep":1,"en":"a\u0000"})", "U+0000"},
      {R"({"sp":1,"sin":1})", "sin must be true or false"},
      {R"({"l":0})", "l must be a positive integer"},
      {R"({"l":-1})", "l must be a positive integer"},
      {R"({"l":1.5})", "l must be a positive integer"},
      {R"({"l":"1"})", "l must be a positive integer"},
      {R"({"l":1,"vf":"x"})", "vf must be"},
      {R"({"vf":"l"})", "vf must be"},
  };
  for (const auto& [text, why] : wrong) {
    INFO(text);
    CHECK_THROWS_WITH(local::query::from_wire(json::parse(text)), Contains(why));
  }
  const json longest = {{"i", ".key"}, {"sp", std::string(2000, 'k')}};
  CHECK_THROWS_WITH(local::query::from_wire(longest), Contains("1536") && Contains("2000"));
}

TEST_CASE("ranges end where the SDK ends them") {
  query_house query_house;
  query_house.write("n",
                    json::parse(R"({"1":{"v":5},"2":{"v":5},"10":{"v":5},"a":{"v":5},"b":{"v":6},
                                   "c":{"v":"5"},"d":{"w":1}})"));
  const auto line = [&](const char* asked) { return query_house.line("n", asked); };
  CHECK(line(R"({"i":"v","sp":5,"ep":5})") == "1 2 10 a ");
  CHECK(line(R"({"i":"v","sp":5,"sn":"2","ep":5,"en":"10"})") == "2 10 ");
  CHECK(line(R"({"i":"v","sp":5,"sn":"2","ep":5,"en":"2"})") == "2 ");
  CHECK(line(R"({"i":"v","sp":5,"sn":"[MAX_NAME]","sin":false})") == "b c ");
  CHECK(line(R"({"i":"v","sp":5,"sn":"2","sin":false,"ep":6})") == "10 a b ");
  CHECK(line(R"({"i":"v","ep":5,"en":"[MIN_NAME]","ein":false})") == "d ");
  CHECK(line(R"({"i":"v","ep":5,"en":"10","ein":false})") == "d 1 2 ");
  CHECK(line(R"({"i":"v","sp":5,"l":2,"vf":"r"})") == "b c ");
  CHECK(line(R"({"i":"v","sp":5,"l":2})") == "1 2 ");
  CHECK(line(R"({"i":"v","ep":5,"l":2})") == "10 a ");
  CHECK(line(R"({"i":".key","sp":"2","sin":false,"ep":"b","ein":false})") == "10 a ");
  // The SDK has integers before every text, the empty one too.
  CHECK(line(R"({"i":".key","sp":""})") == "a b c d ");
  CHECK(line(R"({"i":".key","ep":""})") == "1 2 10 ");
  CHECK(line(R"({"i":".key","ep":"[MAX_NAME]","l":1,"vf":"r"})") == "d ");
  CHECK(line(R"({"i":".key","ep":"[MIN_NAME]"})") == "");
  // Of children that all lack what is asked for, a bound before the first value has none.
  CHECK(line(R"({"i":"no","ep":5,"l":2,"vf":"r"})") == "c d ");
  CHECK(line(R"({"i":"no","ep":5,"en":"[MIN_NAME]","ein":false,"l":2,"vf":"r"})") == "c d ");
  CHECK(line(R"({"i":"no","sp":5,"l":2,"vf":"r"})") == "");
  CHECK(line(R"({"i":"no","ep":null,"en":"[MIN_NAME]","ein":false,"l":2,"vf":"r"})") == "");
}

TEST_CASE("the order by priority has those without one first") {
  query_house query_house;
  query_house.write("n", json::parse(R"({"a":1,"b":{".value":1,".priority":"z"},"2":1,
    "c":{".value":1,".priority":-1},"d":{"x":1,".priority":0.5},"e":{".value":1,".priority":-1},
    "10":{"deep":{".value":1,".priority":3}}})"));
  const auto line = [&](const char* asked) { return query_house.line("n", asked); };
  CHECK(line(R"({"sp":null})") == "2 10 a c e d b ");
  CHECK(line(R"({"l":2,"vf":"l"})") == "2 10 ");
  CHECK(line(R"({"l":4,"vf":"l"})") == "2 10 a c ");
  CHECK(line(R"({"l":2,"vf":"r"})") == "d b ");
  CHECK(line(R"({"l":6,"vf":"r"})") == "10 a c e d b ");
  CHECK(line(R"({"sp":-1})") == "c e d b ");
  CHECK(line(R"({"sp":-1,"sn":"d"})") == "e d b ");
  CHECK(line(R"({"ep":0})") == "2 10 a c e ");
  CHECK(line(R"({"sp":null,"ep":null})") == "2 10 a ");
  CHECK(line(R"({"sp":null,"sn":"10","ep":null,"en":"a","ein":false})") == "10 ");
  CHECK(line(R"({"sp":"z"})") == "b ");
}

TEST_CASE("every query selects what the SDK would select, whatever the tree") {
  int selected = 0;
  for (const bool priorities : {false, true}) {
    outcry::test::priority_maker random(priorities ? 21 : 20);
    query_house query_house;
    outcry::test::model_node tree;
    for (int round = 0; round < 60; ++round) {
      for (int i = 0; i < 3; ++i) {
        const std::string path = i == 0 ? random.path(2) : random.key();
        const json value = priorities ? random.exported(4) : random.value(4);
        query_house.write(path, value);
        outcry::test::write_at(tree, path, value);
      }
      for (int i = 0; i < 60; ++i) {
        const json asked = random.query();
        if (!local::query::from_wire(asked)) continue;
        const std::string path = random.path(1);
        const auto* from = tree.find(path);
        const auto expected =
            from ? outcry::test::select(*from, asked) : std::vector<std::string>();
        selected += static_cast<int>(expected.size());
        INFO(asked << " at " << path << " of " << (from ? outcry::test::export_of(*from) : json()));
        REQUIRE(query_house.keys(path, asked) == expected);
      }
    }
  }
  CHECK(selected > 2000);  // or it would prove little
}
