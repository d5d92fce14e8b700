#pragma once

#include <string>
#include <vector>

namespace outcry::cli {

/// A QR code (ISO/IEC 18004), to be shown in a terminal.
class qr_code {
public:
  /// Throws std::runtime_error if `text` does not fit (about 2000 bytes).
  explicit qr_code(const std::string& text);

  int size() const { return size_; }  ///< modules on a side

  /// Outside of the code everything is light.
  bool dark(int column, int row) const;

  /// Rows of half blocks, two modules high, the quiet zone of four modules included; to be printed
  /// black on white.
  std::vector<std::string> rows() const;

private:
  int size_ = 0;
  std::vector<bool> dark_;
};

/// Prints it on standard output, in colours: without them no phone could read it on a terminal
/// whose own are the other way round.
void print_on_terminal(const qr_code& code);

}  // namespace outcry::cli
