#include "adapters/firebase/credentials.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase;

namespace {

/// Replaces the file by a new one, as an operator's editor or a secret manager does.
void write(const std::string& path, const std::string& text, mode_t mode = 0600) {
  std::ofstream(path + ".new") << text;
  ::chmod((path + ".new").c_str(), mode);
  std::filesystem::rename(path + ".new", path);
}

}  // namespace

TEST_CASE("a fixed token goes into the query, encoded") {
  const auto g = static_token("a/b+c=")->apply({});
  CHECK(g.auth.query == "auth=a%2Fb%2Bc%3D");
  CHECK(g.auth.header.empty());
  CHECK(no_credentials()->apply({}).auth.empty());
  for (const std::string bad : {"", "a b", "a\r\nb", "caf\xc3\xa9"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(static_token(bad), std::invalid_argument);
  }
  CHECK_THROWS_AS(static_token(std::string(16385, 'x')), std::invalid_argument);
}

TEST_CASE("secrets are taken out of texts, also in their encoded form") {
  const auto auth = authorization::by_query("a/b");
  CHECK(auth.scrub("x a/b y a%2Fb z a/ba/b") == "x *** y *** z ******");
  CHECK(authorization().scrub("as is") == "as is");
}

TEST_CASE("a token file is read when needed and again when it changes") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("token");
  std::vector<std::string> warnings;
  auto identity = token_file(path, [&](const std::string& text) { warnings.push_back(text); });
  auto g = identity->apply({});
  CHECK(g.problem == credentials_problem::bad_file);
  CHECK_THAT(g.error, Catch::Contains(path) && Catch::Contains("cannot be read"));

  write(path, "first\n");
  CHECK(identity->apply({}).auth.query == "auth=first");
  write(path, "other");
  CHECK(identity->apply({}).auth.query == "auth=other");
  CHECK(warnings.empty());
  write(path, "third", 0640);
  identity->apply({});
  g = identity->apply({});
  CHECK(g.auth.query == "auth=third");
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Contains("mode 0640") && Catch::Contains("make it 0600"));

  write(path, "two words");
  g = identity->apply({});
  CHECK(g.problem == credentials_problem::bad_file);
  CHECK(g.auth.empty());
  CHECK_THAT(g.error, Catch::Contains("one line") && !Catch::Contains("words"));
  write(path, "\n");
  CHECK_THAT(identity->apply({}).error, Catch::Contains("found nothing"));
  write(path, std::string(20000, 'x'));
  CHECK_THAT(identity->apply({}).error, Catch::Contains("larger than 16384 bytes"));
}

TEST_CASE("a refused token is read again even from a file that looks the same") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("token");
  write(path, "aaaa");
  auto identity = token_file(path);
  const auto old = identity->apply({}).auth;
  struct stat before {};
  ::stat(path.c_str(), &before);
  std::fstream(path) << "bbbb";
  const timespec times[2] = {before.st_atim, before.st_mtim};
  ::utimensat(AT_FDCWD, path.c_str(), times, 0);
  CHECK(identity->apply({}).auth == old);
  identity->invalidate(authorization::by_query("another"));
  CHECK(identity->apply({}).auth == old);
  identity->invalidate(old);
  CHECK(identity->apply({}).auth.query == "auth=bbbb");
}
