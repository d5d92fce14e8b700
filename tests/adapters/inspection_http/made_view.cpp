#include "tests/adapters/inspection_http/made_view.hpp"

namespace outcry::test {

using nlohmann::json;

namespace {

constexpr std::int64_t at_ms = 1'700'000'100'000;

json actor_row(const char* name, const char* kind) {
  return {{"name", name},
          {"kind", kind},
          {"state", "running"},
          {"since_ms", at_ms - 60'000},
          {"mailbox", 0},
          {"mailbox_bound", 1000},
          {"handled", 10},
          {"errors", 0},
          {"refused", 0},
          {"restarts", 0},
          {"last_exit", ""},
          {"enqueued", 10},
          {"sent", 4},
          {"parent", ""},
          {"hidden", false},
          {"started_ms", at_ms - 60'000},
          {"backoff_left_ms", 0},
          {"serving", nullptr},
          {"oldest_wait_ms", 0},
          {"handler", {{"sampled", 5}, {"busy_ns", 2'500'000}, {"max_ns", 1'000'000}}}};
}

}  // namespace

json made_snapshot() {
  auto stuck = actor_row("bot:AAPL", "bot");
  stuck["mailbox"] = 42;
  stuck["enqueued"] = 52;
  stuck["oldest_wait_ms"] = 3'000;
  stuck["serving"] = {{"message", "price_batch"}, {"since_ms", at_ms - 30'000}};
  auto crashed = actor_row("bot:META", "bot");
  crashed["state"] = "restarting";
  crashed["restarts"] = 7;
  crashed["backoff_left_ms"] = 1'500;
  crashed["last_exit"] = "threw \"no\nprice\"";
  return {{"seq", 1},
          {"at_ms", at_ms},
          {"floor",
           {{"name", "outcry"},
            {"version", "0.1.0"},
            {"started_ms", at_ms - 60'000},
            {"now_ms", at_ms},
            {"pid", 4711},
            {"rss_bytes", 50'000'000},
            {"halt", "stopped"},
            {"bots", {{"running", 1}, {"restarting", 1}}},
            {"handled", 1'234},
            {"dead_letters", 3},
            {"dead_man", {{"hours", 10}, {"firesAt", at_ms + 36'000'000}}}}},
          {"actors", {stuck, actor_row("desk", "desk"), crashed}},
          {"pits",
           {{{"ticker", "AAPL"},
             {"state", "stale"},
             {"age_ms", 45'000},
             {"received", 900},
             {"subscribers", 3},
             {"conflated", 11},
             {"dropped", 0}}}},
          {"links",
           {{{"name", "redis"},
             {"state", "live"},
             {"since_ms", at_ms - 60'000},
             {"reconnects", 0},
             {"last_error", nullptr},
             {"lag_ms", 12},
             {"backlog", nullptr}},
            {{"name", "firebase"},
             {"state", "down"},
             {"since_ms", at_ms - 5'000},
             {"reconnects", 2},
             {"last_error", "refused"},
             {"lag_ms", nullptr},
             {"backlog", 77}}}},
          {"messages",
           {{{"id", "-Oa"},
             {"type", "stop"},
             {"state", "failed"},
             {"pressed_ms", at_ms - 20'000},
             {"lines",
              {{"done", 1},
               {"ignored", 0},
               {"error", 0},
               {"no_answer", 1},
               {"expired", 0},
               {"open", 0}}}}}},
          {"graves", json::array()}};
}

json made_verdict() {
  return {{"level", "bad"},
          {"headline", "bot:AAPL is stuck"},
          {"lines",
           {{{"rule", "stuck_handler"},
             {"subject", "bot:AAPL"},
             {"since_ms", at_ms - 30'000},
             {"what", "30 s at price_batch"},
             {"cost", "42 wait"},
             {"advice", "restart it"}}}}};
}

}  // namespace outcry::test
