#include "apps/outcry/console/talk.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/outcry/console/json_cursor.hpp"

namespace outcry::console {

namespace {

constexpr std::int64_t first_pause_ms = 250;
constexpr std::int64_t longest_pause_ms = 2'000;

struct floor_line {
  std::uint64_t id = 0;
  std::string_view item;
  std::uint64_t dropped = 0;
  bool end = false;
  bool error = false;
  std::string code;
  std::string reason;
};

void read_error(json_cursor& in, floor_line& to) {
  std::string_view name;
  to.error = true;
  if (!in.enter_object()) return;
  while (in.next_member(name)) {
    if (name == "code")
      in.text(to.code);
    else if (name == "reason")
      in.text(to.reason);
    else
      in.skip();
  }
}

bool read_line(std::string_view line, floor_line& to) {
  json_cursor in{line};
  std::string_view name;
  if (!in.enter_object()) return false;
  while (in.next_member(name)) {
    if (name == "id")
      to.id = in.count();
    else if (name == "item")
      to.item = in.skip();
    else if (name == "dropped")
      to.dropped = in.count();
    else if (name == "end")
      to.end = in.boolean();
    else if (name == "error")
      read_error(in, to);
    else
      in.skip();
  }
  return in.ok();
}

}  // namespace

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<outgoing> talk::take_outgoing() {
  return std::exchange(outgoing_, {});
}

void talk::open(std::int64_t now_ms) {
  now_ms_ = now_ms;
  live_ = false;
  heard_ms_ = 0;
  retry_at_ms_ = 0;
  why_not_.clear();
  give_up("unreachable", "the connection was opened anew");
  outgoing_.push_back({over_, outgoing::deed::open, {}});
}

void talk::close() {
  live_ = false;
  retry_at_ms_ = 0;
  waiting_.clear();
  why_not_.clear();
  outgoing_.push_back({over_, outgoing::deed::close, {}});
}

void talk::opened(std::int64_t now_ms) {
  now_ms_ = heard_ms_ = now_ms;
  live_ = true;
  pause_ms_ = 0;
  why_not_.clear();
  begin_();
}

void talk::lost(const std::string& why, std::int64_t now_ms) {
  now_ms_ = now_ms;
  live_ = false;
  why_not_ = why;
  pause_ms_ = std::clamp(pause_ms_ * 2, first_pause_ms, longest_pause_ms);
  retry_at_ms_ = again_ ? now_ms + pause_ms_ : 0;
  give_up("unreachable", why);
}

void talk::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  std::vector<std::uint64_t> late;
  for (const auto& [id, x] : waiting_)
    if (x.limit_ms > 0 && now_ms - x.heard_ms > x.limit_ms) late.push_back(id);
  for (auto id : late) {
    answer x{answer::part::refused, "the floor has not answered in time", "no_answer", 0};
    tell(id, x, true);
  }
  if (retry_at_ms_ > 0 && now_ms >= retry_at_ms_) {
    retry_at_ms_ = 0;
    outgoing_.push_back({over_, outgoing::deed::open, {}});
  }
}

void talk::ask(const std::string& op, const std::string& arguments, std::int64_t limit_ms,
               listener hear) {
  if (!live_) return hear({answer::part::refused, "the floor cannot be reached", "unreachable", 0});
  const auto id = ++last_id_;
  waiting_[id] = {std::move(hear), limit_ms, now_ms_};
  auto line = fmt::format("{{\"id\":{},\"op\":\"{}\"{}{}}}", id, op, arguments.empty() ? "" : ",",
                          arguments);
  outgoing_.push_back({over_, outgoing::deed::send, std::move(line)});
}

void talk::give_up(const std::string& code, const std::string& why) {
  auto left = std::exchange(waiting_, {});
  for (auto& [id, x] : left) x.hear({answer::part::refused, why, code, 0});
}

void talk::tell(std::uint64_t id, const answer& x, bool last) {
  auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  found->second.heard_ms = now_ms_;
  // The listener may ask, which moves nothing in a map, or close, which takes everything away.
  auto hear = found->second.hear;
  if (last) waiting_.erase(found);
  hear(x);
}

void talk::heard(std::string_view line, std::int64_t now_ms) {
  now_ms_ = heard_ms_ = now_ms;
  floor_line x;
  if (!read_line(line, x)) {
    outgoing_.push_back({over_, outgoing::deed::close, {}});
    return lost("the floor's answer makes no sense", now_ms);
  }
  // An error without a number is about a line of ours that the floor could not read.
  if (x.error && x.id == 0) return give_up(x.code, x.reason);
  if (x.dropped > 0) tell(x.id, {answer::part::dropped, {}, {}, x.dropped}, false);
  if (!x.item.empty()) tell(x.id, {answer::part::item, x.item, {}, 0}, false);
  if (x.error) tell(x.id, {answer::part::refused, x.reason, x.code, 0}, true);
  if (x.end) tell(x.id, {answer::part::end, line, {}, 0}, true);
}

}  // namespace outcry::console
