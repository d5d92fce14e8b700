#include "adapters/firebase/local/hub.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <spdlog/spdlog.h>

#include "adapters/firebase/local/hash.hpp"
#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/nodes.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "adapters/firebase/local/render.hpp"
#include "adapters/firebase/local/window.hpp"

namespace outcry::firebase::local {

namespace {

form form_of(event_styles style) {
  return style == event_styles::wire ? form::exported : form::plain;
}

}  // namespace

class hub::listener {
public:
  std::string place;
  event_styles style = event_styles::stream;
  std::optional<std::int64_t> tag;
  std::optional<window> selection;
  std::shared_ptr<event_sink> sink;
};

/// JSON texts of a change's updates, each made once for all listeners.
class hub::texts {
public:
  texts(const change& what, form as) : form_(as), what_(what), values_(what.updates.size()) {}

  const std::string& value(std::size_t index) {
    std::optional<std::string>& text = values_[index];
    const update& one = what_.updates[index];
    if (!text) text = render(one.leaves, one.place, form_);
    return *text;
  }

  /// All updates of a PATCH, under the names the client gave them.
  const std::string& all() {
    if (!all_) {
      std::string text;
      for (std::size_t i = 0; i < what_.updates.size(); ++i) {
        if (form_ == form::plain && is_priority(what_.updates[i].place)) continue;
        text.push_back(text.empty() ? '{' : ',');
        append_json(text, std::string_view(what_.updates[i].name));
        text.push_back(':');
        text += value(i);
      }
      text += text.empty() ? "{}" : "}";
      all_ = std::move(text);
    }
    return *all_;
  }

  /// The event of a listener without a filter, for all others at its place.
  struct said {
    const listener* by = nullptr;
    bool merge = false;
    std::shared_ptr<const std::string> text;
  };
  said last;

private:
  const form form_;
  const change& what_;
  std::vector<std::optional<std::string>> values_;
  std::optional<std::string> all_;
};

void hub::emit(listener& one, bool merge, std::shared_ptr<const std::string> text) {
  const char* const name = merge ? "patch" : "put";
  outbox_.add([sink = one.sink, name, text = std::move(text)] {
    if (sink->open()) sink->send(name, *text);
  });
}

std::shared_ptr<const std::string> hub::text_for(const listener& one, bool merge,
                                                 std::string_view path, std::string_view data) {
  if (one.style == event_styles::stream) {
    return std::make_shared<std::string>(stream_event(path, data));
  }
  std::string from_root = to_text(one.place);
  if (!from_root.empty() && !path.empty()) from_root.push_back('/');
  from_root += path;
  return std::make_shared<std::string>(wire_event(merge, from_root, data, one.tag));
}

void hub::emit(listener& one, bool merge, std::string_view path, std::string_view data) {
  if (one.sink->open()) emit(one, merge, text_for(one, merge, path, data));
}

std::shared_ptr<hub::listener> hub::add(listening what, std::shared_ptr<event_sink> sink) {
  auto one = std::make_shared<listener>();
  one->place = std::move(what.place);
  one->style = what.style;
  one->tag = what.tag;
  one->sink = std::move(sink);
  std::vector<entry> selected;
  if (what.filter) {
    one->selection.emplace(std::move(*what.filter));
    selected = one->selection->fill(store_, one->place);
  }
  const auto hash = [&] {
    return what.filter ? hash_children(store_, one->place, selected)
                       : hash_node(store_, one->place);
  };
  if (what.known.empty() || what.known != hash()) {
    const form as = form_of(one->style);
    emit(*one, false, "",
         what.filter ? render_children(store_, one->place, std::move(selected), as)
                     : render_node(store_, one->place, as));
  }
  listeners_[one->place].push_back(one);
  touched_.push_back(one);
  return one;
}

void hub::remove(const std::shared_ptr<listener>& one) {
  if (!one) return;
  const auto here = listeners_.find(one->place);
  if (here == listeners_.end()) return;
  std::erase(here->second, one);
  if (here->second.empty()) listeners_.erase(here);
}

void hub::notify(const change& what) {
  if (listeners_.empty() || what.updates.empty()) return;
  std::vector<listener*> order;
  std::unordered_map<listener*, std::vector<std::size_t>> hits;
  const auto hit = [&](const std::vector<std::shared_ptr<listener>>& here, std::size_t index) {
    for (const auto& one : here) {
      // Streams carry values only: a priority concerns those that listen to it, and the queries
      // that select among the node's siblings.
      const std::string_view place = what.updates[index].place;
      if (is_priority(place) && one->place != place) {
        const bool sibling = one->place.size() + priority_key.size() < place.size();
        if (one->selection ? !sibling : one->style == event_styles::stream) continue;
      }
      std::vector<std::size_t>& list = hits[one.get()];
      if (list.empty()) {
        order.push_back(one.get());
        touched_.push_back(one);
      }
      list.push_back(index);
    }
  };
  for (std::size_t i = 0; i < what.updates.size(); ++i) {
    const std::string_view place = what.updates[i].place;
    for (std::size_t size = 0; size < place.size();) {
      const auto above = listeners_.find(place.substr(0, size));
      if (above != listeners_.end()) hit(above->second, i);
      size += first_key_size(place.substr(size));
    }
    const std::string end = end_of(place);
    for (auto at = listeners_.lower_bound(place); at != listeners_.end() && at->first < end; ++at) {
      hit(at->second, i);
    }
  }
  texts plain(what, form::plain);
  texts exported(what, form::exported);
  for (listener* one : order) {
    try {
      tell(*one, what, hits[one], one->style == event_styles::wire ? exported : plain);
    } catch (const refusal& refused) {
      // An event too large for one message: the write stands, the stream cannot go on.
      spdlog::warn("a stream at /{} was ended: {}", to_text(one->place), refused.what());
      outbox_.add([sink = one->sink, style = one->style] {
        if (style == event_styles::stream) sink->send("cancel", "null");
        sink->end();
      });
    }
  }
}

void hub::tell(listener& one, const change& what, const std::vector<std::size_t>& hits,
               texts& cache) {
  if (one.selection) return tell_query(one, what, hits, cache);
  const texts::said& last = cache.last;
  if (last.by && last.by->place == one.place) {
    return emit(one, last.merge, last.text);
  }
  tell_plain(one, what, hits, cache);
}

void hub::tell_plain(listener& one, const change& what, const std::vector<std::size_t>& hits,
                     texts& cache) {
  const std::size_t size = one.place.size();
  const update& first = what.updates[hits.front()];
  const auto say = [&](bool merge, std::string_view path, std::string_view data) {
    cache.last = {&one, merge, text_for(one, merge, path, data)};
    emit(one, merge, cache.last.text);
  };
  if (within(one.place, first.place))
    return say(false, "", render(first.leaves, one.place, form_of(one.style)));
  if (!what.patch) {
    return say(false, to_text(std::string_view(first.place).substr(size)),
               cache.value(hits.front()));
  }
  if (within(what.place, one.place)) {
    return say(true, to_text(std::string_view(what.place).substr(size)), cache.all());
  }
  std::string data;
  for (const std::size_t index : hits) {
    data.push_back(data.empty() ? '{' : ',');
    const std::string_view place = what.updates[index].place;
    append_json(data, std::string_view(to_text(place.substr(size))));
    data.push_back(':');
    data += cache.value(index);
  }
  data.push_back('}');
  say(true, "", data);
}

void hub::tell_query(listener& one, const change& what, const std::vector<std::size_t>& hits,
                     texts& cache) {
  const std::size_t size = one.place.size();
  if (within(one.place, what.updates[hits.front()].place)) {
    emit(one, false, "",
         render_children(store_, one.place, one.selection->fill(store_, one.place),
                         form_of(one.style)));
    return;
  }
  const auto child_of = [&](std::size_t index) {
    const std::string_view rest = std::string_view(what.updates[index].place).substr(size);
    return std::string(rest.substr(0, first_key_size(rest)));
  };
  std::vector<std::string> touched;
  for (const std::size_t index : hits) touched.push_back(child_of(index));
  const window::difference changed = one.selection->update(store_, one.place, touched);

  std::vector<std::pair<std::string, std::string>> parts;  // path and value
  for (const std::string& child : changed.left) parts.emplace_back(first_key(child), "null");
  for (const std::string& child : changed.entered) {
    parts.emplace_back(first_key(child),
                       render_node(store_, one.place + child, form_of(one.style)));
  }
  const std::unordered_set<std::string> whole(changed.entered.begin(), changed.entered.end());
  for (const std::size_t index : hits) {
    if (one.style == event_styles::stream && is_priority(what.updates[index].place)) continue;
    const std::string child = child_of(index);
    if (whole.contains(child) || !one.selection->contains(child)) continue;
    parts.emplace_back(to_text(std::string_view(what.updates[index].place).substr(size)),
                       cache.value(index));
  }
  if (parts.empty()) return;
  if (parts.size() == 1) {
    emit(one, false, parts.front().first, parts.front().second);
    return;
  }
  std::string data;
  for (const auto& [path, value] : parts) {
    data.push_back(data.empty() ? '{' : ',');
    append_json(data, std::string_view(path));
    data.push_back(':');
    data += value;
  }
  data.push_back('}');
  emit(one, true, "", data);
}

void hub::discard() {
  // Their windows know of writes that never were, even where no event came of it.
  for (const auto& one : touched_) one->sink->end();
  touched_.clear();
  sweep();
}

void hub::keep_alive() {
  for (const auto& [place, here] : listeners_) {
    for (const auto& one : here) {
      if (one->style == event_styles::stream) one->sink->send("keep-alive", "null");
    }
  }
}

void hub::sweep() {
  for (auto at = listeners_.begin(); at != listeners_.end();) {
    std::erase_if(at->second, [this](const std::shared_ptr<listener>& one) {
      if (!one->sink->open()) return true;
      if (!one->sink->allowed()) {
        one->sink->send("auth_revoked", R"("credential is no longer valid")");
      } else if (!one->sink->may_read(one->place, store_)) {
        one->sink->send("cancel", "null");
      } else {
        return false;
      }
      one->sink->end();
      return true;
    });
    at = at->second.empty() ? listeners_.erase(at) : std::next(at);
  }
}

std::size_t hub::size() const {
  std::size_t count = 0;
  for (const auto& [place, here] : listeners_) count += here.size();
  return count;
}

}  // namespace outcry::firebase::local
