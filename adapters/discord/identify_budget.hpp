#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adapters/discord/gateway_payload.hpp"

namespace outcry::discord {

/// Where the times of identifies survive the process.
class identify_store {
public:
  virtual ~identify_store() = default;
  /// UNIX ms of each identify that is remembered. Throws std::runtime_error when it cannot be
  /// known.
  virtual std::vector<std::int64_t> load() = 0;
  /// They are on the disk when it returns. Throws std::runtime_error when they are not.
  virtual void save(const std::vector<std::int64_t>& times) = 0;
};

/// A small text file, one time a line, replaced as a whole.
class identify_file final : public identify_store {
public:
  explicit identify_file(std::filesystem::path file) : file_(std::move(file)) {}
  /// A missing file is an empty one.
  std::vector<std::int64_t> load() override;
  void save(const std::vector<std::int64_t>& times) override;

private:
  std::filesystem::path file_;
};

struct identify_limits {
  int per_day = 500;                     ///< half of what Discord allows in 24 h
  int reserve = 20;                      ///< of what Discord says remains, never used
  std::int64_t spacing_ms = 5000;        ///< between two; max_concurrency counts per 5 s
  std::int64_t longest_ms = 15 * 60000;  ///< cap of the growing distance
};

/// Discord resets the token of a bot that identifies more than 1000 times in 24 h, and answers op 9
/// to more than max_concurrency in 5 s. So each identify is written down before it is sent, and the
/// distance to the next doubles with each one of the last hour: a program that is started again and
/// again, or a gateway that never lets a session begin, stays below 200 a day.
class identify_budget {
public:
  /// `now_ms` is UNIX time; the store must outlive the budget.
  identify_budget(identify_store& store, std::function<std::int64_t()> now_ms,
                  identify_limits limits = {});

  /// ms until the next identify may be sent; 0 = now. Throws what the store throws.
  std::int64_t wait_ms(const gateway_info& discord_says);

  /// Writes down one that is about to be sent. Throws what the store throws: then it must not be.
  void spend();

private:
  std::vector<std::int64_t>& times(std::int64_t now);

  identify_store& store_;
  std::function<std::int64_t()> now_ms_;
  identify_limits limits_;
  bool loaded_ = false;
  std::vector<std::int64_t> times_;  ///< of the last 24 h, rising
};

}  // namespace outcry::discord
