#pragma once

#include <string>
#include <vector>

#include "actors/inspection/verdict.hpp"
#include "apps/outcry/console/book.hpp"
#include "apps/outcry/console/table.hpp"

namespace outcry::console {

using inspection::severity;
using inspection::verdict;

/// A look may be so late before the floor counts as silent.
constexpr std::int64_t grace_ms = 2'500;

/// How the console and its floor stand to each other.
struct standing {
  bool live = false;          ///< the floor tells what happens
  std::string why;            ///< when it does not
  std::int64_t quiet_ms = 0;  ///< since it was heard last
  std::int64_t interval_ms = 1000;
  bool frozen = false;
};

/// The floor in a few pieces, the most important first.
std::vector<field> header_pieces(const book& at, std::int64_t now_ms);

/// Draws title, pieces and verdict into the first rows; as many as fit, the verdict always. Returns
/// how many rows it took, at most `most`.
int draw_header(grid& on, int most, const book& at, std::int64_t now_ms, const standing& how,
                const verdict& said);

}  // namespace outcry::console
