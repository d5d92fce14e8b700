#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <caf/fwd.hpp>

#include "actors/floor/gauge.hpp"

/// The rare half of an observed actor: what happens only while somebody looks.
namespace outcry {

class trace_tap;

/// How many messages wait for a paused actor at most; further ones are turned away.
inline constexpr std::uint64_t pause_bound = 10'000;

/// A text of a message for people, cut at 300 characters.
std::string message_text(const caf::type_erased_tuple& content);

/// Is it a question of the inspector's?
bool is_question(const caf::mailbox_element& element);

/// Answers it. `state` may be empty.
void answer_question(caf::mailbox_element& element, caf::scheduled_actor& self, gauge& counters,
                     const std::function<std::string()>& state);

/// Whether a message stays where it is because its receiver is paused. A stop or kill that is meant
/// for the receiver ends the pause: what waits, this message too, is then handled in its order. An
/// exit ends it too and is handled at once; the receiver may need answers to end in good order.
bool hold(const caf::mailbox_element& element, caf::scheduled_actor& self, gauge& counters);

/// Tells a paused actor that its pause is over. The pause ends when this message's turn comes, so
/// that nothing overtakes what was held back. Thread-safe.
void send_end_of_pause(gauge& counters, const caf::actor& who);

/// One message that is timed or traced.
class close_look {
public:
  close_look(gauge& counters, const caf::mailbox_element& element, std::uint32_t wishes);
  ~close_look();
  close_look(const close_look&) = delete;
  close_look& operator=(const close_look&) = delete;

  /// Not counted: it stays in the mailbox.
  void done(bool counted) { counted_ = counted; }

private:
  gauge& counters_;
  std::uint64_t number_;
  std::shared_ptr<trace_tap> tap_;
  std::string from_;
  std::string message_;
  std::string text_;
  bool counted_ = true;
  std::uint64_t began_ns_ = 0;
};

}  // namespace outcry
