#include "apps/outcry/qr_code.hpp"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include <qrencode.h>

namespace outcry::cli {

namespace {

constexpr int quiet_zone = 4;

}  // namespace

qr_code::qr_code(const std::string& text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> made(
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
      QRcode_free);
  if (!made) throw std::runtime_error("no QR code can be made of \"" + text + "\"");
  size_ = made->width;
  dark_.reserve(static_cast<std::size_t>(size_) * static_cast<std::size_t>(size_));
  for (int i = 0; i < size_ * size_; ++i) dark_.push_back((made->data[i] & 1) != 0);
}

bool qr_code::dark(int column, int row) const {
  if (column < 0 || row < 0 || column >= size_ || row >= size_) return false;
  return dark_[static_cast<std::size_t>(row * size_ + column)];
}

std::vector<std::string> qr_code::rows() const {
  std::vector<std::string> lines;
  for (int row = -quiet_zone; row < size_ + quiet_zone; row += 2) {
    std::string line;
    for (int column = -quiet_zone; column < size_ + quiet_zone; ++column) {
      const bool upper = dark(column, row);
      const bool lower = dark(column, row + 1);
      line += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

void print_on_terminal(const qr_code& code) {
  for (const auto& row : code.rows()) {
    const std::string line = "  \x1b[30;107m" + row + "\x1b[0m\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  std::fflush(stdout);
}

}  // namespace outcry::cli
