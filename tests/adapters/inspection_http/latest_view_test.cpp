#include "adapters/inspection_http/latest_view.hpp"

#include <vector>

#include <catch2/catch.hpp>

#include "tests/adapters/inspection_http/made_view.hpp"

using namespace outcry::inspection_http;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

/// A source that answers when it is told to.
struct slow_source {
  view_source source() {
    return [this](view_sink to) { asked.push_back(std::move(to)); };
  }
  std::vector<view_sink> asked;
};

view_answer some_view(const char* text = "{}") {
  return {std::make_shared<view>(view{text, {}}), {}};
}

struct listener {
  view_sink sink() {
    return [this](view_answer answer) { heard.push_back(std::move(answer)); };
  }
  std::vector<view_answer> heard;
};

}  // namespace

TEST_CASE("many who ask at once cost the floor one view") {
  listener all;  // outlives whoever may still answer it
  slow_source floor;
  latest_view views(floor.source(), {});
  for (int i = 0; i < 50; ++i) REQUIRE(views.ask(all.sink()));
  REQUIRE(floor.asked.size() == 1);
  CHECK(all.heard.empty());
  floor.asked.front()(some_view());
  REQUIRE(all.heard.size() == 50);
  for (const auto& one : all.heard) CHECK(one.seen == all.heard.front().seen);
}

TEST_CASE("a view is given out again while it is fresh") {
  listener all;  // outlives whoever may still answer it
  std::int64_t now = 1'000;
  made_source floor;
  latest_view views(floor.source(), {200ms, 64, [&] { return now; }});
  views.ask(all.sink());
  now += 199;
  views.ask(all.sink());
  CHECK(floor.questions == 1);
  now += 1;
  views.ask(all.sink());
  CHECK(floor.questions == 2);
  CHECK(all.heard.size() == 3);
}

TEST_CASE("a failure is told to all who wait and not kept") {
  listener all;  // outlives whoever may still answer it
  made_source floor;
  floor.answer = {nullptr, "the roster has not answered"};
  latest_view views(floor.source(), {});
  views.ask(all.sink());
  views.ask(all.sink());
  CHECK(floor.questions == 2);
  REQUIRE(all.heard.size() == 2);
  CHECK_FALSE(all.heard[1].seen);
  CHECK(all.heard[1].why == "the roster has not answered");
}

TEST_CASE("a question that is thrown away is answered") {
  listener all;  // outlives whoever may still answer it
  slow_source floor;
  latest_view views(floor.source(), {});
  views.ask(all.sink());
  floor.asked.clear();
  REQUIRE(all.heard.size() == 1);
  CHECK_FALSE(all.heard[0].seen);
  // And the next one is asked again.
  views.ask(all.sink());
  CHECK(floor.asked.size() == 1);
}

TEST_CASE("a second answer to one question counts for nothing") {
  listener all;  // outlives whoever may still answer it
  slow_source floor;
  latest_view views(floor.source(), {0ms, 64, [] { return 0; }});
  views.ask(all.sink());
  const auto sink = floor.asked.front();
  sink(some_view());
  views.ask(all.sink());
  sink(some_view("[]"));
  CHECK(all.heard.size() == 1);
}

TEST_CASE("no more than a few wait") {
  listener all;  // outlives whoever may still answer it
  slow_source floor;
  latest_view views(floor.source(), {200ms, 2, {}});
  CHECK(views.ask(all.sink()));
  CHECK(views.ask(all.sink()));
  CHECK_FALSE(views.ask(all.sink()));
  floor.asked.front()({nullptr, "no"});
  CHECK(all.heard.size() == 2);
  CHECK(views.ask(all.sink()));
}
