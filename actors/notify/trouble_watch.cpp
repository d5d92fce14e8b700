#include "actors/notify/trouble_watch.hpp"

namespace outcry {

void trouble_watch::look(const std::optional<notice>& trouble, const notice& back,
                         std::int64_t now_ms, news& to) {
  if (!trouble) {
    since_ms_.reset();
    if (said_) to.raised.push_back(back);
    said_.reset();
    return;
  }
  if (!since_ms_) since_ms_ = now_ms;
  if (now_ms < *since_ms_ + grace_ms_ || said_ == trouble) return;
  said_ = trouble;
  to.raised.push_back(*trouble);
}

}  // namespace outcry
