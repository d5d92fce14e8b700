#pragma once

#include <initializer_list>

#include "apps/outcry/console/book.hpp"
#include "apps/outcry/console/table.hpp"

namespace outcry::console {

/// A handler that takes longer than this is busy, than that stuck.
constexpr std::int64_t busy_ms = 1'000;
constexpr std::int64_t stuck_ms = 5'000;

/// How long the actor's handler has been at its message, at the floor's time `now_ms`; 0 when it is
/// at none.
std::int64_t serving_ms(const actor_row& x, std::int64_t now_ms);

/// How an actor is in one word, what its handler does included: "running", "stuck".
field state_of(const actor_row& x, std::int64_t now_ms);

/// How much an actor wants to be looked at: the failed, the stuck, those restarting, then who has
/// most to do.
double trouble_of(const actor_row& x, std::int64_t now_ms);

/// The ink of a state's word: of links, pits, messages.
ink ink_of(std::string_view state);

/// What the tables show of a book, at the floor's time `now_ms`.
class actor_source final : public row_source {
public:
  actor_source(const book& from, std::int64_t now_ms) : book_(from), now_ms_(now_ms) {}
  static std::vector<column> columns();
  static constexpr std::size_t first_sort = 2;  ///< by trouble

  std::size_t size() const override { return book_.actors().all().size(); }
  std::string_view name(std::size_t row) const override { return at(row).row.name; }
  field show(std::size_t row, std::size_t column) const override;
  sort_key key(std::size_t row, std::size_t column) const override;
  void searched(std::size_t row, std::string& to) const override;
  bool hidden(std::size_t row) const override { return at(row).row.hidden; }

private:
  const actor_entry& at(std::size_t row) const { return book_.actors().all()[row]; }
  const book& book_;
  std::int64_t now_ms_;
};

class pit_source final : public row_source {
public:
  pit_source(const book& from, std::int64_t now_ms) : book_(from), now_ms_(now_ms) {}
  static std::vector<column> columns();

  std::size_t size() const override { return book_.pits().all().size(); }
  std::string_view name(std::size_t row) const override { return at(row).row.ticker; }
  field show(std::size_t row, std::size_t column) const override;
  sort_key key(std::size_t row, std::size_t column) const override;
  void searched(std::size_t row, std::string& to) const override;

private:
  const pit_entry& at(std::size_t row) const { return book_.pits().all()[row]; }
  std::int64_t age_ms(const pit_entry& x) const;
  const book& book_;
  std::int64_t now_ms_;
};

class link_source final : public row_source {
public:
  link_source(const book& from, std::int64_t now_ms) : book_(from), now_ms_(now_ms) {}
  static std::vector<column> columns();

  std::size_t size() const override { return book_.links().all().size(); }
  std::string_view name(std::size_t row) const override { return at(row).name; }
  field show(std::size_t row, std::size_t column) const override;
  sort_key key(std::size_t row, std::size_t column) const override;
  void searched(std::size_t row, std::string& to) const override;

private:
  const link_row& at(std::size_t row) const { return book_.links().all()[row].row; }
  const book& book_;
  std::int64_t now_ms_;
};

class message_source final : public row_source {
public:
  /// Made like the others; nothing in it depends on the time.
  message_source(const book& from, std::int64_t /*now_ms*/) : book_(from) {}
  static std::vector<column> columns();

  std::size_t size() const override { return book_.messages().all().size(); }
  std::string_view name(std::size_t row) const override { return at(row).id; }
  field show(std::size_t row, std::size_t column) const override;
  sort_key key(std::size_t row, std::size_t column) const override;
  void searched(std::size_t row, std::string& to) const override;

private:
  const message_row& at(std::size_t row) const { return book_.messages().all()[row].row; }
  const book& book_;
};

class grave_source final : public row_source {
public:
  grave_source(const book& from, std::int64_t now_ms) : book_(from), now_ms_(now_ms) {}
  static std::vector<column> columns();

  std::size_t size() const override { return book_.graves().size(); }
  std::string_view name(std::size_t row) const override { return at(row).name; }
  field show(std::size_t row, std::size_t column) const override;
  sort_key key(std::size_t row, std::size_t column) const override;
  void searched(std::size_t row, std::string& to) const override;

private:
  const grave_row& at(std::size_t row) const { return book_.graves()[row]; }
  const book& book_;
  std::int64_t now_ms_;
};

/// Appends texts in lower case, a line each: no word is found across two of them.
void append_lower(std::string& to, std::initializer_list<std::string_view> texts);

}  // namespace outcry::console
