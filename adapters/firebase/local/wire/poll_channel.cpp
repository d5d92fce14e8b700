#include "adapters/firebase/local/wire/poll_channel.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace outcry::firebase::local::wire {

namespace {

/// Pieces that may come before those in front of them: two requests of a client overtake each
/// other.
constexpr std::size_t most_early = 64;
constexpr std::size_t longest_piece = 4096;

/// JSON as it may stand in a script, also in one within a page.
std::string script_safe(const std::string& text) {
  std::string safe;
  safe.reserve(text.size() + 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    // U+2028 and U+2029 end a line in older engines.
    if (text[i] == '<') {
      safe += "\\u003c";
    } else if (text.compare(i, 3, "\xE2\x80\xA8") == 0 || text.compare(i, 3, "\xE2\x80\xA9") == 0) {
      safe += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      safe.push_back(text[i]);
    }
  }
  return safe;
}

/// Decodes base64 of either alphabet, padded with '=' or '.'.
std::optional<std::string> decode(std::string text) {
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
    if (c == '.') c = '=';
  }
  while (text.size() % 4 != 0) text.push_back('=');
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  if (static_cast<std::size_t>(size) < padding) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace

poll_channel::poll_channel(options opts) : opts_(std::move(opts)), asked_at_(opts_.now()) {}

bool poll_channel::is_callback(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), fits);
}

std::string poll_channel::script() {
  std::string text = "pRTLPCB(" + std::to_string(next_answer_++) + ",[";
  bool first = true;
  for (const std::string& message : queue_) {
    if (!first) text.push_back(',');
    text += script_safe(message);
    first = false;
  }
  text += "]);";
  queue_.clear();
  queued_ = 0;
  if (closing_) text += "pLPCommand('close'," + std::to_string(next_answer_ - 1) + ");";
  return text;
}

std::string poll_channel::begin() {
  const std::lock_guard lock(mutex_);
  // They run in a frame of the page's; the functions that they call were put into the page by the
  // SDK, and are gone when it has given up.
  const auto forward = [&](const std::string& name, const std::string& parameters) {
    const std::string target = "parent.window[\"" + name + opts_.callback + "\"]";
    return "function " + name + "(" + parameters + "){var f=" + target + ";if(f)f(" + parameters +
           ");}";
  };
  return forward("pLPCommand", "c,a1,a2,a3,a4") + forward("pRTLPCB", "n,d") +
         "pLPCommand('start','" + opts_.id + "','" + opts_.password + "');" + script();
}

bool poll_channel::take(segment piece, std::vector<std::string>& messages) {
  if (missing_ == 0) {
    if (piece.total == 0 || piece.total > opts_.max_message) return false;
    missing_ = piece.total;
  }
  ++next_piece_;
  --missing_;
  if (encoded_.size() + piece.data.size() > opts_.max_message / 3 * 4 + 8) return false;
  encoded_ += piece.data;
  if (missing_ > 0) return true;
  auto message = decode(std::exchange(encoded_, {}));
  if (!message) return false;
  messages.push_back(std::move(*message));
  return true;
}

std::optional<std::vector<std::string>> poll_channel::poll(std::vector<segment> pieces, answer to) {
  std::vector<std::string> messages;
  std::unique_lock lock(mutex_);
  asked_at_ = opts_.now();
  if (closing_) pieces.clear();
  for (segment& piece : pieces) {
    const bool late = piece.number < next_piece_;
    if (late || piece.number - next_piece_ >= most_early || piece.data.size() > longest_piece) {
      return std::nullopt;
    }
    early_.emplace(piece.number, std::move(piece));
  }
  for (auto next = early_.begin(); next != early_.end() && next->first == next_piece_;
       next = early_.erase(next)) {
    if (!take(std::move(next->second), messages)) return std::nullopt;
  }
  std::optional<answer> older = std::exchange(held_, std::nullopt);
  std::string released;
  if (older) released = script();
  held_ = std::move(to);
  if (!queue_.empty() || closing_) {
    say(lock);
  }
  if (lock) lock.unlock();
  if (older) (*older)(std::move(released));
  return messages;
}

std::size_t poll_channel::held() const {
  const std::lock_guard lock(mutex_);
  std::size_t bytes = encoded_.size();
  for (const auto& [number, piece] : early_) bytes += piece.data.size();
  return bytes;
}

void poll_channel::say(std::unique_lock<std::mutex>& lock) {
  const answer to = std::move(*held_);
  held_.reset();
  std::string text = script();
  lock.unlock();
  to(std::move(text));
}

bool poll_channel::expired() const {
  const std::lock_guard lock(mutex_);
  return overrun_ || opts_.now() - asked_at_ > opts_.patience;
}

void poll_channel::send(const std::string& message) {
  std::unique_lock lock(mutex_);
  if (closing_ || overrun_) return;
  if (queued_ + message.size() > opts_.max_queue && !queue_.empty()) {
    overrun_ = true;
    queue_.clear();
    queued_ = 0;
    return;
  }
  queued_ += message.size();
  queue_.push_back(message);
  if (held_) say(lock);
}

void poll_channel::close() {
  std::unique_lock lock(mutex_);
  if (closing_) return;
  closing_ = true;
  encoded_ = {};
  early_.clear();
  if (held_) say(lock);
}

bool poll_channel::open() const {
  const std::lock_guard lock(mutex_);
  return !closing_ && !overrun_;
}

}  // namespace outcry::firebase::local::wire
