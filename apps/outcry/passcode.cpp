#include "apps/outcry/passcode.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <unistd.h>

#include "adapters/firebase/auth/passcode.hpp"
#include "adapters/firebase/exposure/wish.hpp"
#include "apps/outcry/output.hpp"

namespace outcry::cli {

namespace {

namespace fs = std::filesystem;
using firebase::auth::passcode_file;

/// A line that was typed or sent; forgets what it held. Has room for more than a passcode, so that
/// one that is too long is seen to be.
class secret_line {
public:
  secret_line() = default;
  ~secret_line() { OPENSSL_cleanse(text_.data(), text_.size()); }
  secret_line(const secret_line&) = delete;
  secret_line& operator=(const secret_line&) = delete;

  void read(std::istream& in) {
    in.getline(text_.data(), static_cast<std::streamsize>(text_.size()));
    size_ = static_cast<std::size_t>(in.gcount());
    if (size_ == 0) throw std::invalid_argument("expected a passcode, found nothing");
    if (in.good()) --size_;  // the line's end
    if (size_ > 0 && text_[size_ - 1] == '\r') --size_;
  }

  void ask(const char* prompt) {
    constexpr int twice = 1;
    const int room = static_cast<int>(text_.size()) - 1;
    if (EVP_read_pw_string_min(text_.data(), 0, room, prompt, twice) != 0)
      throw std::invalid_argument("the passcode was not typed twice alike; nothing has changed");
    size_ = std::string_view(text_.data()).size();
  }

  std::string_view view() const { return {text_.data(), size_}; }

private:
  std::array<char, 1024> text_{};
  std::size_t size_ = 0;
};

void make_data_dir(const fs::path& folder) {
  if (fs::exists(folder)) return;
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
}

void say(const session& at, bool set, std::string_view text) {
  output out;
  out.line(at.json ? nlohmann::json{{"passcodeSet", set}}.dump() : std::string(text));
}

}  // namespace

void ask_for_passcode(const config::config& settings) {
  secret_line typed;
  if (::isatty(STDIN_FILENO) == 1)
    typed.ask("New passcode: ");
  else
    typed.read(std::cin);
  make_data_dir(settings.floor.data_dir);
  passcode_file(settings.floor.data_dir).set(typed.view());
}

exit_code passcode_set(const session& at) {
  ask_for_passcode(at.settings);
  say(at, true, "the passcode is set; everybody has to sign in with it");
  return all_done;
}

exit_code passcode_remove(const session& at) {
  if (firebase::exposure::wish_file(at.settings.floor.data_dir).load()) {
    throw std::runtime_error(
        "the passcode stays: the page is open to the home network; close it first: outcry expose "
        "--off");
  }
  const bool was_set = passcode_file(at.settings.floor.data_dir).remove();
  say(at, false,
      was_set ? "the passcode is removed; everybody it let in is signed out"
              : "no passcode was set");
  return all_done;
}

exit_code passcode_status(const session& at) {
  const bool set = passcode_file(at.settings.floor.data_dir).load().has_value();
  say(at, set,
      set ? "a passcode is set"
          : "no passcode is set: only this machine can sign in, while nobody else can reach the "
            "local Firebase; set one with: outcry passcode set");
  return all_done;
}

}  // namespace outcry::cli
