#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/outcry/console/app.hpp"
#include "tests/bench/figures.hpp"

namespace {

using namespace outcry::console;

double cpu_ms() {
  return outcry::bench::cpu_seconds() * 1e3;
}

/// What a floor of so many actors tells in one look when all of them have changed. Sick: all their
/// mailboxes grow.
std::string line_of(int actors, int look, bool sick) {
  const auto at_ms = 1'700'000'000'000 + 1'000 * look;
  std::string rows;
  for (int i = 0; i < actors; ++i)
    rows += fmt::format(
        R"({}{{"name":"bot:counter-{}","kind":"bot","state":"running","since_ms":{},"mailbox":{},)"
        R"("mailbox_bound":10000,"handled":{},"errors":0,"refused":0,"restarts":0,"last_exit":"",)"
        R"("enqueued":{},"sent":{},"parent":"pit:{}","hidden":false,"started_ms":{},)"
        R"("backoff_left_ms":0,"serving":null,"oldest_wait_ms":0,)"
        R"("handler":{{"sampled":{},"busy_ns":{},"max_ns":91000}}}})",
        i == 0 ? "" : ",", i, at_ms - 90'000,
        sick ? 100 + i % 800 + look * 13 : (i * 7 + look * 13) % 17, look * 100 + i,
        look * 100 + i + 5, look * 50, i % 300, at_ms - 100'000, look * 10, look * 10'000);
  return fmt::format(
      R"({{"id":1,"item":{{"{}":{{"seq":{},"at_ms":{},"floor":{{"name":"bench","version":"0",)"
      R"("started_ms":1700000000000,"now_ms":{},"pid":1,"handled":{}}},"actors":[{}]}}}}}})",
      look == 1 ? "snapshot" : "delta", look, at_ms, at_ms, look * actors * 100, rows);
}

/// False when a picture lacks actors.
bool run_console(int actors, int rounds, bool sick) {
  console_app app{console_options{}};
  std::int64_t now_ms = 1'000;
  app.tick(now_ms);
  app.take_outgoing();
  app.opened(channel::main, now_ms);
  double refresh = 0;
  double typing = 0;
  double bare = 0;
  std::size_t bytes = 0;
  for (int look = 1; look <= rounds; ++look) {
    const auto line = line_of(actors, look, sick);
    bytes = line.size();
    now_ms += 1'000;
    auto begin = cpu_ms();
    app.heard(channel::main, line, now_ms);
    auto picture = app.draw(50, 160, now_ms);
    refresh += cpu_ms() - begin;
    begin = cpu_ms();
    app.press_key({press::glyph, U'/'}, now_ms);
    app.press_key({press::glyph, U'9'}, now_ms);
    app.draw(50, 160, now_ms);
    typing += cpu_ms() - begin;
    app.press_key({press::escape, 0}, now_ms);
    begin = cpu_ms();
    const auto tree = nlohmann::json::parse(line);
    bare += cpu_ms() - begin;
    picture = app.draw(50, 160, now_ms);
    std::string seen;
    for (int row = 0; row < picture.rows(); ++row) seen += picture.text(row) + "\n";
    if (seen.find(fmt::format("{} of {}", actors, actors)) == std::string::npos) {
      std::fprintf(stderr, "actors were lost:\n%s", seen.c_str());
      return false;
    }
  }
  fmt::print("{} actors, {}, {} bytes a look\n", actors, sick ? "all of them sick" : "all well",
             bytes);
  fmt::print("  a look read, judged, sorted and drawn:   {:.1f} ms of processor time\n",
             refresh / rounds);
  fmt::print("  a letter of a filter, drawn:             {:.1f} ms\n", typing / rounds);
  fmt::print("  the same bytes parsed by nlohmann::json: {:.1f} ms; ratio {:.2f}\n", bare / rounds,
             bare / refresh);
  return true;
}

}  // namespace

/// console_bench [ACTORS] [ROUNDS]
int main(int argc, char** argv) {
  const auto actors = static_cast<int>(outcry::bench::argument(argc, argv, 1, 10'000));
  const auto rounds = static_cast<int>(outcry::bench::argument(argc, argv, 2, 10));
  return run_console(actors, rounds, false) && run_console(actors, rounds, true) ? 0 : 1;
}
