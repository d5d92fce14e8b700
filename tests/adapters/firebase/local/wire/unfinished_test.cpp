#include "adapters/firebase/local/wire/unfinished.hpp"

#include <string>

#include <catch2/catch.hpp>

using outcry::firebase::local::wire::unfinished;
using std::chrono::seconds;

namespace {

struct unfinished_fixture {
  std::shared_ptr<unfinished::share> join(const char* name) {
    return all->join([this, name] { left += name; });
  }

  unfinished::clock::time_point now{};
  std::string left;
  std::shared_ptr<unfinished> all =
      std::make_shared<unfinished>(unfinished::options{100, seconds(60), [this] { return now; }});
};

}  // namespace

TEST_CASE("of unfinished messages the largest goes, a stranger's first") {
  unfinished_fixture with;
  const auto known = with.join("known ");
  const auto large = with.join("large ");
  const auto small = with.join("small ");
  known->trust();
  known->set(60);
  large->set(25);
  small->set(15);
  CHECK(with.left.empty());
  small->set(16);
  CHECK(with.left == "large ");
  small->set(41);
  CHECK(with.left == "large small ");
  // Nobody is left but who has signed in.
  known->set(100);
  CHECK(with.left == "large small ");
  known->set(101);
  CHECK(with.left == "large small known ");
}

TEST_CASE("room is given back with the message or the client") {
  unfinished_fixture with;
  const auto one = with.join("one ");
  one->set(100);
  one->set(0);
  {
    const auto two = with.join("two ");
    two->set(100);
  }
  one->set(100);
  CHECK(with.left.empty());
}

TEST_CASE("a message of many frames has to be finished in time") {
  unfinished_fixture with;
  const auto slow = with.join("slow ");
  const auto late = with.join("late ");
  slow->set(1);
  with.now += seconds(30);
  late->set(1);
  slow->set(2);
  with.now += seconds(29);
  with.all->sweep();
  CHECK(with.left.empty());
  with.now += seconds(1);
  with.all->sweep();
  CHECK(with.left == "slow ");
  late->set(0);
  late->set(1);
  with.now += seconds(59);
  with.all->sweep();
  CHECK(with.left == "slow ");
}
