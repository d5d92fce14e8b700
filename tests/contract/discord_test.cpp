#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <sys/wait.h>

#include "adapters/web/http_session.hpp"
#include "tests/adapters/discord/client_fixture.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"

namespace outcry::discord::test {

using namespace outcry::test;

namespace {

const std::string folder = std::string(NODE_FOLDER);

/// The installed node, or empty; then `why` says what is missing.
std::string find_node(std::string& why) {
  const auto command = std::string(SOURCE_ROOT) + "/scripts/node_modules.sh '" +
                       std::string(SOURCE_ROOT) + "/tests/contract/discord' '" + folder + "'";
  FILE* out = ::popen(command.c_str(), "r");
  if (out == nullptr) return {};
  std::string text;
  char piece[512];
  while (std::fgets(piece, sizeof piece, out) != nullptr) text += piece;
  const int code = WEXITSTATUS(::pclose(out));
  while (text.ends_with('\n')) text.pop_back();
  if (code == 0) return text;
  why = text.empty() ? "node_modules.sh failed" : text;
  return {};
}

/// A program of node's and the lines it prints.
class node_program {
public:
  node_program(const std::string& node, const std::string& script,
               std::map<std::string, std::string> environment, const temp_dir& where)
      : process_({.arguments = {node, folder + "/" + script},
                  .environment = std::move(environment),
                  .directory = folder,
                  .output_file = where.file(script + ".log")}) {}

  /// Waits for a line that holds `part`.
  bool says(const std::string& part) {
    return wait_for([&](const std::string& line) { return line.find(part) != line.npos; }, 1);
  }
  /// Waits for the `times`-th line that begins with `start`.
  bool tells(const std::string& start, std::size_t times = 1) {
    return wait_for([&](const std::string& line) { return line.starts_with(start); }, times);
  }
  /// The first line that begins with `start`.
  std::string line(const std::string& start) const {
    std::istringstream lines(output());
    for (std::string one; std::getline(lines, one);)
      if (one.starts_with(start)) return one;
    return {};
  }
  std::string output() const { return process_.output(); }

private:
  bool wait_for(const std::function<bool(const std::string&)>& wanted, std::size_t times) {
    const bool found = eventually([&] {
      std::istringstream lines(output());
      std::size_t n = 0;
      for (std::string one; std::getline(lines, one);)
        if (wanted(one)) ++n;
      return n >= times;
    });
    if (!found) WARN(output());
    return found;
  }

  process process_;
};

std::string ask(std::uint16_t port, const std::string& target) {
  web::http_session session;
  web::http_request request;
  request.method = "GET";
  request.url = "http://127.0.0.1:" + std::to_string(port) + target;
  request.total_timeout = std::chrono::seconds(20);
  std::string body;
  const auto result = session.perform(request, {}, [&](const auto&, std::string_view piece) {
    body += piece;
    return true;
  });
  if (result.head.status != 200) WARN(body + result.error);
  return body;
}

}  // namespace

TEST_CASE("discord.js finds in our Discord what it knows of the real one") {
  std::string why;
  const auto node = find_node(why);
  if (node.empty()) OUTCRY_SKIP(why.c_str());
  temp_dir where;
  fake_discord discord;
  const auto calls = discord.add_channel("calls");
  const auto first = discord.post(calls, "first");
  node_program js(node, "discord_js.mjs",
                  {{"API", "http://127.0.0.1:" + std::to_string(discord.port()) + "/api"},
                   {"TOKEN", discord.token()}},
                  where);
  REQUIRE(js.tells("ready " + std::to_string(discord.bot_id())));

  SECTION("messages, edits, deletes, threads, history") {
    const auto id = discord.post(calls, "fetch");
    CHECK(js.says("message " + std::to_string(id) + " fetch"));
    CHECK(js.says("page fetch|first"));  // newest first
    discord.edit(calls, id, "changed");
    CHECK(js.says("edited " + std::to_string(id) + " changed"));
    discord.remove(calls, {id});
    CHECK(js.says("deleted " + std::to_string(id)));
    const auto second = discord.post(calls, "second");
    CHECK(js.says("second"));
    discord.remove(calls, {first, second});
    CHECK(js.says("bulk 2"));
    const auto thread = discord.add_thread(calls, "a thread");
    CHECK(js.tells("thread " + std::to_string(thread) + " " + std::to_string(calls)));
    discord.post(thread, "in the thread");
    CHECK(js.says("in the thread"));
  }
  SECTION("a lost connection, op 7 and op 9 true are resumed") {
    const auto fault = GENERATE(0, 1, 2, 3);
    if (fault == 0) discord.cut();
    if (fault == 1) discord.ask_to_reconnect();
    if (fault == 2) discord.invalidate(true);
    if (fault == 3) discord.close_all(4000);
    discord.post(calls, "meanwhile");
    CHECK(js.tells("resumed"));
    CHECK(js.says("meanwhile"));
    discord.post(calls, "after");
    CHECK(js.says("after"));
    CHECK(discord.seen().identifies == 1);
    // After op 9 it resumes on the connection that it has.
    CHECK(discord.seen().upgrades.back().starts_with("/resumed") == (fault != 2));
  }
  SECTION("op 9 false and 4009 begin a new session") {
    discord.forget_sessions();
    const auto fault = GENERATE(0, 1);
    if (fault == 0) discord.invalidate(false);
    if (fault == 1) discord.close_all(4009);
    CHECK(js.tells("shard-ready", 2));
    CHECK(discord.seen().identifies == 2);
    discord.post(calls, "after");
    CHECK(js.says("after"));
  }
  SECTION("intents that are not allowed end it") {
    discord.close_next_identify(4014);
    discord.forget_sessions();
    discord.invalidate(false);
    CHECK(js.tells("disconnected 4014"));
  }
}

TEST_CASE("discord.js finds a dead connection of our Discord") {
  std::string why;
  const auto node = find_node(why);
  if (node.empty()) OUTCRY_SKIP(why.c_str());
  temp_dir where;
  fake_discord discord({.heartbeat_ms = 300});
  const auto calls = discord.add_channel("calls");
  node_program js(node, "discord_js.mjs",
                  {{"API", "http://127.0.0.1:" + std::to_string(discord.port()) + "/api"},
                   {"TOKEN", discord.token()}},
                  where);
  REQUIRE(js.tells("ready "));
  discord.be_silent(true);
  discord.post(calls, "meanwhile");
  CHECK(js.says("Zombie connection"));
  discord.be_silent(false);
  CHECK(js.tells("resumed"));
  CHECK(js.says("meanwhile"));
}

TEST_CASE("discord.js is refused by our Discord with a wrong token") {
  std::string why;
  const auto node = find_node(why);
  if (node.empty()) OUTCRY_SKIP(why.c_str());
  temp_dir where;
  fake_discord discord;
  node_program js(node, "discord_js.mjs",
                  {{"API", "http://127.0.0.1:" + std::to_string(discord.port()) + "/api"},
                   {"TOKEN", "ODAzNTExMTAyMjQ2Nzg5MTI.another.one"}},
                  where);
  CHECK(js.tells("refused TokenInvalid"));
}

TEST_CASE("our client reads a channel of a Discord that others have made") {
  std::string why;
  const auto node = find_node(why);
  if (node.empty()) OUTCRY_SKIP(why.c_str());
  temp_dir where;
  const std::string token = "ODAzNTExMTAyMjQ2Nzg5MTI.Gtwin0.not-a-secret_at-all";
  const auto control = free_port();
  node_program twin(node, "twin.mjs", {{"TOKEN", token}, {"CONTROL", std::to_string(control)}},
                    where);
  REQUIRE(twin.tells("up "));
  std::string up, port, channel, user;
  std::istringstream(twin.line("up ")) >> up >> port >> channel >> user;

  client_options options;
  options.token = token;
  options.channels = {std::stoull(channel)};
  options.identify_file = where.file("identifies");
  options.api = "http://127.0.0.1:" + port + "/api/v10";
  options.identifies.spacing_ms = 1;
  options.identifies.longest_ms = 4;
  options.session.shortest_retry_ms = 5;
  options.session.longest_retry_ms = 20;

  SECTION("live, then what was missed") {
    heard ear;
    auto bot = std::make_unique<client>(options, ear.events());
    REQUIRE(ear.wait_live());
    REQUIRE(ear.wait_caught_up());
    const auto id = ask(control, "/say?text=BUY+AAPL");
    REQUIRE(ear.wait_messages(1));
    const auto m = ear.messages().front();
    CHECK(std::to_string(m.id) == id);
    CHECK(m.text == "BUY AAPL");
    CHECK(std::to_string(m.author_id) == user);
    CHECK(m.guild_id != 0);
    ask(control, "/edit?text=BUY+MSFT&id=" + id);
    REQUIRE(eventually([&] { return ear.edits().size() == 1; }));
    CHECK(ear.edits().front().text == "BUY MSFT");
    ask(control, "/remove?id=" + id);
    REQUIRE(eventually([&] { return ear.deletions().size() == 1; }));
    CHECK(std::to_string(ear.deletions().front().ids.front()) == id);
    bot.reset();

    std::vector<std::string> missed;
    for (int i = 0; i < 7; ++i) {
      missed.push_back("missed " + std::to_string(i));
      ask(control, "/say?text=missed+" + std::to_string(i));
    }
    heard again;
    again.last_seen[options.channels.front()] = m.id;
    options.catching.page_size = 3;
    bot = std::make_unique<client>(options, again.events());
    REQUIRE(again.wait_messages(7));
    CHECK(again.texts() == missed);
    ask(control, "/say?text=live");
    REQUIRE(again.wait_messages(8));
    CHECK(again.texts().back() == "live");
  }
  SECTION("a wrong token") {
    heard ear;
    options.token = "ODAzNTExMTAyMjQ2Nzg5MTI.another.one";
    client bot(options, ear.events());
    REQUIRE(ear.wait_failed());
    CHECK(ear.last_reason().find("token") != std::string::npos);
  }
}

}  // namespace outcry::discord::test
