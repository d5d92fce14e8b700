#include "actors/operator/patch_builder.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "actors/operator/owed_values.hpp"

using namespace outcry;

TEST_CASE("patch: a later value replaces the earlier one of its path") {
  patch_builder patch(2, 1000);
  CHECK(patch.empty());
  CHECK(patch.add({"a/b", "1"}));
  CHECK(patch.add({"c", "2"}));
  CHECK(patch.add({"a/b", "3"}));  // full, but it needs no place
  CHECK_FALSE(patch.add({"d", "4"}));
  CHECK(patch.size() == 2);
  CHECK(patch.take() == std::vector<owed_value>{{"a/b", "3"}, {"c", "2"}});
  CHECK(patch.empty());
  CHECK(patch.add({"d", "4"}));
}

TEST_CASE("patch: no path is an ancestor of another") {
  patch_builder patch(100, 1000);
  REQUIRE(patch.add({"a/b/c", "1"}));
  CHECK_FALSE(patch.add({"a", "1"}));
  CHECK_FALSE(patch.add({"a/b", "1"}));
  CHECK_FALSE(patch.add({"a/b/c/d", "1"}));
  CHECK(patch.add({"a/b/cc", "1"}));
  CHECK(patch.add({"a/b-", "1"}));  // sorts between a/b and a/b/
  CHECK(patch.add({"ab", "1"}));
  CHECK_FALSE(patch.add({"a/b-/x", "1"}));
}

TEST_CASE("patch: bounded in bytes, but never stuck") {
  patch_builder patch(100, 10);
  CHECK(patch.add({"a", std::string(50, 'x')}));
  CHECK_FALSE(patch.add({"b", "1"}));
  patch.take();
  CHECK(patch.add({"a", "1234"}));
  CHECK(patch.add({"b", "1234"}));
  CHECK_FALSE(patch.add({"c", "1"}));
}

TEST_CASE("owed: a message, its state and its lines, escaped") {
  ledger entry;
  entry.message.id = "-N.x";
  entry.message.type = "stop";
  entry.message.selected = {"BRK.B"};
  entry.message.pressed_at_ms = 5;
  entry.state = message_state::failed;
  entry.unmatched = {"TSLA"};
  ledger_line done;
  done.bot_id = "counter-BRK.B";
  done.status = line_status::done;
  done.addressed = true;
  ledger_line open;
  open.bot_id = "b";
  entry.lines = {open, done};

  auto find = [](const std::vector<owed_value>& values, const std::string& path) {
    for (const auto& x : values)
      if (x.path == path) return nlohmann::json::parse(x.value);
    return nlohmann::json("missing " + path);
  };
  auto state = owed_state(entry);
  CHECK(find(state, "pubsub-messages/-N%2Ex/state") == "failed");
  CHECK(find(state, "pubsub-messages/-N%2Ex/acknowledgementCount") == 1);
  CHECK(find(state, "pubsub-messages/-N%2Ex/unmatched") == nlohmann::json{"TSLA"});
  CHECK(find(state, "message-summaries/-N%2Ex").at("counts").at("done") == 1);
  // Final, it makes the message whole again, but for what its sender alone says.
  CHECK(find(state, "pubsub-messages/-N%2Ex/type") == "stop");
  CHECK(find(state, "pubsub-messages/-N%2Ex/target").at("type") == "SELECTED");
  CHECK(state.size() == 8);
  entry.state = message_state::working;
  CHECK(owed_state(entry).size() == 4);
  entry.state = message_state::failed;
  entry.code = "killed";
  entry.reason = "why";
  CHECK(find(owed_state(entry), "pubsub-messages/-N%2Ex/code") == "killed");
  CHECK(find(owed_state(entry), "pubsub-messages/-N%2Ex/reason") == "why");

  auto message = owed_message(entry.message);
  CHECK(find(message, "pubsub-messages/-N%2Ex/type") == "stop");
  CHECK(find(message, "pubsub-messages/-N%2Ex/target").at("selected").at(0) == "BRK.B");
  for (const auto& x : message) CHECK(x.path != "pubsub-messages/-N%2Ex/state");

  auto line = owed_line(entry.message.id, done);
  CHECK(line.path == "pubsub-messages/-N%2Ex/acknowledgement/counter-BRK%2EB");
  CHECK(nlohmann::json::parse(line.value).at("status") == "done");

  // All of them together are one legal write.
  patch_builder patch(100, 100'000);
  for (const auto& x : message) CHECK(patch.add(x));
  for (const auto& x : state) CHECK(patch.add(x));
  CHECK(patch.add(line));
}
