#include "adapters/ntfy/topic.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

using namespace outcry::ntfy;

TEST_CASE("an address is a server and a topic") {
  CHECK(parse_topic("https://ntfy.sh/my-floor_1") == topic{"https://ntfy.sh/", "my-floor_1"});
  CHECK(parse_topic("https://push.home:8443/ntfy/floor") ==
        topic{"https://push.home:8443/ntfy/", "floor"});
  CHECK(parse_topic("http://127.0.0.1:2586/floor") == topic{"http://127.0.0.1:2586/", "floor"});
}

TEST_CASE("an address that cannot be one is refused by the name of its key, without the topic") {
  for (const char* url :
       {"https://ntfy.sh", "https://ntfy.sh/", "https://ntfy.sh/gehe.im", "http://ntfy.sh/geheim",
        "https://ntfy.sh/geheim?auth=1", "ftp://ntfy.sh/geheim", "ntfy.sh/geheim",
        "https://geheim@ntfy.sh/topic"}) {
    INFO(url);
    try {
      parse_topic(url);
      FAIL("taken");
    } catch (const std::invalid_argument& problem) {
      CHECK_THAT(problem.what(), Catch::StartsWith("notifications.url") &&
                                     !Catch::Contains("geheim") && !Catch::Contains("gehe.im"));
    }
  }
  CHECK_THROWS_AS(parse_topic("https://ntfy.sh/" + std::string(65, 'x')), std::invalid_argument);
}

TEST_CASE("a token is a bearer's, user and password are basic") {
  CHECK(authorization("").empty());
  CHECK(authorization("tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2") ==
        "Authorization: Bearer tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2");
  // RFC 7617, section 2.
  CHECK(authorization("Aladdin:open-sesame") ==
        "Authorization: Basic QWxhZGRpbjpvcGVuLXNlc2FtZQ==");
}

TEST_CASE("a secret that would break the header is refused and not shown") {
  for (const std::string secret : {"tk_geheim\r\nX: y", "tk geheim", "geheim\n"}) {
    try {
      authorization(secret);
      FAIL("taken");
    } catch (const std::invalid_argument& problem) {
      CHECK_THAT(problem.what(),
                 Catch::StartsWith("notifications.token_file") && !Catch::Contains("geheim"));
    }
  }
  CHECK_THROWS_AS(authorization(std::string(513, 'x')), std::invalid_argument);
}
