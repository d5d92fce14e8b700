#pragma once

#include <fstream>
#include <string>

#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/temp_dir.hpp"

namespace outcry::sqlite::test {

/// A file system of 1 MiB of its own; `mounted` is false where mounting is not allowed.
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

}  // namespace outcry::sqlite::test
