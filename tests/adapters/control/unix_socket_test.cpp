#include "adapters/control/unix_socket.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/adapters/control/raw_client.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::control;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

}  // namespace

TEST_CASE("the socket is for its owner only, whatever the umask") {
  outcry::test::temp_dir dir;
  auto old = ::umask(0);
  auto fd = listen_on(dir.file("s"));
  ::umask(old);
  CHECK(mode_of(dir.file("s")) == 0600);
}

TEST_CASE("the file of a floor that is gone is replaced") {
  outcry::test::temp_dir dir;
  { auto gone = listen_on(dir.file("s")); }
  REQUIRE(std::filesystem::exists(dir.file("s")));
  CHECK(why_not_listen_on(dir.file("s")) == "");
  auto fd = listen_on(dir.file("s"));
  CHECK(outcry::test::raw_client{dir.file("s")}.connected());
}

TEST_CASE("a living floor is not replaced") {
  outcry::test::temp_dir dir;
  auto living = listen_on(dir.file("s"));
  CHECK_THROWS_WITH(listen_on(dir.file("s")), Catch::Contains("a floor that runs already"));
  CHECK(why_not_listen_on(dir.file("s")) != "");
  CHECK(outcry::test::raw_client{dir.file("s")}.connected());
}

TEST_CASE("a file that is no socket is left alone") {
  outcry::test::temp_dir dir;
  std::ofstream{dir.file("s")} << "precious";
  CHECK_THROWS_WITH(listen_on(dir.file("s")), Catch::Contains("is no socket"));
  CHECK(std::filesystem::file_size(dir.file("s")) == 8);
}

TEST_CASE("a path that is too long is told with its limit") {
  outcry::test::temp_dir dir;
  auto stem = dir.path().string() + "/";
  auto longest = stem + std::string(longest_socket_path() - stem.size(), 'x');
  CHECK(listen_on(longest));
  CHECK_THROWS_WITH(listen_on(longest + "x"),
                    Catch::Contains("at most 107") && Catch::Contains("shorter floor.data_dir"));
}

TEST_CASE("a directory that is missing is told") {
  outcry::test::temp_dir dir;
  CHECK_THROWS_AS(listen_on(dir.file("none/s")), socket_error);
}

TEST_CASE("only the floor's account and root are welcome") {
  CHECK(is_welcome({1000, 1, "me"}, 1000));
  CHECK(is_welcome({0, 1, "root"}, 1000));
  CHECK_FALSE(is_welcome({1001, 1, "other"}, 1000));
  CHECK_FALSE(is_welcome({1000, 1, "other"}, 0));
}

TEST_CASE("an account has a name, or its number") {
  CHECK(user_name(0) == "root");
  CHECK(user_name(3'999'999'999u) == "3999999999");
}
