#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <typeinfo>

namespace outcry {

/// How many messages an actor remembers of those it handled last, the one in hand included.
inline constexpr std::size_t remembered_messages = 24;

/// How many of the handler times taken last it remembers; a power of two.
inline constexpr std::size_t remembered_times = 8;

/// The handler's time is taken for every so many messages: two readings of a clock cost more than
/// all the counting. A power of two.
inline constexpr std::uint64_t sampling_interval = 64;

/// What somebody wants of an actor beyond its counters: bits of `gauge::wishes`.
namespace gauge_wish {
inline constexpr std::uint32_t sample = 1;     ///< take the next handler's time
inline constexpr std::uint32_t time_all = 2;   ///< take every handler's time
inline constexpr std::uint32_t trace = 4;      ///< tell the tap what is handled
inline constexpr std::uint32_t pause = 8;      ///< handle nothing
inline constexpr std::uint32_t question = 16;  ///< counted from here up: questions on their way
}  // namespace gauge_wish

/// UNIX milliseconds as of the inspector's last look: 100 ms old at most while there is one, 0
/// when there never was. Reading it costs what reading a clock does not.
inline std::atomic<std::int64_t> coarse_now_ms{0};

/// One actor's counters, exact, and what its handlers' times say, sampled. Written by the actor's
/// thread and its senders', read by anybody. Lives as long as its actor or its seat.
struct gauge {
  /// Made in the handler of whoever starts the actor: that is its parent.
  gauge();

  // What every message touches, by its sender and by the actor: one cache line, since on a large
  // floor each further one must be fetched from memory.
  alignas(64) std::atomic<std::uint64_t> enqueued{0};
  std::atomic<std::uint64_t> handled{0};  ///< only the actor writes it, and the next one
  std::atomic<std::uint64_t> sent{0};   ///< put into mailboxes of actors of ours, or refused there
  std::atomic<std::uint64_t> bound{0};  ///< 0 = no bound of its own
  std::atomic<std::uint32_t> wishes{0};
  std::atomic<bool> serving{false};

  alignas(64) std::atomic<std::uint64_t> errors{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> lost{0};  ///< came when the actor had ended
  std::atomic<std::uint64_t> sampled{0};
  std::atomic<std::uint64_t> busy_ns{0};     ///< of the sampled
  std::atomic<std::uint64_t> longest_ns{0};  ///< of the sampled, since `take_longest`

  struct memory {
    std::atomic<const std::type_info*> type{nullptr};
    std::atomic<std::uint32_t> began{0};  ///< milliseconds, coarse: the lower half
  };

  /// What message number n was, and when its handler began: at n modulo the length.
  std::array<memory, remembered_messages> recent{};
  /// The sampled times: the message's number in the upper half, nanoseconds, cut, in the lower.
  std::array<std::atomic<std::uint64_t>, remembered_times> times{};

  std::atomic<std::uint64_t> bound_before{0};  ///< what `bound` is when no pause lowers it
  std::string name;                            ///< set once, before the first message is handled
  std::string parent;  ///< name of the actor that started this one; "" = the house itself

  /// Messages waiting, the one being served included.
  std::uint64_t depth() const {
    auto in = enqueued.load(std::memory_order_relaxed);
    auto out = handled.load(std::memory_order_relaxed);
    return in > out ? in - out : 0;
  }

  /// The handler of message number `number` took so long. In the actor's thread.
  void note_time(std::uint64_t number, std::uint64_t took_ns);

  /// From now on it handles nothing and at most `most` messages wait for it. False: it is paused.
  bool pause(std::uint64_t most);

  /// False: it is not paused. In the actor's thread.
  bool resume();

  bool is_paused() const {
    return (wishes.load(std::memory_order_relaxed) & gauge_wish::pause) != 0;
  }

  /// The longest sampled time since the last call. One caller.
  std::uint64_t take_longest() { return longest_ns.exchange(0, std::memory_order_relaxed); }
};

/// Adds to a counter that one thread at a time writes: no locked instruction is needed for it to
/// stay exact.
inline void add_own(std::atomic<std::uint64_t>& counter, std::uint64_t n = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

/// The actor whose handler runs in this thread now; null outside of handlers.
inline constinit thread_local gauge* on_stage = nullptr;

/// Notes a message that is on its way from whoever is on stage.
inline void count_sent() {
  if (on_stage != nullptr) add_own(on_stage->sent);
}

/// Puts an actor on stage for a while.
class stage_entry {
public:
  explicit stage_entry(gauge& who) : before_(on_stage) { on_stage = &who; }
  ~stage_entry() { on_stage = before_; }
  stage_entry(const stage_entry&) = delete;
  stage_entry& operator=(const stage_entry&) = delete;

private:
  gauge* before_;
};

/// One message in an actor's hands: counts it when it leaves them, an exception as an error.
class turn {
public:
  turn(gauge& who, const std::type_info& type)
      : who_(who), number_(who.handled.load(std::memory_order_relaxed)), stage_(who) {
    auto& slot = who_.recent[number_ % remembered_messages];
    slot.type.store(&type, std::memory_order_relaxed);
    slot.began.store(static_cast<std::uint32_t>(coarse_now_ms.load(std::memory_order_relaxed)),
                     std::memory_order_relaxed);
    who_.serving.store(true, std::memory_order_relaxed);
  }

  /// It left in good order. Not counted: it stays in the mailbox.
  void done(bool counted) {
    done_ = true;
    counted_ = counted;
  }

  ~turn() {
    who_.serving.store(false, std::memory_order_relaxed);
    if (counted_) who_.handled.store(number_ + 1, std::memory_order_relaxed);
    if (!done_) who_.errors.fetch_add(1, std::memory_order_relaxed);
  }

  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

private:
  gauge& who_;
  std::uint64_t number_;
  stage_entry stage_;
  bool done_ = false;
  bool counted_ = true;
};

/// Nanoseconds of a clock that only goes forward; a test may put its own in its place while
/// nothing runs.
extern std::uint64_t (*steady_now_ns)();

/// "price_batch" for the type of a message's content; several parts are joined by a blank.
std::string message_name(const std::type_info& type);

}  // namespace outcry
