#pragma once

#include <list>
#include <unordered_map>

namespace outcry::http::detail {

class peer;

/// Peers that have not shown yet that they are worth their place: when all places are taken, the
/// one that has been here for the longest time makes room. I/O thread only.
class spare_peers {
public:
  /// Does nothing if it is there already.
  void add(peer* who);
  void remove(peer* who);

  /// Null if there is none.
  peer* oldest() const { return order_.empty() ? nullptr : order_.front(); }

private:
  std::list<peer*> order_;
  std::unordered_map<peer*, std::list<peer*>::iterator> places_;
};

}  // namespace outcry::http::detail
