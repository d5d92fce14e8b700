#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace outcry::postgres {

/// A connection string ("postgresql://user:password@host/database" or "host=... password=...") of
/// which only harmless parts can be shown. Immutable.
class connection_string {
public:
  connection_string() = default;
  /// Throws failure (refused) for what libpq cannot read; its text shows nothing of `text`.
  explicit connection_string(std::string text);

  /// The string itself, for libpq only.
  const std::string& text() const { return text_; }

  /// For people: "signals on db.example.org:5433 as carol".
  const std::string& shown() const { return shown_; }

  /// The string sets this parameter itself.
  bool sets(std::string_view keyword) const;

  /// `words` without any secret of this string, without line breaks.
  std::string cleaned(std::string words) const;

private:
  std::string text_;
  std::string shown_;
  std::vector<std::string> set_;
  std::vector<std::string> secrets_;  // longest first
};

}  // namespace outcry::postgres
