#include <algorithm>
#include <utility>

#include "actors/signals/desk/desk_timing.hpp"
#include "actors/signals/desk/signal_desk.hpp"
#include "actors/signals/process_message.hpp"
#include "actors/signals/reading_json.hpp"
#include "actors/signals/signal_json.hpp"

// How what was read becomes a call, an update, or nothing.

namespace outcry {

using signals::verdict;

namespace {

message_verdict verdict_of(const signals::reading& read) {
  message_verdict result;
  result.verdict = to_string(read.outcome);
  result.rule = read.rule;
  result.reason = read.reason;
  result.confidence = read.confidence;
  result.reading = to_json(read);
  return result;
}

}  // namespace

signal_record signal_desk_state::record_of(const origin& from, const signals::reading& read) const {
  signal_record record;
  record.source = from.source;
  record.source_id = from.source_id;
  record.author_id = from.author_id;
  record.author = from.author;
  record.contributor = from.contributor;
  record.said_ns = from.said_ns;
  record.received_ns = from.received_ns;
  record.updated_ns = now();
  record.version = 1;
  record.ticker = read.call->ticker;
  record.side = to_string(read.call->side);
  record.action = to_string(read.call->action);
  record.asset = to_string(read.call->asset);
  record.call = to_json(*read.call);
  record.confidence = read.confidence;
  return record;
}

store_message signal_desk_state::decide(const origin& from, const signals::reading& read) const {
  store_message result;
  result.verdict = verdict_of(read);
  const auto* known = known_.find(call_key{from.source, from.source_id});
  if (known != nullptr) {
    // What its edit changed the message itself tells.
    if (read.follow_up && read.rule == contributed_rule) return result;
    decide_edit(from, read, *known, result);
  } else if (read.follow_up && said_updates_.count({from.source, from.source_id}) != 0) {
    // What it asked for has been asked already.
    decide_update(from, *read.follow_up, result);
    result.signals.clear();
    result.updates.front().code = "edit_of_update";
    result.updates.front().reason = "it was edited: what it said first counts";
  } else if (read.call) {
    result.signals = decide_call(from, read, result.updates);
  } else if (read.follow_up) {
    if (read.outcome == verdict::update) {
      decide_update(from, *read.follow_up, result);
    } else {
      decide_update(from, *read.follow_up, result);
      result.signals.clear();
      result.updates.front().code = "quarantined";
      result.updates.front().reason = read.reason;
    }
  }
  return result;
}

std::vector<signal_record> signal_desk_state::decide_call(
    const origin& from, const signals::reading& read,
    std::vector<signal_update_record>& updates) const {
  auto record = record_of(from, read);
  if (read.outcome == verdict::refused) {
    record.state = signal_state::refused;
    record.code = reader_code;
    record.reason = read.reason;
    return {record};
  }
  if (read.outcome == verdict::quarantine) {
    record.state = signal_state::quarantined;
    record.code = read.rule;
    record.reason = read.reason;
    record.expires_ns = now() + services_.options.quarantine_ns;
    return {record};
  }
  const auto* rules = rules_for(services_.options, from.source);
  if (from.trusted && read.call->action == signals::trade_action::close) {
    signals::update about;
    about.ticker = read.call->ticker;
    about.side = read.call->side;
    const auto target = find_target(known_, about, {from.source, from.author_id, from.reply_to});
    const auto* opened = target ? known_.find(*target) : nullptr;
    const auto opening =
        opened ? signals::parse_signal(opened->call)
               : tl::expected<signals::signal, invalid_field>{tl::unexpected{invalid_field{}}};
    if (opening) {
      record.state = signal_state::observed;
      if (const auto update = as_update(*read.call, *opening)) {
        store_message to;
        decide_update(from, *update, to);
        updates = std::move(to.updates);
        record.code = "closes";
        record.reason = "closes " + opened->source + '/' + opened->source_id;
        // What has not been handed to a bot yet is simply over.
        if (!to.signals.empty()) return to.signals;
      } else {
        record.state = signal_state::quarantined;
        record.code = "how_much";
        record.reason = "it does not say which part of the position";
        record.expires_ns = now() + services_.options.quarantine_ns;
      }
      return {record};
    }
  }
  const auto judged = judge({*read.call,
                             {from.source, from.source_id},
                             from.trusted,
                             rules,
                             services_.options,
                             book_->followers,
                             known_,
                             now()});
  record.state = judged.state;
  record.code = judged.code;
  record.reason = judged.reason;
  record.bot_id = judged.bot_id;
  record.expires_ns = judged.expires_ns;
  return {record};
}

// A message never opens a second trade: what has gone to a bot is only changed from now on.
void signal_desk_state::decide_edit(const origin& from, const signals::reading& read,
                                    const signal_record& known, store_message& to) const {
  if (from.edited_ns == 0) return;
  if (may_be_mended(known)) {
    signal_record next;
    if (read.call) {
      std::vector<signal_update_record> none;
      next = decide_call(from, read, none).front();
    } else {
      next = known;
      next.state = signal_state::refused;
      next.code = "edited_away";
      next.reason = "after its edit it is no call: " + read.reason;
    }
    next.id = known.id;
    next.version = known.version + 1;
    next.received_ns = known.received_ns;
    next.updated_ns = now();
    to.signals.push_back(std::move(next));
    return;
  }
  if (is_final(known.state)) return;
  const auto before = signals::parse_signal(known.call);
  std::optional<signals::update> changed;
  if (read.outcome == verdict::signal && before) changed = changed_by_edit(*before, *read.call);
  if (changed && changed->steps.empty()) return;
  signal_update_record update;
  update.source = from.source;
  update.source_id = from.source_id;
  update.edited_ns = from.edited_ns;
  update.author_id = from.author_id;
  update.ticker = known.ticker;
  update.target_source = known.source;
  update.target_source_id = known.source_id;
  update.contributor = from.contributor;
  update.said_ns = from.said_ns;
  update.received_ns = from.received_ns;
  update.version = 1;
  update.update = changed ? to_json(*changed) : "{}";
  update.code = changed ? std::string(sending_code) : "edit_changes_call";
  update.reason = changed ? "its edit changes stop or targets"
                          : "its edit makes another call of it: a person must look";
  to.updates.push_back(std::move(update));
}

void signal_desk_state::decide_update(const origin& from, const signals::update& said,
                                      store_message& to) const {
  signal_update_record update;
  update.source = from.source;
  update.source_id = from.source_id;
  update.edited_ns = from.edited_ns;
  update.author_id = from.author_id;
  update.ticker = said.ticker;
  update.update = to_json(said);
  update.contributor = from.contributor;
  update.said_ns = from.said_ns;
  update.received_ns = from.received_ns;
  update.version = 1;
  const auto put = [&](std::string code, std::string reason) {
    update.code = std::move(code);
    update.reason = std::move(reason);
    to.updates.push_back(update);
  };
  const auto target = find_target(known_, said, {from.source, from.author_id, from.reply_to});
  if (target) {
    update.target_source = target->first;
    update.target_source_id = target->second;
  }
  if (!asks_for_something(said)) return put("report", "it says what happened and asks for nothing");
  if (!from.trusted) return put("author_not_trusted", "its author may not give calls here");
  if (!target) return put(target.error().code, target.error().reason);
  const auto* rules = rules_for(services_.options, from.source);
  const auto oldest = rules ? rules->reading.maximum_age : signals::channel_rules{}.maximum_age;
  if (from.said_ns != 0 && now() - from.said_ns > oldest)
    return put("too_old", "it was said too long ago");
  if (from.said_ns > now() + clock_tolerance_ns)
    return put("from_the_future", "it claims a time that has not come");
  if (auto why = needs_person(said); !why.empty()) return put("needs_person", std::move(why));
  const auto& record = *known_.find(*target);
  if (!is_undecided(record)) return put(std::string(sending_code), "on its way to the bot");
  const bool ends = std::ranges::any_of(said.steps, [](const auto& step) {
    return step.kind == signals::update_kind::close || step.kind == signals::update_kind::cancel;
  });
  if (!ends) return put("not_traded", "the call has not been entered");
  auto next = record;
  next.state = signal_state::cancelled;
  next.code = "taken_back";
  next.reason = "its author took it back";
  next.version = record.version + 1;
  next.updated_ns = now();
  to.signals.push_back(std::move(next));
  put("applied", "the call is given up");
}

// What others say of messages counts for calls that came from them: of what this floor has read
// itself it hears itself, and of what is no call it makes none. Edits are their author's only; who
// deletes a message nobody tells.
bool signal_desk_state::is_heard(const origin& from) const {
  if (!from.contributor.starts_with(shared_contributor)) return true;
  const auto* known = known_.find(call_key{from.source, from.source_id});
  return known != nullptr && known->contributor.starts_with(shared_contributor) &&
         (from.author_id.empty() || from.author_id == known->author_id);
}

// It was said of the message before the call came here.
void signal_desk_state::heed_later_word(const signals::message_context& context,
                                        store_message& to) const {
  if (!later_word_ || to.signals.empty() || is_final(to.signals.front().state)) return;
  auto& record = to.signals.front();
  if (record.version != 1) return;
  const auto& author = later_word_->author_id;
  if (!author.empty() && author != record.author_id) return;
  if (later_word_->deleted) {
    record.state = signal_state::cancelled;
    record.code = deleted_code;
    record.reason = "its author deleted it before it came here";
    return;
  }
  const auto call = signals::parse_signal(record.call);
  const auto now_reads = process_message(later_word_->text, context);
  if (call && now_reads.call && fingerprint(*call) == fingerprint(*now_reads.call)) return;
  record.state = signal_state::quarantined;
  record.code = "edited_since";
  record.reason = "its message was edited, and says something else now";
  record.expires_ns = now() + services_.options.quarantine_ns;
}

store_message signal_desk_state::decide_nothing(const char* rule, const char* reason) const {
  store_message result;
  result.verdict.verdict = to_string(verdict::nothing);
  result.verdict.rule = rule;
  result.verdict.reason = reason;
  result.verdict.confidence = 100;
  result.verdict.reading = "{}";
  return result;
}

store_message signal_desk_state::decide_deletion(const origin& from) const {
  auto result = decide_nothing("deleted", "the message was taken back");
  const auto* known = known_.find(call_key{from.source, from.source_id});
  if (known == nullptr || is_final(known->state)) return result;
  auto next = *known;
  next.version = known->version + 1;
  next.updated_ns = now();
  if (is_undecided(*known)) {
    next.state = signal_state::cancelled;
    next.code = deleted_code;
    next.reason = "its author deleted it";
  } else {
    next.code = deleted_code;
    next.reason =
        "its author deleted it: an entry that has bought nothing is withdrawn, a "
        "position keeps its stop and its targets";
  }
  result.signals.push_back(std::move(next));
  return result;
}

}  // namespace outcry
