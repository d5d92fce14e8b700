#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "adapters/discord/message.hpp"

namespace outcry::discord {

struct catch_up_options {
  int page_size = 100;                 ///< of GET /channels/{id}/messages: 1 to 100
  int max_pages = 1000;                ///< of one channel and gap; what is older is given up
  std::size_t max_waiting = 5000;      ///< live events of a channel that wait for its gap
  std::size_t max_remembered = 20000;  ///< messages whose repetition is known
  std::size_t max_threads = 2000;
};

/// What the owner of the channels is told, in order.
struct gap {
  snowflake channel_id = 0;
  std::string reason;  ///< why messages may be missing
};
/// Where a channel or thread begins of which nothing had been seen: with what comes after `id`.
struct beginning {
  snowflake channel_id = 0;
  snowflake id = 0;  ///< 1 = it is empty
};
using news = std::variant<message, deletion, gap, beginning>;
using news_list = std::vector<news>;

/// Puts live events and fetched pages of the followed channels, and of their threads, into one
/// order in which each message appears once, and once more for each edit. After a new session every
/// channel is behind: its live events wait until pages of its messages, asked for oldest first from
/// the last one known, have reached an empty one. Pure; not thread-safe.
///
/// A channel of which nothing was ever seen begins with the newest message it has: history is not
/// news. A thread of which nothing was seen begins where its channel once began, not where the
/// channel is now: the channel may be far ahead of a thread whose first pages never arrived.
/// Edits and deletes of messages from before the gap that happened in it are not found again;
/// Discord keeps no record of them.
class catch_up {
public:
  explicit catch_up(catch_up_options options = {});

  /// Follows a channel; `last_seen` is the last message its owner has. `threads_from`: what its
  /// threads begin behind of which the owner has nothing; none = `last_seen`. Before any session.
  void follow(snowflake channel, std::optional<snowflake> last_seen,
              std::optional<snowflake> threads_from = std::nullopt);

  /// A thread exists; of a channel that is not followed it is ignored. `fresh`: it has just been
  /// opened, so that nothing in it can have been missed. False: there are too many already.
  bool thread(snowflake id, snowflake parent, std::optional<snowflake> last_seen, bool fresh);
  void thread_gone(snowflake id);

  bool follows(snowflake channel) const { return channels_.contains(channel); }
  bool is_followed_parent(snowflake channel) const;

  /// A new session: all channels are behind.
  void session_began();

  news_list created(message m);
  news_list edited(message m);
  news_list deleted(deletion d);

  /// A page that is wanted. With `newest`, one message: the last one.
  struct page_request {
    snowflake channel = 0;
    snowflake after = 0;
    int limit = 0;
    bool newest = false;
    std::uint64_t ticket = 0;
  };
  /// The next page to ask for, at most one for each channel at a time.
  std::optional<page_request> next_page();

  /// The answer to a request, in any order; outdated ones are ignored.
  news_list page(const page_request& request, std::vector<message> messages);
  /// There will be no answer: the channel goes on without.
  news_list page_refused(const page_request& request, const std::string& reason);
  /// Ask for the same page again.
  void page_failed(const page_request& request);

  bool behind() const;

private:
  struct followed {
    snowflake parent = 0;
    snowflake guild = 0;
    std::optional<snowflake> mark;  ///< the last message handed over
    snowflake base = 0;             ///< `mark` when the session began
    snowflake threads_from = 0;     ///< where threads begin that nobody has seen; 0 = not known
    snowflake known_before = 0;     ///< what the owner had at the start
    bool behind = true;
    bool asked = false;
    int pages = 0;
    std::uint64_t ticket = 0;
    struct waiting_event {
      enum class kind { create, edit, remove } what;
      message text;
      deletion gone;
    };
    std::deque<waiting_event> waiting;
  };
  struct version {
    std::int64_t edited_ms = 0;
    std::size_t text = 0;
  };

  followed* find(snowflake id);
  void wait(followed& in, followed::waiting_event event);
  void hand_over(followed& in, message m, news_list& out);
  void hand_over_edit(followed& in, message m, news_list& out);
  void hand_over_deletion(followed& in, deletion d, news_list& out);
  void go_live(followed& in, news_list& out);
  void remember(const message& m);
  followed* of_request(const page_request& request);

  catch_up_options options_;
  std::map<snowflake, followed> channels_;
  std::unordered_map<snowflake, version> remembered_;
  std::deque<snowflake> remembered_order_;
  std::uint64_t tickets_ = 0;
  snowflake last_asked_ = 0;
};

}  // namespace outcry::discord
