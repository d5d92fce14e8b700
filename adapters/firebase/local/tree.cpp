#include "adapters/firebase/local/tree.hpp"

#include <algorithm>
#include <utility>

#include "adapters/firebase/local/key.hpp"

namespace outcry::firebase::local {

void tree::resolve(change& what) {
  for (update& one : what.updates) {
    for (leaf& each : one.leaves) {
      if (!each.increment) continue;
      each.value = add(leaves.get(each.place).value_or(std::int64_t{0}), each.value);
      each.increment = false;
    }
  }
}

void tree::apply(change& what) {
  // A priority needs its node, which another part of this write may make.
  std::stable_partition(what.updates.begin(), what.updates.end(),
                        [](const update& one) { return !is_priority(one.place); });
  std::erase_if(what.updates,
                [this](const update& one) { return !leaves.replace(one.place, one.leaves); });
  listeners.notify(what);
}

void tree::commit() {
  listeners.settle();
  out.flush();
}

void tree::rollback() {
  leaves.rollback();
  out.discard();
  listeners.discard();
}

}  // namespace outcry::firebase::local
