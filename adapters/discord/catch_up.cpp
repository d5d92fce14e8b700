#include "adapters/discord/catch_up.hpp"

#include <algorithm>
#include <functional>

namespace outcry::discord {

catch_up::catch_up(catch_up_options options) : options_(options) {}

void catch_up::follow(snowflake id, std::optional<snowflake> last_seen,
                      std::optional<snowflake> threads_from) {
  auto& one = channels_[id];
  one.mark = last_seen;
  one.known_before = last_seen.value_or(0);
  one.base = one.known_before;
  one.threads_from = threads_from.value_or(one.known_before);
}

bool catch_up::is_followed_parent(snowflake id) const {
  const auto found = channels_.find(id);
  return found != channels_.end() && found->second.parent == 0;
}

bool catch_up::thread(snowflake id, snowflake parent, std::optional<snowflake> last_seen,
                      bool fresh) {
  if (!is_followed_parent(parent) || channels_.contains(id)) return true;
  if (channels_.size() >= options_.max_threads) return false;
  const auto& above = channels_.at(parent);
  followed one;
  one.parent = parent;
  one.mark = last_seen;
  one.known_before = last_seen.value_or(0);
  // In the session in which the channel begins, what its threads already hold is history too.
  if (!one.mark && above.base != 0) one.mark = above.threads_from;
  if (!one.mark && fresh) one.mark = id - 1;
  one.base = one.mark.value_or(0);
  one.behind = !fresh;
  channels_.emplace(id, std::move(one));
  return true;
}

void catch_up::thread_gone(snowflake id) {
  const auto found = channels_.find(id);
  if (found != channels_.end() && found->second.parent != 0) channels_.erase(found);
}

void catch_up::session_began() {
  for (auto& [id, one] : channels_) {
    // A thread whose newest message was not told before the session ended: from here on it may
    // have missed some.
    if (one.parent != 0 && !one.mark && channels_.at(one.parent).threads_from != 0)
      one.mark = channels_.at(one.parent).threads_from;
    one.behind = true;
    one.asked = false;
    one.pages = 0;
    one.ticket = 0;
    one.base = one.mark.value_or(0);
    if (one.threads_from == 0) one.threads_from = one.base;
  }
}

bool catch_up::behind() const {
  return std::any_of(channels_.begin(), channels_.end(),
                     [](const auto& one) { return one.second.behind; });
}

catch_up::followed* catch_up::find(snowflake id) {
  const auto found = channels_.find(id);
  return found == channels_.end() ? nullptr : &found->second;
}

void catch_up::remember(const message& m) {
  auto [at, fresh] = remembered_.try_emplace(m.id);
  at->second = {m.edited_ms, std::hash<std::string>{}(m.text)};
  if (!fresh) return;
  remembered_order_.push_back(m.id);
  if (remembered_order_.size() <= options_.max_remembered) return;
  remembered_.erase(remembered_order_.front());
  remembered_order_.pop_front();
}

void catch_up::wait(followed& in, followed::waiting_event event) {
  // What is dropped here is fetched: pages are asked for until there are no more.
  if (in.waiting.size() >= options_.max_waiting) in.waiting.pop_front();
  in.waiting.push_back(std::move(event));
}

void catch_up::hand_over(followed& in, message m, news_list& out) {
  if (m.id <= in.known_before || remembered_.contains(m.id)) return;
  in.mark = std::max(in.mark.value_or(0), m.id);
  m.parent_id = in.parent;
  m.is_edit = false;
  remember(m);
  out.emplace_back(std::move(m));
}

void catch_up::hand_over_edit(followed& in, message m, news_list& out) {
  const auto known = remembered_.find(m.id);
  if (known == remembered_.end()) {
    // An unfurled link or a pin changes no text.
    if (m.edited_ms == 0) return;
  } else {
    const auto& before = known->second;
    const bool same_text = before.text == std::hash<std::string>{}(m.text);
    if (m.edited_ms < before.edited_ms || (m.edited_ms == before.edited_ms && same_text)) return;
  }
  m.parent_id = in.parent;
  m.is_edit = true;
  remember(m);
  out.emplace_back(std::move(m));
}

void catch_up::hand_over_deletion(followed& in, deletion d, news_list& out) {
  d.parent_id = in.parent;
  out.emplace_back(std::move(d));
}

news_list catch_up::created(message m) {
  news_list out;
  auto* in = find(m.channel_id);
  if (in == nullptr) return out;
  if (in->behind) {
    wait(*in, {followed::waiting_event::kind::create, std::move(m), {}});
  } else {
    hand_over(*in, std::move(m), out);
  }
  return out;
}

news_list catch_up::edited(message m) {
  news_list out;
  auto* in = find(m.channel_id);
  if (in == nullptr) return out;
  if (in->behind) {
    wait(*in, {followed::waiting_event::kind::edit, std::move(m), {}});
  } else {
    hand_over_edit(*in, std::move(m), out);
  }
  return out;
}

news_list catch_up::deleted(deletion d) {
  news_list out;
  auto* in = find(d.channel_id);
  if (in == nullptr) return out;
  if (!in->behind) {
    hand_over_deletion(*in, std::move(d), out);
    return out;
  }
  // Nobody has to hear of what came and went while its channel was behind.
  std::erase_if(in->waiting, [&d](const followed::waiting_event& event) {
    return event.what != followed::waiting_event::kind::remove &&
           std::find(d.ids.begin(), d.ids.end(), event.text.id) != d.ids.end();
  });
  wait(*in, {followed::waiting_event::kind::remove, {}, std::move(d)});
  return out;
}

std::optional<catch_up::page_request> catch_up::next_page() {
  // Round robin, so that a long gap in one channel holds up no other.
  auto at = channels_.upper_bound(last_asked_);
  for (std::size_t i = 0; i < channels_.size(); ++i, ++at) {
    if (at == channels_.end()) at = channels_.begin();
    auto& [id, one] = *at;
    if (!one.behind || one.asked) continue;
    one.asked = true;
    one.ticket = ++tickets_;
    last_asked_ = id;
    const bool newest = !one.mark;
    return page_request{id, one.mark.value_or(0), newest ? 1 : options_.page_size, newest,
                        one.ticket};
  }
  return std::nullopt;
}

catch_up::followed* catch_up::of_request(const page_request& request) {
  auto* in = find(request.channel);
  if (in == nullptr || !in->asked || in->ticket != request.ticket) return nullptr;
  in->asked = false;
  return in;
}

news_list catch_up::page(const page_request& request, std::vector<message> messages) {
  news_list out;
  auto* in = of_request(request);
  if (in == nullptr) return out;
  std::sort(messages.begin(), messages.end(),
            [](const message& a, const message& b) { return a.id < b.id; });
  if (request.newest) {
    in->mark = messages.empty() ? 1 : messages.back().id;
    in->threads_from = *in->mark;
    out.emplace_back(beginning{request.channel, *in->mark});
    go_live(*in, out);
    return out;
  }
  const auto before = in->mark.value_or(0);
  for (auto& m : messages) {
    if (m.channel_id != request.channel) continue;
    m.backfilled = true;
    const auto id = m.id;
    hand_over(*in, std::move(m), out);
    in->mark = std::max(in->mark.value_or(0), id);
  }
  if (messages.empty()) {
    go_live(*in, out);
  } else if (in->mark == before) {
    out.emplace_back(gap{request.channel, "Discord sends the same messages again and again"});
    go_live(*in, out);
  } else if (++in->pages >= options_.max_pages) {
    out.emplace_back(
        gap{request.channel, "more than " + std::to_string(options_.max_pages) +
                                 " pages of messages were missed; the rest is not fetched"});
    go_live(*in, out);
  }
  return out;
}

news_list catch_up::page_refused(const page_request& request, const std::string& reason) {
  news_list out;
  auto* in = of_request(request);
  if (in == nullptr) return out;
  out.emplace_back(gap{request.channel, reason});
  go_live(*in, out);
  return out;
}

void catch_up::page_failed(const page_request& request) {
  of_request(request);
}

void catch_up::go_live(followed& in, news_list& out) {
  in.behind = false;
  for (auto& event : in.waiting) {
    switch (event.what) {
      case followed::waiting_event::kind::create:
        hand_over(in, std::move(event.text), out);
        break;
      case followed::waiting_event::kind::edit:
        hand_over_edit(in, std::move(event.text), out);
        break;
      case followed::waiting_event::kind::remove:
        hand_over_deletion(in, std::move(event.gone), out);
        break;
    }
  }
  in.waiting.clear();
}

}  // namespace outcry::discord
