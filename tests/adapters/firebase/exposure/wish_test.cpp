#include "adapters/firebase/exposure/wish.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase::exposure;
using Catch::Matchers::Contains;
using outcry::test::temp_dir;

TEST_CASE("a wish is kept and removed") {
  const temp_dir dir;
  const wish_file file(dir.path());
  CHECK_FALSE(file.load().has_value());
  CHECK_FALSE(file.remove());
  wish first{"", {"192.168.1.20", "fd00::1"}, 9000, {"box.local"}};
  file.write(first);
  CHECK_FALSE(first.id.empty());
  CHECK(file.load() == first);
  struct stat s {};
  REQUIRE(::stat(dir.file("exposed.json").c_str(), &s) == 0);
  CHECK((s.st_mode & 07777) == 0600);
  wish second = first;
  file.write(second);
  CHECK(second.id != first.id);
  CHECK(file.load() == second);
  CHECK(file.remove());
  CHECK_FALSE(file.load().has_value());
}

TEST_CASE("a wish that makes no sense is named") {
  const temp_dir dir;
  const wish_file file(dir.path());
  const auto refused = [&](const std::string& text, const std::string& what) {
    std::ofstream(dir.file("exposed.json")) << text;
    INFO(text);
    CHECK_THROWS_WITH(file.load(), Contains("exposed.json") && Contains(what));
  };
  refused("", "a JSON object");
  refused("[]", "a JSON object");
  refused(R"({"id":1})", "\"id\"");
  const auto with = [](const std::string& addresses, const std::string& port,
                       const std::string& names) {
    return R"({"id":"x","addresses":)" + addresses + R"(,"port":)" + port + R"(,"names":)" + names +
           "}";
  };
  refused(with("[]", "1", "[]"), "\"addresses\"");
  refused(with(R"([""])", "1", "[]"), "\"addresses\"");
  refused(with(R"(["box"])", "1", "[]"), "IP addresses");
  refused(with(R"(["1.2.3.4"])", "0", "[]"), "\"port\"");
  refused(with(R"(["1.2.3.4"])", "65536", "[]"), "\"port\"");
  refused(with(R"(["1.2.3.4"])", "-1", "[]"), "\"port\"");
  refused(with(R"(["1.2.3.4"])", "1", "[1]"), "\"names\"");
  refused(with(R"(["1.2.3.4"])", "1", R"("box")"), "\"names\"");
  refused(std::string(20'000, ' '), "at most");
  std::ofstream(dir.file("exposed.json")) << with(R"(["1.2.3.4"])", "65535", "[]");
  CHECK(file.load()->port == 65535);
}

TEST_CASE("addresses become URLs and Host headers") {
  CHECK(url_of("192.168.1.20", 9000) == "https://192.168.1.20:9000/");
  CHECK(url_of("fd00::1", 9000) == "https://[fd00::1]:9000/");
  CHECK(url_of("fd00::1", 443) == "https://[fd00::1]/");
  CHECK(hosts_of({"", {"192.168.1.20", "fd00::1"}, 9000, {"box"}}) ==
        std::vector<std::string>{"192.168.1.20:9000", "[fd00::1]:9000", "box:9000"});
  CHECK(hosts_of({"", {"192.168.1.20"}, 443, {}}) ==
        std::vector<std::string>{"192.168.1.20:443", "192.168.1.20"});
  const auto certificate = certificate_for({"", {"192.168.1.20"}, 9000, {"box"}}, "data");
  CHECK(certificate.names == std::vector<std::string>{"192.168.1.20", "box"});
  CHECK(certificate.files.certificate == "data/exposed.crt");
}
