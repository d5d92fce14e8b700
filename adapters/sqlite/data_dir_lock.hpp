#pragma once

#include <string>

namespace outcry::sqlite {

/// Holds a data directory for one floor. The kernel gives the lock back when the process ends,
/// however it ends.
class data_dir_lock {
public:
  /// Makes `directory` (mode 0700) if it is missing and locks its file `lock`, which then names
  /// our pid. Throws store_error naming the directory, and the pid that holds it if there is one.
  explicit data_dir_lock(const std::string& directory);
  ~data_dir_lock();
  data_dir_lock(const data_dir_lock&) = delete;
  data_dir_lock& operator=(const data_dir_lock&) = delete;

private:
  int fd_ = -1;
};

}  // namespace outcry::sqlite
