#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/outcry/output.hpp"

namespace outcry::cli {

/// Prints a message's ledger line by line and keeps count.
class ledger_view {
public:
  /// Null: nothing is printed, only counted.
  explicit ledger_view(output* out) : out_(out) {}

  /// The message with everything known of it so far: header, then the lines already heard.
  void show(const nlohmann::json& ledger);

  /// One bot's (next) word.
  void show_line(const std::string& bot, const nlohmann::json& acknowledgement);

  /// The message as a whole.
  void set_state(const nlohmann::json& state);

  const std::string& state() const { return state_; }

  /// "2 done, 1 ignored"; bots that have not answered count as "waiting".
  std::string summary() const;

  /// {"done":2,...}
  nlohmann::json counts() const;

  /// Why the message failed as a whole; "" = no such reason.
  const std::string& reason() const { return reason_; }

private:
  void print(const std::vector<cell>& cells) const;

  output* out_;
  std::vector<std::size_t> widths_;
  std::map<std::string, std::string> status_;  ///< by bot; "open" = not heard
  std::string state_;
  std::string reason_;
};

/// "ALL" or "AAPL, META".
std::string target_text(const nlohmann::json& message);

}  // namespace outcry::cli
