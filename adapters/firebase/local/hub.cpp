#include "adapters/firebase/local/hub.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <spdlog/spdlog.h>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "adapters/firebase/local/render.hpp"
#include "adapters/firebase/local/window.hpp"

namespace outcry::firebase::local {

struct hub::listener {
  std::string place;
  std::optional<window> selection;
  std::shared_ptr<event_sink> sink;
};

/// JSON texts of a change's updates, each made once for all listeners.
class hub::texts {
public:
  explicit texts(const change& what) : what_(what), values_(what.updates.size()) {}

  const std::string& value(std::size_t index) {
    std::optional<std::string>& text = values_[index];
    const update& one = what_.updates[index];
    if (!text) text = render(one.leaves, one.place);
    return *text;
  }

  /// All updates of a PATCH, under the names the client gave them.
  const std::string& all() {
    if (!all_) {
      std::string text;
      for (std::size_t i = 0; i < what_.updates.size(); ++i) {
        text.push_back(i == 0 ? '{' : ',');
        append_json(text, std::string_view(what_.updates[i].name));
        text.push_back(':');
        text += value(i);
      }
      text.push_back('}');
      all_ = std::move(text);
    }
    return *all_;
  }

private:
  const change& what_;
  std::vector<std::optional<std::string>> values_;
  std::optional<std::string> all_;
};

void hub::emit(listener& one, const char* name, std::string_view path, std::string_view data) {
  if (!one.sink->open()) return;
  std::string text = R"({"path":)";
  std::string rooted;
  rooted.push_back('/');
  rooted += path;
  append_json(text, std::string_view(rooted));
  text += R"(,"data":)";
  text += data;
  text.push_back('}');
  events_.push_back({one.sink, name, std::move(text)});
}

void hub::add(const std::string& place, std::optional<query> filter,
              std::shared_ptr<event_sink> sink) {
  auto one = std::make_shared<listener>();
  one->place = place;
  one->sink = std::move(sink);
  std::string value;
  if (filter) {
    one->selection.emplace(std::move(*filter));
    value = render_children(store_, place, one->selection->fill(store_, place));
  } else {
    value = render_node(store_, place);
  }
  emit(*one, "put", "", value);
  listeners_[place].push_back(std::move(one));
}

void hub::notify(const change& what) {
  if (listeners_.empty() || what.updates.empty()) return;
  std::vector<listener*> order;
  std::unordered_map<listener*, std::vector<std::size_t>> hits;
  const auto hit = [&](const std::vector<std::shared_ptr<listener>>& here, std::size_t index) {
    for (const auto& one : here) {
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
  texts cache(what);
  for (listener* one : order) {
    try {
      if (one->selection) {
        tell_query(*one, what, hits[one], cache);
      } else {
        tell_plain(*one, what, hits[one], cache);
      }
    } catch (const refusal& refused) {
      // An event too large for one message: the write stands, the stream cannot go on.
      events_.push_back({one->sink, "cancel", "null"});
      spdlog::warn("a stream at /{} was ended: {}", to_text(one->place), refused.what());
    }
  }
}

void hub::tell_plain(listener& one, const change& what, const std::vector<std::size_t>& hits,
                     texts& cache) {
  const std::size_t size = one.place.size();
  const update& first = what.updates[hits.front()];
  if (within(one.place, first.place)) {
    emit(one, "put", "", render(first.leaves, one.place));
    return;
  }
  if (!what.patch) {
    emit(one, "put", to_text(std::string_view(first.place).substr(size)),
         cache.value(hits.front()));
    return;
  }
  if (within(what.place, one.place)) {
    emit(one, "patch", to_text(std::string_view(what.place).substr(size)), cache.all());
    return;
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
  emit(one, "patch", "", data);
}

void hub::tell_query(listener& one, const change& what, const std::vector<std::size_t>& hits,
                     texts& cache) {
  const std::size_t size = one.place.size();
  if (within(one.place, what.updates[hits.front()].place)) {
    emit(one, "put", "",
         render_children(store_, one.place, one.selection->fill(store_, one.place)));
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
    parts.emplace_back(first_key(child), render_node(store_, one.place + child));
  }
  const std::unordered_set<std::string> whole(changed.entered.begin(), changed.entered.end());
  for (const std::size_t index : hits) {
    const std::string child = child_of(index);
    if (whole.contains(child) || !one.selection->contains(child)) continue;
    parts.emplace_back(to_text(std::string_view(what.updates[index].place).substr(size)),
                       cache.value(index));
  }
  if (parts.empty()) return;
  if (parts.size() == 1) {
    emit(one, "put", parts.front().first, parts.front().second);
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
  emit(one, "patch", "", data);
}

void hub::flush() {
  std::vector<event> ready;
  ready.swap(events_);
  touched_.clear();
  for (const event& one : ready) {
    one.sink->send(one.name, one.data);
    if (one.name == std::string_view("cancel")) one.sink->end();
  }
}

void hub::discard() {
  for (const event& one : events_) one.sink->end();
  // Their windows know of writes that never were, even where no event came of it.
  for (const auto& one : touched_) one->sink->end();
  events_.clear();
  touched_.clear();
  sweep();
}

void hub::keep_alive() {
  for (const auto& [place, here] : listeners_) {
    for (const auto& one : here) one->sink->send("keep-alive", "null");
  }
}

void hub::sweep() {
  for (auto at = listeners_.begin(); at != listeners_.end();) {
    std::erase_if(at->second, [](const std::shared_ptr<listener>& one) {
      if (!one->sink->open()) return true;
      if (one->sink->allowed()) return false;
      one->sink->send("auth_revoked", R"("credential is no longer valid")");
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
