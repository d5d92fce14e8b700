#include "adapters/firebase/exposure/keeper.hpp"

#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "adapters/firebase/auth/passcode.hpp"

namespace outcry::firebase::exposure {

namespace {

constexpr std::time_t certificate_look_s = 3600;

/// A home has few phones; and whoever else is on its network shall not be able to take much.
http::options outside_options(const std::string& address, std::uint16_t port,
                              const http::tls_files& files) {
  http::options where;
  where.address = address;
  where.port = port;
  where.tls = files;
  where.max_connections = 256;
  where.max_sockets = 256;
  where.max_waiting = 64u << 20;
  where.max_unfinished = 32u << 20;
  return where;
}

}  // namespace

keeper::keeper(options opts) : opts_(std::move(opts)), writer_(opts_.data_dir) {
  look();
}

keeper::~keeper() {
  close();
}

void keeper::look() {
  report result;
  try {
    const auto wanted = wish_file(opts_.data_dir).load();
    if (wanted) result.id = wanted->id;
    if (!wanted) {
      close();
    } else if (!auth::passcode_file(opts_.data_dir).load()) {
      close();
      result.problem = "no passcode is set; set one with: outcry passcode set";
    } else {
      follow(*wanted, result);
    }
  } catch (const std::exception& failure) {
    close();
    result.problem = failure.what();
  }
  tell(result);
}

void keeper::follow(const wish& wanted, report& result) {
  if (in_force_ != wanted) {
    close();
    prepare(wanted);
    in_force_ = wanted;
    opts_.hosts->set(hosts_of(wanted));
  } else if (opts_.now() >= certificate_due_) {
    prepare(wanted);
  }
  const auto files = certificate_for(wanted, opts_.data_dir).files;
  for (const auto& address : wanted.addresses) {
    try {
      if (!open_.contains(address)) {
        open_.emplace(address, opts_.listen(outside_options(address, wanted.port, files)));
        spdlog::info("open to the home network: {}", url_of(address, wanted.port));
      }
      result.open.push_back(address);
    } catch (const std::exception& failure) {
      result.failed.push_back({address, failure.what()});
    }
  }
}

void keeper::prepare(const wish& wanted) {
  auto certificate = certificate_for(wanted, opts_.data_dir);
  certificate.now = opts_.now;
  const bool fresh = http::ensure_certificate(certificate);
  certificate_due_ = opts_.now() + certificate_look_s;
  if (!fresh) return;
  spdlog::info("the certificate for the home network was made anew: SHA-256 {}",
               http::read_certificate(certificate.files.certificate).fingerprint);
  for (const auto& [address, server] : open_) server->use_tls(certificate.files);
}

void keeper::close() {
  opts_.hosts->set({});
  in_force_.reset();
  if (!open_.empty()) spdlog::info("closed to the home network");
  open_.clear();
}

void keeper::tell(const report& result) {
  if (told_ == result) return;
  told_ = result;
  if (!result.problem.empty()) spdlog::warn("closed to the home network: {}", result.problem);
  for (const auto& one : result.failed) spdlog::warn("not open to the home network: {}", one.why);
  try {
    writer_.write(result);
  } catch (const std::exception& failure) {
    told_.reset();
    spdlog::error("{}", failure.what());
  }
}

}  // namespace outcry::firebase::exposure
