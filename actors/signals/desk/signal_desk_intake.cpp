#include <utility>

#include <spdlog/spdlog.h>

#include "actors/signals/desk/desk_timing.hpp"
#include "actors/signals/desk/signal_desk.hpp"
#include "actors/signals/process_message.hpp"

// One after another: read, decided, stored, and only then acted on.

namespace outcry {

caf::result<desk_verdict> signal_desk_state::on_message(const raw_message& message) {
  return take({message, self_->make_response_promise<desk_verdict>()});
}

caf::result<desk_verdict> signal_desk_state::on_contribution(const contributed_signal& x) {
  return take({x, self_->make_response_promise<desk_verdict>()});
}

caf::result<desk_verdict> signal_desk_state::take(intake item) {
  auto promise = item.promise;
  if (!loaded_) {
    promise.deliver(caf::make_error(ec::unavailable, "the signal desk is still reading its store"));
  } else if (queue_.size() >= max_unread_messages) {
    promise.deliver(caf::make_error(ec::mailbox_full, "too many messages wait to be read"));
  } else {
    queue_.push_back(std::move(item));
    next();
  }
  return promise;
}

// Prices are asked for only to judge what may be a call: most messages are talk.
bool signal_desk_state::may_need_prices(const utterance& what) const {
  if (const auto* x = std::get_if<contributed_signal>(&what)) return !x->signal.empty();
  const auto* message = std::get_if<raw_message>(&what);
  if (message == nullptr || message->deleted) return false;
  signals::message_context context;
  if (const auto* rules = rules_for(services_.options, message->source))
    context.rules = rules->reading;
  return process_message(message->text, context).call.has_value();
}

void signal_desk_state::next() {
  if (busy_ || queue_.empty()) return;
  busy_ = true;
  if (auto* wish = std::get_if<confirmation>(&queue_.front().what)) {
    confirm(std::move(*wish));
    return;
  }
  later_word_.reset();
  const auto* x = std::get_if<contributed_signal>(&queue_.front().what);
  if (x != nullptr && x->shared && !x->signal.empty())
    look_up_later_words(*x);
  else
    look_up_prices();
}

// Contributors are not equally quick: one may tell that a message was deleted before another has
// brought the call.
void signal_desk_state::look_up_later_words(const contributed_signal& x) {
  find_messages query;
  query.source = x.source;
  query.source_id = x.source_id;
  query.limit = most_edits_looked_at;
  self_->request(services_.store, signal_store_timeout, query)
      .then(
          [this](const message_list& found) {
            for (const auto& [id, message, verdict] : found.messages) {
              if (!message.deleted && message.edited_ns == 0) continue;
              const auto rank = [](const raw_message& m) {
                return std::pair{m.deleted, m.edited_ns};
              };
              if (!later_word_ || rank(message) > rank(*later_word_)) later_word_ = message;
            }
            look_up_prices();
          },
          [this](caf::error& reason) {
            self_->count_error();
            queue_.front().promise.deliver(reason);
            done_with_front();
          });
}

void signal_desk_state::look_up_prices() {
  if (!services_.market || !may_need_prices(queue_.front().what)) {
    look_at({});
    return;
  }
  self_->request(services_.market, signal_price_timeout, list_pits{})
      .then([this](const pit_list& pits) { look_at(pits); },
            [this](caf::error&) {
              self_->count_error();
              look_at({});
            });
}

void signal_desk_state::done_with_front() {
  queue_.pop_front();
  busy_ = false;
  next();
}

void signal_desk_state::look_at(const pit_list& pits) {
  const auto& front = queue_.front();
  if (std::holds_alternative<confirmation>(front.what)) return;
  store_message decided;
  origin from;
  if (const auto* message = std::get_if<raw_message>(&front.what)) {
    from = {message->source,  message->source_id,  message->edited_ns,   message->author_id,
            message->author,  message->reply_to,   message->contributor, message->trusted,
            message->sent_ns, message->received_ns};
    if (!is_heard(from))
      decided = decide_nothing("shared", "it is about no call that came from the shared database");
    else if (message->deleted)
      decided = decide_deletion(from);
    else
      decided = decide(from, process_message(message->text, context_of(*message, from, pits)));
    decided.message = *message;
  } else {
    const auto& x = std::get<contributed_signal>(front.what);
    from = {x.source, x.source_id,   x.edited_ns, x.author_id, x.author,
            {},       x.contributor, true,        x.said_ns,   x.received_ns};
    const auto context = context_for(from, pits);
    decided = decide(from, read(x, context));
    heed_later_word(context, decided);
  }
  const auto on_stored = [this, decided](const store_receipt& receipt) {
    stored(decided, receipt);
  };
  const auto on_failed = [this](const caf::error& reason) {
    spdlog::error("a message could not be stored, and is not followed: {}",
                  self_->system().render(reason));
    queue_.front().promise.deliver(reason);
    done_with_front();
  };
  if (std::holds_alternative<raw_message>(front.what))
    write({decided, on_stored, on_failed});
  else
    write({store_signals{decided.signals, decided.updates}, on_stored, on_failed});
}

// A store that does not answer may have stored it all the same, or may yet. So nothing is said and
// nothing else is decided until it has answered; what it holds already it answers as it is.
void signal_desk_state::write(decision what) {
  writing_ = std::move(what);
  write_again();
}

void signal_desk_state::write_again() {
  const auto on_stored = [this](const store_receipt& receipt) {
    const auto done = std::move(*std::exchange(writing_, std::nullopt));
    done.stored(receipt);
  };
  const auto on_failed = [this](caf::error& reason) {
    self_->count_error();
    const bool never_taken =
        reason == ec::invalid_input ||
        (!writing_->may_be_stored && (reason == ec::not_durable || reason == ec::mailbox_full));
    if (never_taken) {
      const auto done = std::move(*std::exchange(writing_, std::nullopt));
      done.failed(reason);
      return;
    }
    if (!std::exchange(writing_->may_be_stored, true))
      spdlog::warn("what was decided is being stored, and the store does not answer: {}",
                   self_->system().render(reason));
    self_->delayed_send(self_, signal_desk_pause, wake{signal_write, 0});
  };
  std::visit(
      [&](const auto& x) {
        self_->request(services_.store, signal_store_timeout, x).then(on_stored, on_failed);
      },
      writing_->what);
}

// A known message was acted on when it came first.
void signal_desk_state::stored(const store_message& decided, const store_receipt& receipt) {
  desk_verdict answer{receipt.verdict, receipt.signals, receipt.updates};
  if (answer.verdict.verdict.empty()) answer.verdict = decided.verdict;
  queue_.front().promise.deliver(answer);
  if (receipt.duplicate) {
    // Stored by a write whose answer never came: nobody has acted on it yet.
    for (const auto& record : receipt.signals) {
      const auto* current = known_.find(key_of(record));
      if (current == nullptr ? !is_final(record.state) : current->version < record.version)
        act(record);
    }
    for (const auto& update : receipt.updates)
      if (update.code == sending_code) act(update);
  } else {
    for (std::size_t i = 0; i < receipt.signals.size() && i < decided.signals.size(); ++i) {
      const auto& as_stored = receipt.signals[i];
      // A bot may have told more of it meanwhile; or it was stored before, by somebody else.
      const auto* current = known_.find(key_of(as_stored));
      if (current != nullptr && current->version >= as_stored.version) {
        if (decided.signals[i].code == deleted_code) send_withdrawal(key_of(as_stored));
      } else if (as_stored.received_ns == decided.signals[i].received_ns &&
                 as_stored.version == decided.signals[i].version) {
        act(as_stored);
      }
    }
    for (std::size_t i = 0; i < receipt.updates.size() && i < decided.updates.size(); ++i)
      if (receipt.updates[i].received_ns == decided.updates[i].received_ns) act(receipt.updates[i]);
  }
  done_with_front();
}

}  // namespace outcry
