#include "adapters/firebase/local/render.hpp"

#include <algorithm>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"

namespace outcry::firebase::local {

void renderer::open(std::size_t place_end) {
  nodes_.push_back({place_end, text_.size(), form_ == form::plain, {}});
  text_.push_back('{');
}

void renderer::begin_child(std::string_view rest) {
  node& parent = nodes_.back();
  if (text_.size() > parent.begin + 1) text_.push_back(',');
  append_json(text_, std::string_view(first_key(rest)));
  text_.push_back(':');
  std::size_t index = 0;
  if (parent.indices && first_key_is_index(rest, index)) {
    parent.elements.push_back({index, text_.size(), 0});
  } else if (parent.indices) {
    parent.indices = false;
    parent.elements.clear();
  }
}

void renderer::end_child() {
  if (!nodes_.empty() && nodes_.back().indices) nodes_.back().elements.back().end = text_.size();
}

void renderer::close() {
  node closed = std::move(nodes_.back());
  nodes_.pop_back();
  if (closed.indices && closed.elements.back().index < 2 * closed.elements.size()) {
    std::string array = "[";
    std::size_t next = 0;
    for (const element& one : closed.elements) {
      for (; next < one.index; ++next) array += "null,";
      array.append(text_, one.begin, one.end - one.begin);
      array.push_back(',');
      ++next;
    }
    array.back() = ']';
    text_.replace(closed.begin, text_.size() - closed.begin, array);
  } else {
    text_.push_back('}');
  }
  end_child();
}

void renderer::walk_to(std::string_view rest) {
  while (!nodes_.empty() &&
         !within(rest, std::string_view(current_).substr(0, nodes_.back().place_end))) {
    close();
  }
  if (nodes_.empty()) open(0);
  current_ = rest;
  std::size_t done = nodes_.back().place_end;
  for (;;) {
    const std::string_view left = std::string_view(current_).substr(done);
    begin_child(left);
    done += first_key_size(left);
    if (done == current_.size()) break;
    open(done);
  }
}

void renderer::add(std::string_view place, const scalar& value) {
  const std::string_view rest = place.substr(base_size_);
  if (is_priority(rest)) {
    if (form_ == form::plain) return;
    add_priority(rest.substr(0, rest.size() - priority_key.size()), value);
  } else {
    if (!rest.empty()) walk_to(rest);
    leaf_begin_ = text_.size();
    leaf_last_ = true;
    append_json(text_, value);
    end_child();
  }
  if (text_.size() > largest) {
    throw refusal(400,
                  "Data requested exceeds the maximum size that can be accessed with a "
                  "single request. Narrow it down with shallow=true or a query");
  }
}

void renderer::add_priority(std::string_view whose, const scalar& value) {
  constexpr std::string_view name = R"(".priority":)";
  if (leaf_last_ && current_ == whose) {
    text_.insert(leaf_begin_, R"({".value":)");
    text_.push_back(',');
    text_ += name;
    append_json(text_, value);
    text_.push_back('}');
    leaf_last_ = false;
    return;
  }
  if (!whose.empty()) walk_to(whose);
  open(whose.size());
  text_ += name;
  append_json(text_, value);
  leaf_last_ = false;
}

std::string renderer::finish() {
  while (!nodes_.empty()) close();
  return text_.empty() ? "null" : std::move(text_);
}

std::string render(const std::vector<leaf>& leaves, std::string_view base, form as) {
  renderer out(base, as);
  auto at = std::lower_bound(leaves.begin(), leaves.end(), base,
                             [](const leaf& l, std::string_view key) { return l.place < key; });
  for (; at != leaves.end() && within(at->place, base); ++at) out.add(at->place, at->value);
  return out.finish();
}

}  // namespace outcry::firebase::local
