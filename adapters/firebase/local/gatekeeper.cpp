#include "adapters/firebase/local/gatekeeper.hpp"

namespace outcry::firebase::local {

namespace {

bool is_somebody(const auth::identity& who) {
  return who.admin || !who.uid.empty();
}

}  // namespace

bool gatekeeper::may_read(const std::string& place, const auth::identity& who, store& from) const {
  if (who.admin) return true;
  return opts_.rules ? opts_.rules->may_read(place, who, from, now()) : is_somebody(who);
}

bool gatekeeper::may_write(const change& what, const auth::identity& who, store& from) const {
  if (who.admin) return true;
  return opts_.rules ? opts_.rules->may_write(what, who, from) : is_somebody(who);
}

}  // namespace outcry::firebase::local
