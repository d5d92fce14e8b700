#include "adapters/signal_api/alert_queue.hpp"

#include <filesystem>
#include <fstream>
#include <future>

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.hpp"

using namespace outcry::signal_api;
namespace fs = std::filesystem;

namespace {

alert said(const std::string& body) {
  return {"tv", "id-" + body, body, 1'709'908'200'000'000'001};
}

/// Offers, and waits for the disk; "full", "kept" or "lost".
std::string offer(alert_queue& to, const std::string& body) {
  auto told = std::make_shared<std::promise<bool>>();
  if (!to.offer(said(body), [told](bool good) { told->set_value(good); })) return "full";
  auto answer = told->get_future();
  if (answer.wait_for(std::chrono::seconds(10)) != std::future_status::ready) return "silent";
  return answer.get() ? "kept" : "lost";
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
}

}  // namespace

TEST_CASE("alerts leave in the order they came, also without a disk") {
  outcry::test::temp_dir dir;
  for (const auto& folder : {fs::path{}, fs::path{dir.file("alerts")}}) {
    alert_queue queue{{folder, 3}, [] {}};
    CHECK_FALSE(queue.next());
    for (const char* body : {"a", "b", "c"}) CHECK(offer(queue, body) == "kept");
    CHECK(offer(queue, "d") == "full");
    CHECK(queue.size() == 3);
    CHECK(queue.next()->what == said("a"));
    CHECK(queue.next()->what == said("a"));
    queue.done(queue.next()->number);
    CHECK(queue.next()->what == said("b"));
    CHECK(offer(queue, "d") == "kept");
  }
}

TEST_CASE("what was kept outlives the process, what is done does not come back") {
  outcry::test::temp_dir dir;
  const fs::path folder = dir.file("alerts");
  const std::string odd = "\"quoted\" \\ \xc3\xa4\n{\"p\":NaN}";
  {
    alert_queue queue{{folder, 10}, [] {}};
    for (const auto& body : {std::string{"a"}, odd, std::string{"c"}}) offer(queue, body);
    queue.done(queue.next()->number);
  }
  bool ready = false;
  alert_queue queue{{folder, 10}, [&] { ready = true; }};
  CHECK(ready);
  REQUIRE(queue.size() == 2);
  CHECK(queue.next()->what == said(odd));
  // New ones queue up behind the old ones.
  CHECK(offer(queue, "d") == "kept");
  queue.done(queue.next()->number);
  CHECK(queue.next()->what == said("c"));
  queue.done(queue.next()->number);
  CHECK(queue.next()->what == said("d"));
}

TEST_CASE("the disk's refusal is told, and the alert forgotten") {
  outcry::test::temp_dir dir;
  const fs::path folder = dir.file("alerts");
  alert_queue queue{{folder, 10}, [] {}};
  fs::remove_all(folder);
  CHECK(offer(queue, "a") == "lost");
  CHECK(queue.size() == 0);
  CHECK_FALSE(queue.next());
}

TEST_CASE("a file that is no alert stays and hinders nothing") {
  outcry::test::temp_dir dir;
  const fs::path folder = dir.file("alerts");
  {
    alert_queue queue{{folder, 10}, [] {}};
  }
  std::ofstream{folder / "0000000000000007.alert"} << "{\"name\":";
  std::ofstream{folder / "0000000000000008.alert.new"} << "{\"name\":";
  std::ofstream{folder / "notes.txt"} << "mine";
  {
    alert_queue queue{{folder, 10}, [] {}};
    CHECK(queue.size() == 0);
    CHECK(offer(queue, "a") == "kept");
    CHECK(queue.next()->number == 8);
  }
  // The half-written one was of number 8, and made way for it.
  CHECK(files_in(folder) == 3);
  CHECK_THROWS_AS((alert_queue{{folder / "notes.txt", 10}, [] {}}), std::runtime_error);
}
