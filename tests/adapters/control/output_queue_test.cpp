#include "adapters/control/output_queue.hpp"

#include <catch2/catch.hpp>

using outcry::control::output_queue;

namespace {

std::string drain(output_queue& queue) {
  std::string all;
  while (!queue.empty()) {
    auto bytes = queue.front();
    auto some = std::min<std::size_t>(bytes.size(), 3);
    all += bytes.substr(0, some);
    queue.written(some);
  }
  return all;
}

}  // namespace

TEST_CASE("lines leave in the order in which they came") {
  output_queue queue{{100, 100}};
  CHECK(queue.empty());
  CHECK(queue.add("one"));
  CHECK(queue.add("two"));
  CHECK_FALSE(queue.empty());
  CHECK(drain(queue) == "one\ntwo\n");
  CHECK(queue.empty());
}

TEST_CASE("what must arrive is never dropped: over the limit the client is to be cut off") {
  output_queue queue{{10, 100}};
  CHECK(queue.add("12345"));
  CHECK_FALSE(queue.add("67890"));
}

TEST_CASE("room is made by writing") {
  output_queue queue{{10, 100}};
  for (int i = 0; i < 10; ++i) {
    CHECK(queue.add("1234567"));
    CHECK(drain(queue) == "1234567\n");
  }
}

TEST_CASE("a live stream loses its oldest lines and says how many") {
  output_queue queue{{100, 12}};
  for (auto line : {"aaa", "bbb", "ccc", "ddd", "eee"}) queue.add_streamed(7, line);
  CHECK(drain(queue) == "{\"id\":7,\"dropped\":2}\nccc\nddd\neee\n");
  queue.add_streamed(7, "fff");
  CHECK(drain(queue) == "fff\n");
}

TEST_CASE("the newest line of a stream survives whatever its size") {
  output_queue queue{{100, 4}};
  queue.add_streamed(1, "old");
  queue.add_streamed(1, "much longer than all the room");
  CHECK(drain(queue) == "{\"id\":1,\"dropped\":1}\nmuch longer than all the room\n");
}

TEST_CASE("a stream that floods does not touch what must arrive") {
  output_queue queue{{100, 8}};
  queue.add("answer");
  for (int i = 0; i < 1000; ++i) queue.add_streamed(1, "tick");
  CHECK(drain(queue) == "answer\n{\"id\":1,\"dropped\":999}\ntick\n");
}
