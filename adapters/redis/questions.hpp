#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "adapters/redis/inbox.hpp"
#include "adapters/redis/numsub.hpp"
#include "adapters/redis/publisher.hpp"

namespace outcry::redis {

/// What an actor asks Redis, through a publisher it has anyway. In the actor only.
///
/// A question that gets no answer, an error, or one that makes no sense ends with `unanswered`, in
/// the actor; an error of the server is told to `refused` before, if that is given. While Redis is
/// away a question waits in the publisher and is the first thing sent then.
class questions {
public:
  questions(std::shared_ptr<publisher> wire, std::shared_ptr<inbox> asker,
            std::function<void()> unanswered, std::function<void(const failure&)> refused = {})
      : wire_(std::move(wire)),
        asker_(std::move(asker)),
        unanswered_(std::move(unanswered)),
        refused_(std::move(refused)) {}

  /// `read` turns the answer into an optional value on the publisher's thread and must not touch
  /// the actor; `then` takes that value in the actor.
  template <class Read, class Then>
  void ask(const arguments& words, Read read, Then then) const {
    auto asked = wire_->command(
        words, [to = asker_, unanswered = unanswered_, refused = refused_, read = std::move(read),
                then = std::move(then)](const result<reply>& answer) {
          if (answer) {
            if (auto value = read(*answer)) {
              to->post_step([then, value = std::move(*value)] { then(value); });
              return;
            }
          } else if (refused && answer.error().kind == failure_kind::server_error) {
            to->post_step([refused, reason = answer.error()] { refused(reason); });
          }
          to->post_step(unanswered);
        });
    if (asked != submitted::queued) unanswered_();
  }

  using counts_callback = std::function<void(const std::vector<channel_count>&)>;

  /// How many subscribe to every ticker's channel, and to the channel of its listeners.
  void count_subscribers(counts_callback then) const;

private:
  std::shared_ptr<publisher> wire_;
  std::shared_ptr<inbox> asker_;
  std::function<void()> unanswered_;
  std::function<void(const failure&)> refused_;
};

}  // namespace outcry::redis
