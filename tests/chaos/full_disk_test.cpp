#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "messages/paths.hpp"
#include "tests/chaos/floor_process.hpp"
#include "tests/support/skip.hpp"

using namespace outcry;
using Catch::Matchers::Contains;
using test::floor_process;

namespace {

/// A file system of 8 MiB in memory; only root can mount one.
class small_disk {
public:
  small_disk() {
    mounted_ = ::mount("outcry-test", dir_.path().c_str(), "tmpfs", 0, "size=8m") == 0;
  }
  ~small_disk() {
    if (mounted_) ::umount2(dir_.path().c_str(), MNT_DETACH);
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  bool mounted() const { return mounted_; }
  const test::temp_dir& dir() const { return dir_; }

  /// Not one more byte fits.
  void fill() const {
    const int fd = ::open(filler().c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    const std::string block(4096, 'x');
    while (::write(fd, block.data(), block.size()) > 0) {
    }
    ::close(fd);
  }
  void free() const { std::filesystem::remove(filler()); }

private:
  std::string filler() const { return dir_.file("filler"); }

  test::temp_dir dir_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("on a full disk the brake works, all else is refused, and later nothing is missing") {
  const small_disk disk;
  if (!disk.mounted()) OUTCRY_SKIP("mounting a tmpfs needs root");
  const test::temp_dir elsewhere;
  test::floor_plan plan;
  plan.data_dir = disk.dir().path() / "data";
  plan.firebase_dir = elsewhere.path() / "firebase";
  floor_process at(plan);
  at.start_firebase();
  at.start();
  REQUIRE(at.outcry({"send", "set", "--to", "GOOGL", "--config", "step=3"}).code == 0);

  disk.fill();
  const auto stop = at.outcry({"send", "stop", "--to", "AAPL,META", "--id", "full"});
  INFO(stop.output);
  CHECK(stop.code == 0);
  CHECK_THAT(stop.output, Contains("not_durable"));
  const auto bots = at.outcry({"bots"});
  CHECK_THAT(bots.output, Contains("stopped"));
  const auto start = at.outcry({"send", "start", "--to", "AAPL", "--id", "refused-1"});
  INFO(start.output);
  CHECK(start.code == 1);
  CHECK_THAT(start.output, Contains("journal_unavailable"));
  const auto set = at.outcry({"send", "set", "--to", "GOOGL", "--config", "step=8"});
  CHECK(set.code == 1);
  CHECK_THAT(set.output, Contains("journal_unavailable"));
  CHECK(at.floor().running());

  disk.free();
  const auto found = at.await_final("full");
  INFO(found.dump(2));
  REQUIRE(found.is_object());
  CHECK(found["state"] == "done");
  CHECK(found["acknowledgement"].size() == 3);
  CHECK(found["acknowledgement"]["counter-AAPL"]["code"] == "not_durable");
  CHECK(at.count("SELECT count(*) FROM messages WHERE id = 'full' AND state = 'done'") == 1);
  CHECK(at.count("SELECT count(*) FROM messages WHERE id = 'refused-1'") == 0);
  // The bots' own records follow, so that the stop outlives the floor.
  CHECK(test::eventually(
      [&] { return at.count("SELECT count(*) FROM bots WHERE desired = 'stopped'") == 2; },
      std::chrono::seconds(60)));
  at.kill();
  at.start();
  CHECK_THAT(at.outcry({"send", "status", "--to", "AAPL", "--json"}).output,
             Contains("\"desired\":\"stopped\""));
  CHECK_THAT(at.outcry({"send", "status", "--to", "GOOGL", "--json"}).output,
             Contains("\"step\":3"));
  CHECK(at.outcry({"send", "start", "--to", "AAPL"}).code == 0);
}
