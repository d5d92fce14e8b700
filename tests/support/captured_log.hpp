#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

namespace outcry::test {

/// Keeps what this process logs as long as it lives. Must outlive the threads that log.
class captured_log {
public:
  captured_log() : sink_(std::make_shared<sink>()), before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>("captured", sink_);
    logger->set_level(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
  }
  ~captured_log() { spdlog::set_default_logger(before_); }
  captured_log(const captured_log&) = delete;
  captured_log& operator=(const captured_log&) = delete;

  /// Everything so far.
  std::string text() const { return sink_->text(); }

private:
  class sink : public spdlog::sinks::base_sink<std::mutex> {
  public:
    std::string text() {
      const std::lock_guard lock(mutex_);
      return text_;
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& one) override {
      text_.append(one.payload.data(), one.payload.size());
      text_.push_back('\n');
    }
    void flush_() override {}

  private:
    std::string text_;
  };

  std::shared_ptr<sink> sink_;
  std::shared_ptr<spdlog::logger> before_;
};

}  // namespace outcry::test
