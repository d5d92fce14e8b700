#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace outcry {

/// What the trader can be told of; each kind can be switched off.
enum class notice_kind : std::uint8_t {
  fill,
  order_rejected,
  bot,
  command,
  halt,
  broker,
  price,
  database,
  dead_man,
  signal,
  day_result,
};

inline constexpr std::size_t notice_kinds = 11;

/// Something the trader may want to know.
struct notice {
  notice_kind kind = notice_kind::fill;
  std::string key;  ///< what it is about: "bot:scale_t-AAPL". The same thing has the same key
  std::string title;
  std::string text;
  bool urgent = false;     ///< sent at once, whatever the budget
  bool escalates = true;   ///< an urgent one is said again until somebody acknowledges
  std::string page = "/";  ///< where on the phone page to look

  bool operator==(const notice&) const = default;
};

/// What a look at the floor has brought.
struct news {
  std::vector<notice> raised;
  std::vector<notice> over;  ///< urgent ones of the same key are over; no title = in silence
};

/// The phone page's address of a bot and of a message, below the page's own.
std::string bot_page(const std::string& bot_id);
std::string message_page(const std::string& message_id);

/// "12 fills", "1 order rejected".
std::string counted(notice_kind kind, std::uint64_t count);

}  // namespace outcry
