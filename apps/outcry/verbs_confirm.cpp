#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "apps/config/config.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

namespace {

/// A number, or SOURCE/ID. Only the shape: whether there is such a signal the desk knows.
bool names_signal(const std::string& text) {
  if (text.empty() ||
      !std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c != 0x7F; }))
    return false;
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return text.front() != '0' && text.size() <= 19;
  const auto slash = text.find('/');
  return slash != std::string::npos && slash > 0 && slash + 1 < text.size();
}

struct confirm_said {
  std::string signal;
  send_options message;
};

void add(verb_list& verbs, CLI::App& signals, const char* name, const char* what,
         const char* answer) {
  auto said = std::make_shared<confirm_said>();
  auto* verb = verbs.add_under(
      signals, name, what,
      [said, answer](const session& at) {
        if (!names_signal(said->signal))
          throw std::invalid_argument(
              "signal: expected a number or SOURCE/ID as `outcry signals list` shows it, found \"" +
              said->signal + '"');
        auto message = said->message;
        message.type = "confirm";
        message.to = {config::signals_bot};
        message.arguments = nlohmann::json{{"signal", said->signal}, {"answer", answer}}.dump();
        return send(at, message);
      },
      true);
  verb->add_option("signal", said->signal, "Its number, or SOURCE/ID")->required();
  verb->add_option("--description", said->message.description, "For people");
  verb->add_option("--id", said->message.id, "The message's id; the same id is done only once");
  verb->add_option("--wait", said->message.wait_s, "Seconds to wait for the answer")
      ->check(CLI::Range(0, 600))
      ->capture_default_str();
}

}  // namespace

void add_confirm_verbs(verb_list& verbs, CLI::App& signals) {
  add(verbs, signals, "accept", "Say yes to a call that waits or is in quarantine: it is followed",
      "yes");
  add(verbs, signals, "reject", "Say no to a call that waits or is in quarantine", "no");
}

}  // namespace outcry::cli
