#include "adapters/firebase/exposure/report.hpp"

#include <fstream>
#include <optional>

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase::exposure;
using Catch::Matchers::Contains;
using outcry::test::temp_dir;

TEST_CASE("a report is believed while its writer lives") {
  const temp_dir dir;
  CHECK_FALSE(server_runs(dir.path()));
  CHECK_FALSE(read_report(dir.path()).has_value());
  const report what{"x", {"192.168.1.20"}, {{"10.0.0.1", "taken"}}, "a \"problem\""};
  {
    report_writer writer(dir.path());
    CHECK(server_runs(dir.path()));
    CHECK_FALSE(read_report(dir.path()).has_value());
    writer.write(what);
    CHECK(read_report(dir.path()) == what);
    // A shorter one leaves nothing of the longer one behind.
    writer.write({});
    CHECK(read_report(dir.path()) == report{});
    writer.write(what);
    CHECK_THROWS_WITH(report_writer(dir.path()),
                      Contains("exposed-now.json") && Contains("in use by another process"));
    CHECK(server_runs(dir.path()));
  }
  CHECK_FALSE(server_runs(dir.path()));
  CHECK_FALSE(read_report(dir.path()).has_value());
}

TEST_CASE("a report that makes no sense is none") {
  const temp_dir dir;
  const report_writer writer(dir.path());
  for (const char* text : {"{", "[]", "{}", R"({"id":1,"open":[],"failed":[],"problem":""})",
                           R"({"id":"","open":[1],"failed":[],"problem":""})",
                           R"({"id":"","open":[],"failed":[1],"problem":""})"}) {
    std::ofstream(dir.file("exposed-now.json")) << text;
    INFO(text);
    CHECK_FALSE(read_report(dir.path()).has_value());
  }
}
