#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/auth/identity.hpp"
#include "adapters/firebase/rules/changed_tree.hpp"
#include "adapters/firebase/rules/rule_error.hpp"
#include "adapters/firebase/rules/tree_view.hpp"

namespace outcry::firebase::rules {

struct rule_node;

/// The rules of a database: an honest subset of Google's Realtime Database security rules
/// (docs/firebase-rules.md). What it accepts it evaluates as Google's server does; the rest is
/// refused when it is made. Never changes, so any thread may ask.
///
/// A place that no rule grants is closed. Admins are above all rules.
class rule_set {
public:
  /// What one question may cost, in parts of expressions; a look into the tree counts as ten.
  static constexpr std::size_t most_steps = 1'000'000;

  /// `text`: the content of a rules file. Throws rule_error.
  explicit rule_set(std::string_view text);
  ~rule_set();
  rule_set(rule_set&&) noexcept;
  rule_set& operator=(rule_set&&) noexcept;

  /// Whether `who` may read everything at and below `at`. Queries may read what their place may.
  bool may_read(const path& at, const auth::identity& who, const tree_view& tree,
                std::int64_t now_ms) const;

  /// Whether `who` may do all of one write; every rule sees the tree with all of it done. `now_ms`
  /// must be the time that the write stores for `{".sv":"timestamp"}`. A write that makes no sense
  /// (keys that cannot be, places within each other, more than changed_tree::most_places) is
  /// refused.
  bool may_write(std::span<const written_value> writes, const auth::identity& who,
                 const tree_view& tree, std::int64_t now_ms) const;

  /// What the children at `at` are indexed by: child paths, or ".value".
  std::vector<std::string> index_on(const path& at) const;

private:
  std::unique_ptr<const rule_node> root_;
};

/// The rules in a file. Throws rule_error, its text beginning with the file's name, also when the
/// file cannot be read.
rule_set load_rules(const std::filesystem::path& file);

}  // namespace outcry::firebase::rules
