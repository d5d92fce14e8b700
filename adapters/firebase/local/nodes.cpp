#include "adapters/firebase/local/nodes.hpp"

#include <algorithm>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"

namespace outcry::firebase::local {

namespace {

void render_below(store& from, std::string_view place, renderer& out) {
  from.scan(place, end_of(place), [&](std::string_view at, const scalar& value) {
    out.add(at, value);
    return true;
  });
}

std::optional<std::string> child_in(const std::optional<std::string>& place,
                                    std::string_view parent) {
  if (!place) return std::nullopt;
  const std::string_view rest = std::string_view(*place).substr(parent.size());
  return std::string(rest.substr(0, first_key_size(rest)));
}

}  // namespace

std::optional<std::string> next_child(store& in, std::string_view parent, std::string_view from,
                                      std::string_view to) {
  return child_in(in.first_place(from, to), parent);
}

std::optional<std::string> last_child(store& in, std::string_view parent, std::string_view from,
                                      std::string_view to) {
  return child_in(in.last_place(from, to), parent);
}

std::string render_node(store& from, std::string_view place, form as) {
  renderer out(place, as);
  render_below(from, place, out);
  return out.finish();
}

std::string render_children(store& from, std::string_view parent, std::vector<entry> entries,
                            form as) {
  std::sort(entries.begin(), entries.end(),
            [](const entry& a, const entry& b) { return a.child < b.child; });
  renderer out(parent, as);
  for (const entry& one : entries) render_below(from, joined(parent, one.child), out);
  return out.finish();
}

std::string render_shallow(store& from, std::string_view place) {
  std::string text;
  if (const auto value = from.get(place)) {
    append_json(text, *value);
    return text;
  }
  const std::string end = end_of(place);
  std::string at = first_child_of(place);
  while (const auto child = next_child(from, place, at, end)) {
    text.push_back(text.empty() ? '{' : ',');
    append_json(text, std::string_view(first_key(*child)));
    text += ":true";
    at = end_of(joined(place, *child));
    if (text.size() > renderer::largest) throw refusal(400, "Too many keys for one request");
  }
  if (text.empty()) return "null";
  text.push_back('}');
  return text;
}

}  // namespace outcry::firebase::local
