#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/outcry/console/page.hpp"
#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

constexpr std::int64_t ledger_pause_ms = 1'000;

struct asked_ledger {
  nlohmann::json ledger;
  std::string refused;
  std::int64_t asked_ms = 0;
  bool asking = false;
};

std::string member_text(const nlohmann::json& x, const char* name) {
  auto found = x.find(name);
  return found != x.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t member_number(const nlohmann::json& x, const char* name) {
  auto found = x.find(name);
  return found != x.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

class message_page final : public text_page {
public:
  explicit message_page(std::string id) : id_(std::move(id)) {}

  std::string remark() const override { return "message " + id_; }

  void work(talk& over, std::int64_t now_ms) override {
    auto& x = *asked_;
    if (x.asking || !over.live()) return;
    if (x.asked_ms > 0 && now_ms - x.asked_ms < ledger_pause_ms) return;
    const auto state = x.ledger.is_object() ? member_text(x.ledger, "state") : std::string{};
    if (state == "done" || state == "failed" || state == "expired") return;
    x.asked_ms = now_ms;
    x.asking = true;
    over.ask("log", fmt::format("\"ledger\":{}", json_text(id_)), 10'000,
             [kept = asked_](const answer& a) {
               if (a.what == answer::part::item) {
                 auto read = nlohmann::json::parse(a.text, nullptr, false);
                 if (read.is_object()) kept->ledger = std::move(read);
               } else if (a.what == answer::part::refused) {
                 kept->refused = fmt::format("{} ({})", a.text, a.code);
               }
               if (a.what == answer::part::end || a.what == answer::part::refused)
                 kept->asking = false;
             });
  }

protected:
  std::vector<text_line> lines(const look&, int) override {
    std::vector<text_line> result;
    if (!asked_->refused.empty()) result.push_back({{asked_->refused, ink::bad}});
    const auto& x = asked_->ledger;
    if (!x.is_object()) return result.push_back({{"asking ...", ink::dim}}), result;
    const auto state = member_text(x, "state");
    result.push_back({{member_text(x, "type") + " ", ink::strong},
                      {state, ink_of(state)},
                      {"  pressed " + clock_words(member_number(x, "pressedAt")), ink::dim},
                      {" by " + member_text(x, "createdBy"), ink::dim}});
    for (const char* name : {"description", "reason"})
      if (auto text = member_text(x, name); !text.empty()) result.push_back({{"  " + text}});
    auto all = x.find("acknowledgement");
    if (all == x.end() || !all->is_object()) return result;
    for (const auto& [bot, line] : all->items()) {
      if (!line.is_object()) continue;
      const auto status = member_text(line, "status");
      result.push_back({{"  " + clock_words(member_number(line, "at")) + "  ", ink::dim},
                        {fmt::format("{:<24} ", bot), ink::strong},
                        {fmt::format("{:<10}", status), ink_of(status)},
                        {member_text(line, "code") + " ", ink::bad},
                        {member_text(line, "reason")}});
    }
    return result;
  }

private:
  std::string id_;
  std::shared_ptr<asked_ledger> asked_ = std::make_shared<asked_ledger>();
};

}  // namespace

std::unique_ptr<page> make_message_page(const std::string& id) {
  return std::make_unique<message_page>(id);
}

}  // namespace outcry::console
