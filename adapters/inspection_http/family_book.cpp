#include "adapters/inspection_http/family_book.hpp"

#include <algorithm>
#include <utility>

#include <prometheus/text_serializer.h>

namespace outcry::inspection_http {

prometheus::MetricFamily& family_book::family(const char* name, const char* help,
                                              prometheus::MetricType type) {
  const auto [place, fresh] = places_.try_emplace(name, families_.size());
  if (fresh) families_.push_back({name, help, type, {}});
  return families_[place->second];
}

void family_book::gauge(const char* name, const char* help, const labels& of,
                        std::optional<double> value) {
  if (!value) return;
  prometheus::ClientMetric sample;
  sample.label = of;
  sample.gauge.value = *value;
  family(name, help, prometheus::MetricType::Gauge).metric.push_back(std::move(sample));
}

void family_book::counter(const char* name, const char* help, const labels& of,
                          std::optional<double> value) {
  if (!value) return;
  prometheus::ClientMetric sample;
  sample.label = of;
  sample.counter.value = *value;
  family(name, help, prometheus::MetricType::Counter).metric.push_back(std::move(sample));
}

void family_book::state(const char* name, const char* help, const labels& of, const char* label,
                        std::initializer_list<std::string_view> words, std::string_view now) {
  if (std::find(words.begin(), words.end(), now) == words.end()) return;
  for (const auto word : words) {
    auto with = of;
    with.push_back({label, std::string{word}});
    gauge(name, help, with, word == now ? 1 : 0);
  }
}

std::string family_book::text() const {
  return prometheus::TextSerializer{}.Serialize(families_);
}

const nlohmann::json& part_in(const nlohmann::json& of, const char* key) {
  static const nlohmann::json nothing;
  if (!of.is_object()) return nothing;
  const auto found = of.find(key);
  return found == of.end() ? nothing : *found;
}

std::optional<double> number_in(const nlohmann::json& of, const char* key) {
  const auto& value = part_in(of, key);
  if (!value.is_number()) return std::nullopt;
  return value.get<double>();
}

std::string text_in(const nlohmann::json& of, const char* key) {
  const auto& value = part_in(of, key);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

std::map<std::string, const nlohmann::json*> rows_by(const nlohmann::json& list, const char* key) {
  std::map<std::string, const nlohmann::json*> rows;
  for (const auto& row : list)
    if (auto name = text_in(row, key); !name.empty()) rows.try_emplace(std::move(name), &row);
  return rows;
}

std::optional<double> seconds_of_ms(std::optional<double> ms) {
  if (ms) *ms /= 1e3;
  return ms;
}

std::optional<double> seconds_of_ns(std::optional<double> ns) {
  if (ns) *ns /= 1e9;
  return ns;
}

}  // namespace outcry::inspection_http
