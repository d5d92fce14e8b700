#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include <sys/mount.h>
#include <unistd.h>

#include "tests/adapters/sqlite/samples.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

/// A small file system of its own; needs the right to mount.
struct small_disk {
  outcry::test::temp_dir dir;
  bool mounted;

  small_disk()
      : mounted(::mount("tmpfs", dir.path().c_str(), "tmpfs", MS_NOSUID | MS_NODEV,
                        "size=1m,mode=0700") == 0) {}
  ~small_disk() {
    if (mounted) ::umount2(dir.path().c_str(), MNT_DETACH);
  }

  /// Takes all the space that is left.
  void fill() {
    std::ofstream file(dir.file("ballast"), std::ios::binary | std::ios::app);
    const std::string block(512, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void free() { ::unlink(dir.file("ballast").c_str()); }
};

}  // namespace

TEST_CASE("a full disk refuses writes clearly, loses nothing, and heals by itself") {
  small_disk disk;
  if (!disk.mounted) OUTCRY_SKIP("disk full: mounting a tmpfs is not allowed here");
  const std::string big(40'000, 'v');
  journal_engine engine(settings_in(disk.dir.path().string()));
  one<journal_receipt>(engine, owing("before", big));
  disk.fill();

  const auto refused = one<journal_failure>(engine, owing("lost", big));
  CHECK(refused.code == ec::journal_unavailable);
  CHECK(refused.text.find("full") != std::string::npos);
  CHECK(refused.text.find("journal.db") != std::string::npos);
  CHECK(one<outbox_page>(engine, read_outbox{}).backlog == 1);

  disk.free();
  CHECK(one<journal_receipt>(engine, owing("after", big)).last_owed == 2);
  const auto page = one<outbox_page>(engine, read_outbox{});
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[0].owed.path == "before");
  CHECK(page.rows[1].owed.path == "after");
  CHECK(page.backlog == 2);
}

TEST_CASE("a write that does not fit leaves its small neighbours on the disk") {
  small_disk disk;
  if (!disk.mounted) OUTCRY_SKIP("disk full: mounting a tmpfs is not allowed here");
  journal_engine engine(settings_in(disk.dir.path().string()));
  const std::vector<journal_request> requests = {
      owing("small"), owing("huge", std::string(3'000'000, 'v')), owing("also small")};
  const auto answers = engine.run(requests);
  CHECK(std::get<journal_receipt>(answers[0]).last_owed == 1);
  CHECK(std::get<journal_failure>(answers[1]).code == ec::journal_unavailable);
  CHECK(std::get<journal_receipt>(answers[2]).last_owed == 2);
  const auto page = one<outbox_page>(engine, read_outbox{});
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[1].owed.path == "also small");
  CHECK(page.backlog == 2);
}
