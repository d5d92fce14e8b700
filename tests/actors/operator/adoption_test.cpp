#include "actors/operator/adoption.hpp"

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

constexpr std::int64_t now = 1'709'908'200'000;

bot_directory three_bots() {
  bot_directory bots;
  for (std::string ticker : {"AAPL", "GOOGL", "META"}) {
    bot_identity bot{"counter-" + ticker, ticker, "counter", "floor", bot_kind::hosted};
    bots[bot.id] = bot;
  }
  return bots;
}

operator_message wish(const std::string& type, const std::vector<std::string>& selected = {},
                      const std::string& config = "{}") {
  operator_message x;
  x.id = "m";
  x.type = type;
  x.to_all = selected.empty();
  x.selected = selected;
  x.config = config;
  x.pressed_at_ms = now;
  return x;
}

adoption taken(const operator_message& message, const halt_state& halt = {}) {
  return adopt(message, three_bots(), halt, {}, now);
}

std::string addressed(const adoption& x) {
  std::string result;
  for (const auto& line : x.entry.lines)
    if (line.addressed) result += line.ticker + ' ';
  return result;
}

const halt_state stopped{halt_kind::stopped, "before", now - 5000};
const halt_state killed{halt_kind::killed, "before", now - 5000};

}  // namespace

TEST_CASE("adoption: who is meant") {
  auto all = taken(wish("stop"));
  CHECK(addressed(all) == "AAPL GOOGL META ");
  CHECK(all.entry.state == message_state::working);
  CHECK(all.entry.adopted_at_ms == now);

  CHECK(addressed(taken(wish("stop", {"meta", "Aapl"}))) == "AAPL META ");
  CHECK(taken(wish("stop", {"meta"})).entry.unmatched.empty());
  CHECK(taken(wish("stop", {"COUNTER-AAPL"})).entry.unmatched.size() == 1);

  auto some = taken(wish("stop", {"META", "counter-AAPL"}));
  CHECK(addressed(some) == "AAPL META ");
  CHECK(some.entry.unmatched.empty());
  CHECK(some.entry.lines.size() == 3);
  CHECK(some.entry.lines[1].status == line_status::open);
  CHECK_FALSE(some.entry.lines[1].addressed);

  auto partly = taken(wish("stop", {"TSLA", "META"}));
  CHECK(addressed(partly) == "META ");
  CHECK(partly.entry.unmatched == std::vector<std::string>{"TSLA"});
  CHECK(partly.entry.state == message_state::working);

  auto nobody = taken(wish("stop", {"TSLA"}));
  CHECK(nobody.entry.state == message_state::failed);
  CHECK(nobody.entry.code == "unknown_target");
  for (const auto& line : nobody.entry.lines) CHECK(line.status == line_status::ignored);

  auto everybody = taken(wish("kill", {"META", "TSLA"}));
  CHECK(addressed(everybody) == "AAPL GOOGL META ");
  CHECK(everybody.entry.unmatched.empty());
}

TEST_CASE("adoption: an unknown verb fails for those addressed, with its word") {
  auto x = taken(wish("dance", {"META"}));
  CHECK(x.entry.state == message_state::failed);
  CHECK(x.entry.code == "unknown_type");
  CHECK(x.entry.reason.find("dance") != std::string::npos);
  CHECK(x.entry.lines[2].status == line_status::error);
  CHECK(x.entry.lines[2].code == "unknown_type");
  CHECK(x.entry.lines[2].at_ms == now);
  CHECK(x.entry.lines[0].status == line_status::ignored);
  CHECK(x.entry.lines[0].code.empty());
}

TEST_CASE("adoption: expiry counts from pressedAt, shorter on demand, never longer") {
  struct row {
    const char* type;
    std::int64_t standard_s;
  };
  for (auto [type, standard_s] : {row{"start", 600}, row{"exit", 600}, row{"enter", 60},
                                  row{"status", 60}, row{"set", 86'400}}) {
    INFO(type);
    auto message = wish(type);
    CHECK(taken(message).expires_at_ms == now + standard_s * 1000);
    message.pressed_at_ms = now - standard_s * 1000;
    CHECK(taken(message).entry.state == message_state::working);
    message.pressed_at_ms -= 1;
    auto late = taken(message);
    CHECK(late.entry.state == message_state::expired);
    CHECK(late.entry.code == "expired");
    for (const auto& line : late.entry.lines) CHECK(line.status == line_status::expired);
    CHECK(taken(wish(type, {}, R"({"expires_s":5})")).expires_at_ms == now + 5000);
    CHECK(taken(wish(type, {}, R"({"expires_s":90000})")).expires_at_ms == now + standard_s * 1000);
    CHECK(taken(wish(type, {}, R"({"expires_s":99999999})")).expires_at_ms ==
          now + standard_s * 1000);
  }
  for (const char* type : {"stop", "kill"}) {
    INFO(type);
    auto message = wish(type);
    message.pressed_at_ms = now - 365LL * 86'400'000;
    CHECK(taken(message).expires_at_ms == 0);
    CHECK(taken(message).entry.state == message_state::working);
  }
  CHECK(taken(wish("stop", {}, R"({"expires_s":5})")).expires_at_ms == now + 5000);
  for (const char* config : {R"({"expires_s":0})", R"({"expires_s":-1})", R"({"expires_s":"5"})",
                             R"({"expires_s":1.5})"}) {
    INFO(config);
    auto bad = taken(wish("start", {}, config));
    CHECK(bad.entry.code == "invalid_config");
    CHECK(bad.entry.state == message_state::failed);
    CHECK_FALSE(expiry_of(wish("start", {}, config)));
    CHECK(taken(wish("stop", {}, config)).entry.state == message_state::working);
    CHECK(taken(wish("kill", {}, config)).entry.code.empty());
  }
}

TEST_CASE("adoption: an impossible clock refuses all but the brake") {
  auto with = [](std::int64_t pressed, std::int64_t created, const char* type) {
    auto message = wish(type);
    message.pressed_at_ms = now + pressed;
    message.created_at_ms = created == 0 ? 0 : now + created;
    return taken(message).entry.code;
  };
  CHECK(with(60'000, 0, "start").empty());
  CHECK(with(60'001, 0, "start") == "clock_skew");
  CHECK(with(120'000, 0, "set") == "clock_skew");
  CHECK(with(60'000, -1, "start") == "clock_skew");
  CHECK(with(-120'000, -1, "start").empty());
  CHECK(with(-600'001, -1, "start") == "expired");
  CHECK(with(0, 60'001, "start") == "clock_skew");
  CHECK(with(-120'000, -120'000, "start").empty());
  for (const char* brake : {"stop", "kill"}) {
    CHECK(with(120'000, 0, brake).empty());
    CHECK(with(-120'000, -1, brake).empty());
  }
}

TEST_CASE("adoption: what becomes of the halt") {
  auto halt = [](const operator_message& message, const halt_state& before) {
    auto x = taken(message, before).new_halt;
    return x ? std::string(to_string(x->kind)) : std::string("same");
  };
  CHECK(halt(wish("stop"), {}) == "stopped");
  CHECK(halt(wish("stop"), stopped) == "same");
  CHECK(halt(wish("stop"), killed) == "same");
  CHECK(halt(wish("stop", {"META"}), {}) == "same");
  CHECK(halt(wish("kill", {"META"}), {}) == "killed");
  CHECK(halt(wish("kill"), stopped) == "killed");
  CHECK(halt(wish("start"), {}) == "same");
  CHECK(halt(wish("start"), stopped) == "none");
  CHECK(halt(wish("start", {"META"}), stopped) == "same");
  CHECK(halt(wish("status"), stopped) == "same");

  const std::string confirm = R"({"confirm":true})";
  CHECK(halt(wish("start", {}, confirm), killed) == "none");
  CHECK(halt(wish("start", {"META"}, confirm), killed) == "stopped");
  for (const char* config : {"{}", R"({"confirm":false})", R"({"confirm":"true"})"}) {
    auto refused = taken(wish("start", {}, config), killed);
    CHECK(refused.entry.code == "killed");
    CHECK(refused.entry.state == message_state::failed);
    CHECK_FALSE(refused.new_halt);
  }
  CHECK(halt(wish("start", {"TSLA"}, confirm), killed) == "same");
  // An exit that starts its bot again is a start; one that does not is never refused.
  const std::string again = R"({"then":"start","confirm":true})";
  CHECK(taken(wish("exit", {"META"}, again), killed).entry.code == "killed");
  CHECK(taken(wish("exit", {"META"}, again), stopped).entry.code.empty());
  CHECK(taken(wish("exit", {"META"}), killed).entry.code.empty());

  auto set = taken(wish("kill")).new_halt;
  REQUIRE(set);
  CHECK(set->message_id == "m");
  CHECK(set->since_ms == now);
}

TEST_CASE("adoption: where a message stands") {
  using enum line_status;
  struct row {
    std::vector<line_status> addressed;
    message_state expected;
  };
  for (const auto& [addressed, expected] :
       {row{{done, done}, message_state::done},
        row{{done, line_status::open}, message_state::working},
        row{{done, pending}, message_state::working}, row{{done, error}, message_state::failed},
        row{{done, no_answer}, message_state::failed}, row{{done, ignored}, message_state::failed},
        row{{done, expired}, message_state::expired}, row{{error, expired}, message_state::failed},
        row{{}, message_state::done}}) {
    ledger entry;
    entry.state = message_state::working;
    for (auto status : addressed) {
      ledger_line line;
      line.addressed = true;
      line.status = status;
      entry.lines.push_back(line);
    }
    CHECK(judge(entry) == expected);
    ledger_line other;
    other.status = no_answer;
    entry.lines.push_back(other);
    CHECK(judge(entry) == expected);
    entry.unmatched = {"TSLA"};
    if (expected != message_state::working) CHECK(judge(entry) == message_state::failed);
    entry.lines.back().status = line_status::open;
    CHECK(judge(entry) == message_state::working);
  }
}

TEST_CASE("adoption: a desk is expected only when it is named") {
  auto bots = three_bots();
  bots["account"] = {"account", "ACCOUNT", "risk", "floor", bot_kind::desk};
  for (const char* type : {"stop", "kill", "status"})
    CHECK(adopt(wish(type), bots, {}, {}, now).entry.lines.size() == 3);
  CHECK(adopt(wish("stop", {"AAPL"}), bots, {}, {}, now).entry.lines.size() == 3);
  auto named = adopt(wish("set", {"account"}, R"({"daily_loss_limit":"500"})"), bots, {}, {}, now);
  CHECK(named.entry.lines.size() == 4);
  CHECK(addressed(named) == "ACCOUNT ");
  CHECK(named.entry.unmatched.empty());
}

TEST_CASE("adoption: a stop may take protective orders along") {
  CHECK(cancels_protective(wish("stop", {}, R"({"protective":"cancel"})")));
  for (const char* config :
       {"{}", R"({"protective":"keep"})", R"({"protective":true})", "nonsense"})
    CHECK_FALSE(cancels_protective(wish("stop", {}, config)));
}
