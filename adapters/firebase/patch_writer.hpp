#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/firebase/client.hpp"
#include "messages/mirror.hpp"

namespace outcry::firebase {

/// `values` as the body of one multi-path PATCH.
std::string patch_body(const std::vector<owed_value>& values);

/// What the relay can do about a reply.
mirror_reply to_mirror_reply(const reply& answer);

/// One connection to the database with a thread of its own: writes one patch at a time.
class patch_writer {
public:
  using callback = std::function<void(std::uint64_t ticket, const mirror_reply&)>;

  /// `done` runs on the writer's thread.
  patch_writer(database_url url, std::shared_ptr<credentials> identity, client_options options,
               callback done);

  /// Ends the running write and joins: milliseconds.
  ~patch_writer();

  /// False: the writer is busy, which never happens to a caller that waits for `done`.
  bool write(std::uint64_t ticket, mirror_patch patch);

private:
  struct job {
    std::uint64_t ticket;
    mirror_patch patch;
  };

  void run();

  client client_;
  callback done_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<job> next_;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace outcry::firebase
