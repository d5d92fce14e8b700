#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <prometheus/metric_family.h>

namespace outcry::inspection_http {

/// Metric families in the order in which they were begun. What has no value gets no sample, since
/// a made-up 0 would say something.
class family_book {
public:
  using labels = std::vector<prometheus::ClientMetric::Label>;

  /// `name` begins with "outcry_" or "process_"; a counter's ends with "_total".
  void gauge(const char* name, const char* help, const labels& of, std::optional<double> value);
  void counter(const char* name, const char* help, const labels& of, std::optional<double> value);

  /// One sample for each of the words, 1 for `now`, else 0: a state as Prometheus likes it. None if
  /// `now` is none of them.
  void state(const char* name, const char* help, const labels& of, const char* label,
             std::initializer_list<std::string_view> words, std::string_view now);

  /// Text in the exposition format, version 0.0.4.
  std::string text() const;

private:
  prometheus::MetricFamily& family(const char* name, const char* help, prometheus::MetricType type);

  std::vector<prometheus::MetricFamily> families_;
  std::map<std::string_view, std::size_t> places_;
};

/// The member as a number, a text, an object's or a list's elements: nothing, "" or an empty value
/// when it is not there or is something else. Never throw.
std::optional<double> number_in(const nlohmann::json& of, const char* key);
std::string text_in(const nlohmann::json& of, const char* key);
const nlohmann::json& part_in(const nlohmann::json& of, const char* key);

/// The rows of a list by their name, which stands under `key`. A row without one is left out, as is
/// a second one of a name: Prometheus refuses a whole answer that says one thing twice.
std::map<std::string, const nlohmann::json*> rows_by(const nlohmann::json& list, const char* key);

/// Numbers scaled: milliseconds, nanoseconds to seconds.
std::optional<double> seconds_of_ms(std::optional<double> ms);
std::optional<double> seconds_of_ns(std::optional<double> ns);

}  // namespace outcry::inspection_http
