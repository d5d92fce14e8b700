#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/query.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::firebase::local;

namespace {

constexpr auto tree = R"({"1":1,"2":2.5,"10":-3,"-4":"x","007":false,"a":true,"b":"y","c":"",
  "d":{"p":1,".priority":2},"e":{"p":2,"q":{"r":"z",".priority":1},".priority":"x"},"f":{"p":"one"},
  "~":{"p":{"deep":true},".priority":-1},"é":{".value":7,".priority":2},".priority":9})";

struct stored_tree {
  test::temp_dir dir;
  store at{dir.path() / "tree.db"};
  std::string parent = encode_key("list");
  std::vector<std::string> children;  ///< encoded

  stored_tree() {
    const auto value = nlohmann::json::parse(tree);
    at.begin();
    at.replace(parent, flatten(value, parent, 0));
    at.commit();
    for (const auto& [key, child] : value.items()) {
      if (key != ".priority") children.push_back(encode_key(key));
    }
  }
};

/// What the query selects, child by child.
std::vector<entry> expected(const query& asked, stored_tree& from) {
  std::vector<entry> all;
  for (const auto& child : from.children) {
    auto one = asked.match(from.at, from.parent + child, child);
    if (asked.order() == query::orders::key)
      FUZZ_REQUIRE(one.has_value() == asked.selects_key(child));
    if (one) all.push_back(std::move(*one));
  }
  std::sort(all.begin(), all.end(), before);
  if (asked.limit() == 0 || all.size() <= asked.limit()) return all;
  const auto limit = static_cast<std::ptrdiff_t>(asked.limit());
  if (asked.from_the_end()) return {all.end() - limit, all.end()};
  return {all.begin(), all.begin() + limit};
}

/// A query of the REST surface, or an object of the wire protocol.
std::optional<query> read(std::string_view text) {
  if (const auto wire = nlohmann::json::parse(text, nullptr, false); wire.is_object())
    return query::from_wire(wire);
  http::request asked;
  if (!http::parse_query(text, asked.query)) return std::nullopt;
  return query::parse(asked);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static stored_tree stored;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto found = read(text);
    if (!found) return 0;
    const auto entries = found->run(stored.at, stored.parent);
    const auto all = expected(*found, stored);
    FUZZ_REQUIRE(std::equal(entries.begin(), entries.end(), all.begin(), all.end(),
                            [](const auto& a, const auto& b) {
                              return a.child == b.child && compare(a.by, b.by) == 0;
                            }));
  } catch (const refusal& problem) {
    FUZZ_REQUIRE(problem.status() == 400 && *problem.what() != '\0');
  }
  return 0;
}
