#include "adapters/firebase/auth/passcode.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include "adapters/firebase/auth/passcode_rules.hpp"
#include "adapters/firebase/auth/private_file.hpp"
#include "tests/adapters/firebase/auth/seeded.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase::auth;
using namespace outcry::test;

namespace {

const scrypt_cost quick{16, 1, 1};

unsigned mode_of(const std::filesystem::path& file) {
  struct stat s {};
  return ::stat(file.c_str(), &s) == 0 ? s.st_mode & 07777 : 0;
}

std::string text_of(const std::filesystem::path& file) {
  return read_private_file(file, "test file", 4096).value_or("");
}

}  // namespace

TEST_CASE("a passcode that is easily guessed is refused with its reason") {
  for (const char* good : {"correct horse", "k7%wq!0z", "Schl\xc3\xbcssel-Bund", "83619274",
                           "\xf0\x9f\x98\x80\xf0\x9f\x98\x81 two faces"}) {
    INFO(good);
    CHECK(why_not_a_passcode(good).empty());
  }
  auto refused = [](const std::string& passcode, const std::string& why) {
    const auto found = why_not_a_passcode(passcode);
    INFO(passcode << ": " << found);
    CHECK(found.find(why) != std::string::npos);
    // The sentence is printed: it must not give the passcode away.
    CHECK((passcode.size() < 9 || found.find(passcode) == std::string::npos));
  };
  refused("", "at least 8 characters, this one has 0");
  refused("k7%wq!0", "at least 8 characters, this one has 7");
  refused("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4", "this one has 5");
  refused("aaaaaaaaaaaa", "different characters");
  refused("abcabcabcabcabc", "different characters");
  refused("23456789", "row of neighbours");
  refused("9876543210", "row of neighbours");
  refused("hijklmnop", "row of neighbours");
  refused("7890123456", "row of neighbours");
  refused("19841984", "again and again");
  refused("wordwordwo", "again and again");
  refused("Password2024!", "first words");
  refused("passwort", "first words");
  refused("1q2w3e4r", "first words");
  refused("tab\there now", "control characters");
  refused("not \xff utf8", "UTF-8");
  refused(std::string(257, 'x'), "at most 256 bytes, this one has 257");
}

TEST_CASE("a passcode is kept as a salted hash that only it matches") {
  auto random = seeded_bytes();
  const auto hash = passcode_hash::make("correct horse", quick, random);
  CHECK(hash.matches("correct horse"));
  for (const char* wrong : {"correct hors", "correct horse ", "Correct horse", ""}) {
    INFO(wrong);
    CHECK_FALSE(hash.matches(wrong));
  }
  const auto again = passcode_hash::make("correct horse", quick, random);
  CHECK(again.text() != hash.text());
  CHECK(again.id() != hash.id());
  const auto read = passcode_hash::parse(hash.text());
  CHECK(read.text() == hash.text());
  CHECK(read.matches("correct horse"));
  CHECK(hash.text().find("horse") == std::string::npos);
}

TEST_CASE("the hash is scrypt as published") {
  // RFC 7914, section 12, the third vector (n 16384, r 8, p 1); its hash is 64 bytes, of which
  // scrypt gives the same first 32 when asked for those.
  const std::string salt = "SodiumChloride";
  const auto hash =
      passcode_hash::make("pleaseletmein", {16384, 8, 1}, [&](std::size_t) { return salt; });
  CHECK(nlohmann::json::parse(hash.text())["hash"] ==
        "cCO9yzr9c0hGHAbNgf046_2o-7qQT44-qbVD9lRdofI");
}

TEST_CASE("a passcode file that makes no sense is refused with its reason") {
  auto random = seeded_bytes();
  const auto good =
      nlohmann::json::parse(passcode_hash::make("correct horse", quick, random).text());
  auto refused = [](const std::string& text, const std::string& why) {
    INFO(text);
    CHECK_THROWS_WITH(passcode_hash::parse(text), Catch::Contains(why));
  };
  refused("", "JSON object");
  refused("[]", "JSON object");
  refused(R"({"kdf":"scrypt","kdf":"scrypt"})", "JSON object");
  auto changed = [&](const char* name, const nlohmann::json& value) {
    auto file = good;
    file[name] = value;
    return file.dump();
  };
  refused(changed("kdf", "md5"), "scrypt");
  // A file of somebody else must not make us take all memory or time.
  refused(changed("n", 1u << 30), "out of bounds");
  refused(changed("n", 17), "out of bounds");
  refused(changed("n", 0), "out of bounds");
  refused(changed("r", 1u << 24), "out of bounds");
  refused(changed("p", 17), "out of bounds");
  refused(changed("p", 4294967297), "out of bounds");
  refused(changed("n", -16), "out of bounds");
  refused(changed("salt", "AAAA"), "salt");
  refused(changed("hash", "!"), "hash");
  CHECK_THROWS_AS(passcode_hash::make("correct horse", {3, 1, 1}, random), std::invalid_argument);
}

TEST_CASE("the passcode file is private and replaced in one step") {
  temp_dir dir;
  const passcode_file file(dir.path());
  CHECK_FALSE(file.load().has_value());
  CHECK_FALSE(file.remove());

  auto random = seeded_bytes();
  file.set("correct horse", quick, random);
  CHECK(mode_of(file.path()) == 0600);
  REQUIRE(file.load().has_value());
  CHECK(file.load()->matches("correct horse"));

  const auto before = text_of(file.path());
  CHECK_THROWS_AS(file.set("12345678", quick, random), std::invalid_argument);
  CHECK(text_of(file.path()) == before);

  file.set("another horse", quick, random);
  CHECK(file.load()->matches("another horse"));
  CHECK_FALSE(file.load()->matches("correct horse"));
  // Nothing is left lying about.
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);

  CHECK(file.remove());
  CHECK_FALSE(file.load().has_value());
}

TEST_CASE("a passcode file that cannot be read is not taken for none") {
  temp_dir dir;
  const passcode_file file(dir.path());
  std::ofstream(file.path()) << "{}";
  CHECK_THROWS_WITH(file.load(), Catch::Contains("passcode.json") && Catch::Contains("kdf"));
  std::ofstream(file.path()) << std::string(5000, ' ');
  CHECK_THROWS_WITH(file.load(), Catch::Contains("4096 bytes"));
  std::filesystem::remove(file.path());
  std::filesystem::create_directory(file.path());
  CHECK_THROWS_WITH(file.load(), Catch::Contains("cannot be read"));
  CHECK_THROWS_WITH(file.set("correct horse", quick, seeded_bytes()),
                    Catch::Contains("cannot be replaced"));
}
