#include "actors/inspection/floor_snapshot.hpp"

#include <algorithm>

namespace outcry::inspection {

namespace {

template <class Row>
rows<Row> values_of(const by_name<Row>& from) {
  rows<Row> result;
  result.reserve(from.size());
  for (const auto& [name, row] : from) result.push_back(row);
  return result;
}

}  // namespace

const link_row* floor_rows::link(std::string_view name) const {
  const auto found =
      std::find_if(links.begin(), links.end(), [&](const link_row& x) { return x.name == name; });
  return found == links.end() ? nullptr : &found->get();
}

floor_rows rows_of(const floor_snapshot& x) {
  return {x.at_ms,
          x.floor,
          values_of(x.actors),
          values_of(x.pits),
          values_of(x.links),
          values_of(x.messages),
          {x.graves.begin(), x.graves.end()}};
}

}  // namespace outcry::inspection
