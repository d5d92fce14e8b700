#pragma once

#include <stdexcept>

namespace outcry::sqlite {

/// A store could not be opened, read or written. The text names the file and the cause.
class store_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// A write that contradicts what is stored, or itself.
struct bad_write : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace outcry::sqlite
