#pragma once

#include <utility>

#include "adapters/firebase/local/gatekeeper.hpp"
#include "adapters/firebase/rules/rule_set.hpp"

namespace outcry::firebase::local {

/// Security rules, asked about the stored tree.
class stored_rules : public rule_book {
public:
  explicit stored_rules(rules::rule_set from) : rules_(std::move(from)) {}

  bool may_read(const std::string& place, const auth::identity& who, store& from,
                std::int64_t now) const override;
  bool may_write(const change& what, const auth::identity& who, store& from) const override;
  bool indexed(const std::string& place, const query& asked) const override;

private:
  const rules::rule_set rules_;
};

}  // namespace outcry::firebase::local
