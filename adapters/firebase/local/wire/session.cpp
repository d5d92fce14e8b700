#include "adapters/firebase/local/wire/session.hpp"

#include <vector>

#include <spdlog/spdlog.h>

#include "adapters/firebase/local/hash.hpp"
#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/nodes.hpp"
#include "adapters/firebase/local/refusal.hpp"

namespace outcry::firebase::local::wire {

namespace {

using json = nlohmann::json;

/// A refusal with the wire's own word for it.
class wire_refusal : public refusal {
public:
  wire_refusal(const char* status, const std::string& why) : refusal(400, why), word_(status) {}
  const char* word() const { return word_; }

private:
  const char* word_;
};

const json& member(const request& asked, const char* name) {
  static const json nothing;
  if (!asked.body.is_object()) return nothing;
  const auto found = asked.body.find(name);
  return found == asked.body.end() ? nothing : *found;
}

const std::string& text_of(const request& asked, const char* name) {
  const json& found = member(asked, name);
  if (!found.is_string()) {
    throw refusal(400, "Invalid request \"" + asked.action.substr(0, 20) + "\": \"" + name +
                           "\" must be a string");
  }
  return found.get_ref<const std::string&>();
}

std::string place_of(const request& asked) {
  return parse_place(text_of(asked, "p"), false);
}

std::int64_t tag_of(const request& asked) {
  const json& tag = member(asked, "t");
  return tag.is_number_integer() ? tag.get<std::int64_t>() : 0;
}

std::optional<query> query_of(const request& asked) {
  const json& wanted = member(asked, "q");
  if (wanted.is_null()) return std::nullopt;
  return query::from_wire(wanted);
}

/// As the work of `read`; whatever it refuses is too big, all else having been looked at before.
template <class Read>
auto reading(Read read) {
  try {
    return read();
  } catch (const refusal& refused) {
    throw wire_refusal("too_big", refused.what());
  }
}

}  // namespace

void session::deny(refusals what) const {
  guard_.note(what, peer_);
  throw wire_refusal("permission_denied", "Permission denied");
}

void session::say(tree& in, std::string message) {
  in.out.add([to = to_, message = std::move(message)] { to->send(message); });
}

void session::ok(const request& asked, tree& in, std::string_view data) {
  say(in, reply(asked.number, "ok", data));
}

void session::send(std::string_view, const std::string& message) {
  to_->send(message);
}

void session::serve(request asked, tree& in) {
  try {
    dispatch(asked, in);
  } catch (const wire_refusal& refused) {
    say(in, refuse(asked.number, refused.word(), refused.what()));
  } catch (const refusal& refused) {
    say(in, refuse(asked.number, "failure", refused.what()));
  }
}

void session::dispatch(request& asked, tree& in) {
  const std::string& action = asked.action;
  if (action == "p") return write(asked, false, in);
  if (action == "m") return write(asked, true, in);
  if (action == "q") return add_listen(asked, in);
  if (action == "n") return remove_listen(asked, in);
  if (action == "g") return get(asked, in);
  if (action == "o" || action == "om" || action == "oc") return write_later(asked, in);
  if (action == "auth" || action == "gauth") return authenticate(asked, in);
  if (action == "unauth") {
    who_ = {};
    credential_.clear();
    revoke(in);
    return ok(asked, in);
  }
  if (action == "s" || action == "appcheck" || action == "unappeck") return ok(asked, in);
  throw refusal(400, "Unknown request \"" + action.substr(0, 20) + "\"");
}

void session::authenticate(const request& asked, tree& in) {
  const std::string& credential = text_of(asked, "cred");
  gatekeeper::verdict found = guard_.check(credential);
  if (const auto* away = std::get_if<turned_away>(&found)) {
    guard_.note(*away, peer_);
    who_ = {};
    credential_.clear();
    revoke(in);
    return say(in, refuse(asked.number, away->code, away->reason));
  }
  who_ = std::move(std::get<auth::identity>(found));
  to_->trust();
  credential_ = credential;
  override_ = nullptr;
  if (who_.admin) {
    // An administrator may choose to be bound by the rules, as nobody or as somebody.
    if (member(asked, "noauth") == true) override_ = json::object();
    if (member(asked, "authvar").is_object()) override_ = member(asked, "authvar");
  }
  act_as();
  revoke(in);
  json told{{"uid", who_.uid.empty() ? json() : json(who_.uid)}, {"provider", who_.provider}};
  told["token"] = who_.claims.is_object() ? who_.claims : json::object();
  json answer{{"auth", std::move(told)}};
  ok(asked, in, answer.dump(-1, ' ', false, json::error_handler_t::replace));
}

void session::act_as() {
  if (override_.is_null()) return;
  who_.admin = false;
  const auto uid = override_.find("uid");
  who_.uid = uid != override_.end() && uid->is_string() ? uid->get<std::string>() : std::string();
  const auto claims = override_.find("token");
  who_.claims = claims != override_.end() && claims->is_object() ? *claims : json::object();
}

void session::recheck(tree& in) {
  if (listens_.empty() && credential_.empty()) return;
  const gatekeeper::verdict found =
      credential_.empty() ? gatekeeper::verdict{} : guard_.check(credential_);
  const auto* away = std::get_if<turned_away>(&found);
  if (!away) return revoke(in);
  guard_.note(*away, peer_);
  who_ = {};
  credential_.clear();
  revoke(in);
  const json body{{"s", away->code}, {"d", away->reason}};
  say(in, push("ac", body.dump(-1, ' ', false, json::error_handler_t::replace)));
}

void session::revoke(tree& in) {
  for (auto at = listens_.begin(); at != listens_.end();) {
    const auto& [place, tag] = at->first;
    if (guard_.may_read(place, who_, in.leaves)) {
      ++at;
      continue;
    }
    in.listeners.remove(at->second.by.lock());
    json body{{"p", "/" + to_text(place)}};
    if (!at->second.query.is_null()) body["q"] = json::array({at->second.query});
    say(in, push("c", body.dump(-1, ' ', false, json::error_handler_t::replace)));
    at = listens_.erase(at);
  }
}

void session::add_listen(request& asked, tree& in) {
  listening wanted;
  wanted.place = place_of(asked);
  wanted.filter = query_of(asked);
  wanted.style = event_styles::wire;
  const std::int64_t tag = tag_of(asked);
  if (tag != 0) wanted.tag = tag;
  if (member(asked, "h").is_string()) wanted.known = member(asked, "h").get<std::string>();
  if (!guard_.may_read(wanted.place, who_, in.leaves)) deny(refusals::read);
  const listen_key key{wanted.place, tag};
  if (const auto old = listens_.find(key); old != listens_.end()) {
    in.listeners.remove(old->second.by.lock());
    listens_.erase(old);
  }
  if (listens_.size() >= most_listens) {
    throw refusal(400, "Too many listens: at most " + std::to_string(most_listens));
  }
  const bool indexed = !wanted.filter || guard_.indexed(wanted.place, *wanted.filter);
  auto by = reading([&] { return in.listeners.add(std::move(wanted), shared_from_this()); });
  listens_[key] = {std::move(by), member(asked, "q")};
  ok(asked, in, indexed ? "{}" : R"({"w":["no_index"]})");
}

void session::remove_listen(const request& asked, tree& in) {
  const auto found = listens_.find({place_of(asked), tag_of(asked)});
  if (found != listens_.end()) {
    in.listeners.remove(found->second.by.lock());
    listens_.erase(found);
  }
  ok(asked, in);
}

void session::get(const request& asked, tree& in) {
  const std::string place = place_of(asked);
  const std::optional<query> filter = query_of(asked);
  if (!guard_.may_read(place, who_, in.leaves)) deny(refusals::read);
  ok(asked, in, reading([&] {
       return filter
                  ? render_children(in.leaves, place, filter->run(in.leaves, place), form::exported)
                  : render_node(in.leaves, place, form::exported);
     }));
}

void session::write(const request& asked, bool merge, tree& in) {
  const std::string place = place_of(asked);
  const json& data = member(asked, "d");
  change what = merge ? merge_at(place, data, guard_.now()) : put_at(place, data, guard_.now());
  if (const json& hash = member(asked, "h"); hash.is_string()) {
    if (hash.get_ref<const std::string&>() != hash_node(in.leaves, place)) {
      throw wire_refusal("datastale", "Transaction hash does not match");
    }
  }
  in.resolve(what);
  if (!guard_.may_write(what, who_, in.leaves)) deny(refusals::write);
  in.apply(what);
  ok(asked, in);
}

void session::write_later(request& asked, tree& in) {
  const std::string place = place_of(asked);
  if (asked.action == "oc") {
    later_.cancel(place);
    return ok(asked, in);
  }
  const json& data = member(asked, "d");
  const bool merge = asked.action == "om";
  change what = merge ? merge_at(place, data, guard_.now()) : put_at(place, data, guard_.now());
  in.resolve(what);
  if (!guard_.may_write(what, who_, in.leaves)) deny(refusals::write);
  if (!merge) {
    later_.put(place, data, asked.size);
    return ok(asked, in);
  }
  for (const update& one : what.updates) {
    later_.put(one.place, data.at(one.name), asked.size / what.updates.size());
  }
  ok(asked, in);
}

void session::leave(tree& in) {
  for (const auto& [key, one] : listens_) in.listeners.remove(one.by.lock());
  listens_.clear();
  for (on_disconnect::write& one : later_.take()) {
    try {
      change what = put_at(one.place, one.value, guard_.now());
      in.resolve(what);
      if (!guard_.may_write(what, who_, in.leaves)) deny(refusals::write);
      in.apply(what);
    } catch (const refusal& refused) {
      spdlog::warn("on disconnect /{} was not written: {}", to_text(one.place), refused.what());
    }
  }
}

}  // namespace outcry::firebase::local::wire
