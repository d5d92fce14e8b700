#include "actors/floor/seat.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "messages/error.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;

TEST_CASE_METHOD(test::actor_fixture, "a system of the floor renders our errors for people") {
  CHECK(
      system().render(caf::make_error(ec::journal_unavailable, std::string{"the disk is full"})) ==
      "journal_unavailable: the disk is full");
  CHECK(system().render(caf::make_error(ec::killed)) == "killed");
  CHECK(system().render(caf::make_error(ec::refused, std::string{"socket"}, 7)) ==
        "refused: socket, 7");
  // CAF's own errors are none of ours.
  CHECK(system().render(caf::make_error(caf::sec::request_timeout)).find("request_timeout") !=
        std::string::npos);
}
