#include "apps/outcry/output.hpp"

#include <cstdlib>
#include <ctime>

#include <catch2/catch.hpp>

#include "apps/outcry/ledger_view.hpp"

using namespace outcry::cli;

TEST_CASE("text from elsewhere cannot steer the terminal") {
  CHECK(harmless("a\x1b[2Jb\n\tc\x7f") == "a?[2Jb??c?");
  CHECK(harmless("\xc2\x9b"
                 "31m") == "?31m");
  CHECK(harmless("für 50 €") == "für 50 €");
}

TEST_CASE("a width counts characters, not bytes") {
  CHECK(width("") == 0);
  CHECK(width("€uro") == 4);
}

TEST_CASE("times are local, with seconds, with the date when it is another day") {
  ::setenv("TZ", "EST5", 1);
  ::tzset();
  CHECK(local_time(0) == "-");
  CHECK(local_time(1'381'239'000'000) == "2013-10-08 08:30:00");
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  CHECK(local_time(1'381'239'000'000) == "2013-10-08 13:30:00");
  auto now = std::time(nullptr);
  CHECK(local_time(std::int64_t{now} * 1000).size() == 8);
}

TEST_CASE("a ledger is summed up in words") {
  auto line = [](const char* status) {
    return nlohmann::json{{"status", status}, {"ticker", "X"}, {"at", 1}};
  };
  nlohmann::json ledger = {
      {"id", "m"},
      {"type", "stop"},
      {"state", "working"},
      {"target", {{"type", "SELECTED"}, {"selected", {"AAPL", "META"}}}},
      {"acknowledgement", {{"a", line("done")}, {"b", line("open")}, {"c", line("ignored")}}}};
  ledger_view view{nullptr};
  view.show(ledger);
  CHECK(target_text(ledger) == "AAPL, META");
  CHECK(view.summary() == "1 done, 1 ignored, 1 waiting");
  view.show_line("b", line("error"));
  CHECK(view.summary() == "1 done, 1 ignored, 1 error");
  CHECK(view.counts() == nlohmann::json{{"done", 1}, {"error", 1}, {"ignored", 1}});
  CHECK(view.state() == "working");
  view.set_state({{"state", "failed"}, {"reason", "why"}});
  CHECK(view.state() == "failed");
  CHECK(view.reason() == "why");
  ledger_view empty{nullptr};
  CHECK(empty.summary() == "no bot");
}
