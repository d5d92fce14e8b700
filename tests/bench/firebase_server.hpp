#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::bench {

/// The node that the contract suites install; empty if it cannot be had, `why` says why then.
std::string node_program(std::string& why);

/// Where its modules are, the official SDK among them.
std::string node_folder();

/// A server of Firebase's wire protocol as a process: ours, with its data on disk, or the bare one.
class firebase_server {
public:
  static firebase_server ours();
  static firebase_server bare(const std::string& node);

  std::uint16_t port() const { return port_; }
  const std::string& credential() const { return credential_; }

  /// Bytes that are in memory now.
  std::size_t resident() const;
  /// Seconds of processor time used so far.
  double cpu_seconds() const;

private:
  firebase_server(std::unique_ptr<test::temp_dir> dir, test::process running);

  std::unique_ptr<test::temp_dir> dir_;
  test::process process_;
  std::uint16_t port_ = 0;
  std::string credential_ = "bench";
};

}  // namespace outcry::bench
