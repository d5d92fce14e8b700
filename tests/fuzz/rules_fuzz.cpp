#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/adapters/firebase/rules/json_view.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry;
using firebase::rules::rule_error;
using firebase::rules::rule_set;

namespace {

constexpr auto tree = R"r({"a": {"b": {"c": "text", "n": 5}, "t": true}, "s": "x",
  "p": {".value": "v", ".priority": 7}, "list": {"0": "zero", "1": "one"}})r";

/// Whoever may read or write a place may do so below it.
void require_cascade(const test::asker& asked, const std::string& at) {
  if (asked.reads(at)) FUZZ_REQUIRE(asked.reads(at + "/deeper"));
  if (asked.writes(at, nullptr)) FUZZ_REQUIRE(asked.updates("", test::json{{at, nullptr}}));
}

void ask(rule_set rules, const test::json& value) {
  test::asker asked{std::move(rules), test::json::parse(tree),
                    test::somebody("bob", {{"operator", true}, {"org", {{"tier", "gold"}}}})};
  for (const char* at : {"", "a", "a/b", "a/b/c", "s", "p", "list/0", "none/of/it"}) {
    require_cascade(asked, at);
    const bool may = asked.writes(at, value);
    FUZZ_REQUIRE(asked.writes(at, value) == may);
  }
  asked.updates("", test::json{{"a/b", value}, {"s", nullptr}, {"p/.priority", 1}});
  asked.who = {};
  require_cascade(asked, "a");
  asked.who.admin = true;
  FUZZ_REQUIRE(asked.reads("a") && asked.writes("a", value));
}

}  // namespace

/// A file of rules and, behind three line breaks, what is written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = text.find("\n\n\n");
  test::json value = "text";
  if (end != std::string_view::npos) {
    value = test::json::parse(text.substr(end), nullptr, false);
    if (value.is_discarded()) return 0;
  }
  try {
    ask(rule_set{text.substr(0, end)}, value);
  } catch (const rule_error& problem) {
    FUZZ_REQUIRE(problem.line() > 0 && problem.column() > 0 && *problem.what() != '\0');
  }
  return 0;
}
