#include "adapters/control/inspect_delta.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "messages/detail/json_writer.hpp"

namespace outcry::control {

namespace {

using detail::json_array;
using detail::json_string;
using detail::object_writer;

const std::string& key_of(const actor_row& x) {
  return x.status.name;
}

template <class Row>
std::string row_json(const Row& x) {
  return to_json(x);
}

/// Adds one element to a JSON array that is being written.
void add(std::string& array, const std::string& element) {
  if (array.size() > 1) array += ',';
  array += element;
}

struct actor_changes {
  std::string changed = "[";
  std::string gone = "[";
};

/// Both are sorted by name: one walk over the two.
actor_changes changes_of(const std::vector<actor_row>& before, const std::vector<actor_row>& now) {
  actor_changes result;
  auto old = before.begin();
  for (const auto& x : now) {
    while (old != before.end() && key_of(*old) < key_of(x))
      add(result.gone, json_string(key_of(*old++)));
    const bool known = old != before.end() && key_of(*old) == key_of(x);
    if (!known || !(*old == x)) add(result.changed, to_json(x));
    if (known) ++old;
  }
  while (old != before.end()) add(result.gone, json_string(key_of(*old++)));
  result.changed += ']';
  result.gone += ']';
  return result;
}

/// The rows whose JSON was not among those before.
template <class Row>
std::string changed_rows(const std::vector<Row>& before, const std::vector<Row>& now) {
  std::vector<std::string> known;
  known.reserve(before.size());
  for (const auto& x : before) known.push_back(to_json(x));
  std::sort(known.begin(), known.end());
  std::string result = "[";
  for (const auto& x : now) {
    auto text = to_json(x);
    if (!std::binary_search(known.begin(), known.end(), text)) add(result, text);
  }
  return result += ']';
}

/// The graves dug since then; some may be forgotten already.
std::string new_graves(const floor_snapshot& before, const floor_snapshot& now) {
  const auto fresh = std::min<std::uint64_t>(now.buried - before.buried, now.graves.size());
  const std::vector<grave> last(now.graves.end() - static_cast<std::ptrdiff_t>(fresh),
                                now.graves.end());
  return json_array(last, row_json<grave>);
}

}  // namespace

std::string to_json(const floor_snapshot& x, std::uint64_t seq, std::uint32_t parts) {
  object_writer out;
  out.count("seq", seq).number("at_ms", x.at_ms);
  if ((parts & part::floor) != 0) out.raw("floor", to_json(x.floor));
  if ((parts & part::actors) != 0) out.raw("actors", json_array(x.actors, row_json<actor_row>));
  if ((parts & part::pits) != 0) out.raw("pits", json_array(x.pits, row_json<pit_row>));
  if ((parts & part::links) != 0) out.raw("links", json_array(x.links, row_json<link_row>));
  if ((parts & part::messages) != 0)
    out.raw("messages", json_array(x.messages, row_json<message_row>));
  if ((parts & part::graves) != 0) out.raw("graves", json_array(x.graves, row_json<grave>));
  return out.finish();
}

std::string delta_writer::write(std::shared_ptr<const floor_snapshot> now) {
  ++seq_;
  auto result =
      last_ ? delta(*now) : object_writer{}.raw("snapshot", to_json(*now, seq_, parts_)).finish();
  last_ = std::move(now);
  return result;
}

std::string delta_writer::delta(const floor_snapshot& now) const {
  object_writer out;
  out.count("seq", seq_).number("at_ms", now.at_ms);
  if ((parts_ & part::floor) != 0) out.raw("floor", to_json(now.floor));
  if ((parts_ & part::actors) != 0) {
    const auto changes = changes_of(last_->actors, now.actors);
    out.raw("actors", changes.changed).raw("gone", changes.gone);
  }
  if ((parts_ & part::pits) != 0) out.raw("pits", changed_rows(last_->pits, now.pits));
  if ((parts_ & part::links) != 0) out.raw("links", changed_rows(last_->links, now.links));
  if ((parts_ & part::messages) != 0)
    out.raw("messages", changed_rows(last_->messages, now.messages));
  if ((parts_ & part::graves) != 0) out.raw("graves", new_graves(*last_, now));
  return object_writer{}.raw("delta", out.finish()).finish();
}

}  // namespace outcry::control
