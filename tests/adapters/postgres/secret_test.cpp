#include "adapters/postgres/secret.hpp"

#include <catch2/catch.hpp>

#include "adapters/postgres/bell.hpp"
#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/failure.hpp"

using namespace outcry::postgres;

TEST_CASE("what is shown of a connection string holds no password") {
  const connection_string uri("postgresql://carol:s3c%40ret@db.example.org:5433/signals");
  CHECK(uri.shown() == "signals on db.example.org:5433 as carol");
  const connection_string words("host=/run/x dbname=signals user=carol password='s3c@ret'");
  CHECK(words.shown() == "signals on /run/x:5432 as carol");
  CHECK(connection_string("host=h").shown() == "(default) on h:5432 as (default)");
}

TEST_CASE("words are cleaned of the password, as written and as meant, and of line breaks") {
  const std::string text = "postgresql://carol:s3c%40ret@db.example.org/signals";
  const connection_string target(text);
  CHECK(target.cleaned("bad s3c@ret or s3c%40ret\nin " + text + "\n") == "bad *** or ***; in ***");
}

TEST_CASE("what a string sets itself is known") {
  const connection_string target("host=h keepalives_idle=3");
  CHECK(target.sets("keepalives_idle"));
  CHECK_FALSE(target.sets("keepalives"));
}

TEST_CASE("a string that libpq cannot read is refused without a word of it") {
  for (const auto* text : {"", "pass=hunter2 x", "postgresql://u:hunter2@[::1", "host"}) {
    try {
      connection_string bad{text};
      FAIL("read: " << text);
    } catch (const failure& error) {
      CHECK(error.kind() == failure_kind::refused);
      CHECK_THAT(error.what(), Catch::Contains("connection string: expected"));
      CHECK_THAT(error.what(), !Catch::Contains("hunter2"));
    }
  }
}

TEST_CASE("nobody there: the failure names the place and not the password") {
  bell alarm;
  try {
    connection to(connection_string("postgresql://carol:hunter2@127.0.0.1:1/signals"), alarm);
    FAIL("connected");
  } catch (const failure& error) {
    CHECK(error.kind() == failure_kind::unreachable);
    CHECK_THAT(error.what(), Catch::Contains("signals on 127.0.0.1:1 as carol"));
    CHECK_THAT(error.what(), !Catch::Contains("hunter2"));
  }
}
