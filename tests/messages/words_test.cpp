#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "messages/error.hpp"
#include "messages/roster.hpp"

using namespace outcry;

namespace {

/// The words of an enum whose enumerators count up from 0, one blank between two.
template <class Enum>
std::string words(Enum last) {
  std::string result;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (i > 0) result += ' ';
    result += to_string(static_cast<Enum>(i));
  }
  return result;
}

}  // namespace

TEST_CASE("words: every enumerator has its own name for a word") {
  CHECK(words(verb::unknown) == "stop start exit enter set status kill confirm unknown");
  CHECK(words(line_status::no_answer) == "open pending done ignored error expired no_answer");
  CHECK(words(message_state::expired) == "sent working done failed expired");
  CHECK(words(halt_kind::killed) == "none stopped killed");
  CHECK(words(bot_kind::observed) == "hosted controlled observed");
  CHECK(words(bot_state::absent) ==
        "starting running waiting_for_open stopped restarting failed absent");
  CHECK(words(desired_state::stopped) == "running stopped");
  CHECK(words(feed_state::down) == "waiting live stale closed down");
  CHECK(words(link_state::refused) == "connecting live down refused");
  CHECK(words(actor_state::stopped) == "starting running restarting failed stopped");
  CHECK(to_string(ec::not_durable) == "not_durable");
  CHECK(to_string(static_cast<ec>(200)) == "unknown");
}

TEST_CASE("words: verbs are read exactly") {
  for (const auto x : {verb::stop, verb::start, verb::exit, verb::enter, verb::set, verb::status,
                       verb::kill, verb::unknown}) {
    CHECK(parse_verb(to_string(x)) == x);
  }
  for (const auto* text : {"", "STOP", "stop ", "stopp", "sto"}) {
    CHECK(parse_verb(text) == verb::unknown);
  }
  CHECK(is_brake(verb::stop));
  CHECK(is_brake(verb::kill));
  CHECK_FALSE(is_brake(verb::exit));
}
