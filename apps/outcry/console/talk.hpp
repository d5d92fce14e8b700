#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace outcry::console {

/// Connections to the floor: one for all questions, one for a trace, which is ended by closing it.
enum class channel : std::uint8_t { main, trace };

/// What the loop around the console is to do.
struct outgoing {
  enum class deed : std::uint8_t { open, send, close };
  channel to = channel::main;
  deed what = deed::send;
  std::string line;
};

/// A piece of the floor's answer.
struct answer {
  enum class part : std::uint8_t {
    item,     ///< `text` is its JSON
    dropped,  ///< `count` items were left out
    end,      ///< `text` is the whole last line
    refused,  ///< the last: `code` and `text`, which may also be that nobody answers any more
  };
  part what = part::item;
  std::string_view text;
  std::string code;
  std::uint64_t count = 0;
};

/// Questions and answers over one connection, without the connection itself. Asks for it to be
/// opened, again and again with growing pauses while it cannot be. Not thread-safe.
class talk {
public:
  using listener = std::function<void(const answer&)>;

  /// `begin` is called each time the floor has greeted us. With `again` a connection that is lost
  /// or cannot be made is tried again until it is closed.
  talk(channel over, bool again, std::function<void()> begin)
      : over_(over), again_(again), begin_(std::move(begin)) {}

  /// Opens the connection, or opens it anew; who waits for answers hears that there will be none.
  void open(std::int64_t now_ms);
  /// Closes it for good, until `open`. Nobody hears of it.
  void close();

  void opened(std::int64_t now_ms);
  /// One line of the floor's.
  void heard(std::string_view line, std::int64_t now_ms);
  void lost(const std::string& why, std::int64_t now_ms);
  /// Gives up what has not been answered in time; opens anew when it is time for that.
  void tick(std::int64_t now_ms);

  /// Sends a request; `arguments` are its further members as JSON without braces: "name":"x". A
  /// silence longer than `limit_ms` is taken for a refusal; 0 = never. A `hear` may ask and close.
  /// Refuses at once while there is no connection.
  void ask(const std::string& op, const std::string& arguments, std::int64_t limit_ms,
           listener hear);

  bool live() const { return live_; }
  /// One sentence while it is not live; "" = nothing was tried yet.
  const std::string& why_not() const { return why_not_; }
  /// When the floor was heard last; 0 = never on this connection.
  std::int64_t heard_ms() const { return heard_ms_; }

  /// Takes what is to be done.
  std::vector<outgoing> take_outgoing();

private:
  struct waiting {
    listener hear;
    std::int64_t limit_ms = 0;
    std::int64_t heard_ms = 0;
  };

  void give_up(const std::string& code, const std::string& why);
  void tell(std::uint64_t id, const answer& x, bool last);

  channel over_;
  bool again_;
  std::function<void()> begin_;
  std::vector<outgoing> outgoing_;
  std::map<std::uint64_t, waiting> waiting_;
  std::uint64_t last_id_ = 0;
  std::string why_not_;
  std::int64_t now_ms_ = 0;
  std::int64_t heard_ms_ = 0;
  std::int64_t retry_at_ms_ = 0;  ///< 0 = not wanted
  std::int64_t pause_ms_ = 0;
  bool live_ = false;
};

/// A JSON text with its quotes.
std::string json_text(std::string_view text);

}  // namespace outcry::console
