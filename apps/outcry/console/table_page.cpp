#include <fmt/format.h>

#include "apps/outcry/console/page.hpp"
#include "apps/outcry/console/sources.hpp"

namespace outcry::console {

namespace {

template <class Source>
class table_page final : public page {
public:
  table_page(table_kind kind, std::size_t sorted_by)
      : kind_(kind), rows_(Source::columns(), sorted_by) {
    rows_.show_hidden(false);
  }

  void arrange(const look& at) override {
    Source from{at.data, at.now_ms};
    all_ = from.size();
    rows_.arrange(from);
  }

  void draw(grid& on, const area& where, const look& at) override {
    rows_.draw(on, where, Source{at.data, at.now_ms});
    if (rows_.shown() == 0 && where.rows > 1)
      on.put(where.row + 1, where.column, nothing(), ink::dim);
  }

  bool press_key(const key& x, const look& at) override {
    return rows_.press_key(x, Source{at.data, at.now_ms});
  }

  bool press_mouse(const mouse& x, const look& at) override {
    return rows_.press_mouse(x, Source{at.data, at.now_ms});
  }

  std::string actor() const override {
    if (rows_.chosen().empty()) return {};
    if (kind_ == table_kind::pits) return "pit:" + rows_.chosen();
    return kind_ == table_kind::actors || kind_ == table_kind::graves ? rows_.chosen()
                                                                      : std::string{};
  }

  std::string message() const override {
    return kind_ == table_kind::messages ? rows_.chosen() : std::string{};
  }

  bool can_filter() const override { return true; }
  void set_filter(const std::string& words) override { rows_.set_filter(words); }
  std::string filter() const override { return rows_.filter(); }
  void show_hidden(bool yes) override { rows_.show_hidden(yes); }

  std::string remark() const override {
    auto result = fmt::format("{} of {}", rows_.shown(), all_);
    if (rows_.left_out() > 0) result += fmt::format(", {} hidden", rows_.left_out());
    return result;
  }

private:
  const char* nothing() const {
    if (all_ > 0)
      return rows_.filter().empty() ? "hidden: H shows them" : "no row matches the filter";
    switch (kind_) {
      case table_kind::actors:
        return "no actors are known yet";
      case table_kind::pits:
        return "no pits: nobody wants a ticker yet";
      case table_kind::links:
        return "no outside connections";
      case table_kind::messages:
        return "no operator messages";
      case table_kind::graves:
        break;
    }
    return "nobody has died";
  }

  table_kind kind_;
  table rows_;
  std::size_t all_ = 0;
};

}  // namespace

std::unique_ptr<page> make_table_page(table_kind kind) {
  switch (kind) {
    case table_kind::actors:
      return std::make_unique<table_page<actor_source>>(kind, actor_source::first_sort);
    case table_kind::pits:
      return std::make_unique<table_page<pit_source>>(kind, 0);
    case table_kind::links:
      return std::make_unique<table_page<link_source>>(kind, 1);
    case table_kind::messages:
      return std::make_unique<table_page<message_source>>(kind, 0);
    case table_kind::graves:
      break;
  }
  return std::make_unique<table_page<grave_source>>(kind, 2);
}

}  // namespace outcry::console
