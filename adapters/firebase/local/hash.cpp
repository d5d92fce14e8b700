#include "adapters/firebase/local/hash.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <openssl/evp.h>

#include "adapters/firebase/local/key.hpp"

namespace outcry::firebase::local {

namespace {

/// SHA-1 of a text that comes in pieces.
class digest {
public:
  digest() : context_(EVP_MD_CTX_new()) {
    if (!context_) throw std::runtime_error("no memory for a hash");
  }

  void begin() { check(EVP_DigestInit_ex(context_.get(), algorithm(), nullptr)); }
  void add(std::string_view text) {
    check(EVP_DigestUpdate(context_.get(), text.data(), text.size()));
  }

  /// base64
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    check(EVP_DigestFinal_ex(context_.get(), bytes.data(), &size));
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> text{};
    const int length = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
  }

private:
  struct freer {
    void operator()(EVP_MD* one) const { EVP_MD_free(one); }
    void operator()(EVP_MD_CTX* one) const { EVP_MD_CTX_free(one); }
  };

  static void check(int done) {
    if (done != 1) throw std::runtime_error("SHA-1 is not available");
  }

  static const EVP_MD* algorithm() {
    // Looking it up anew for each leaf would take longer than the hash.
    static const std::unique_ptr<EVP_MD, freer> found(EVP_MD_fetch(nullptr, "SHA1", nullptr));
    return found.get();
  }

  std::unique_ptr<EVP_MD_CTX, freer> context_;
};

/// The IEEE 754 form, most significant byte first, in hexadecimal.
std::string number_text(const scalar& value) {
  static constexpr char digits[] = "0123456789abcdef";
  const auto* whole = std::get_if<std::int64_t>(&value);
  const double number = whole ? static_cast<double>(*whole) : std::get<double>(value);
  const auto bits = std::bit_cast<std::uint64_t>(number);
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text.push_back(digits[(bits >> shift) & 15]);
  return text;
}

void add_value(digest& to, const scalar& value) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    to.add(*flag ? "boolean:true" : "boolean:false");
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    to.add("string:");
    to.add(*text);
  } else {
    to.add("number:");
    to.add(number_text(value));
  }
}

void add_priority(digest& to, const index_value& priority) {
  if (priority.kind == index_value::kinds::none) return;
  to.add("priority:");
  add_value(to, priority.value);
  to.add(":");
}

/// Hashes the leaves of one node, given in order.
class hasher {
public:
  /// With `priorities`, children are held until their node ends, to be sorted; without, none may
  /// come.
  hasher(std::size_t base_size, bool priorities) : base_size_(base_size), priorities_(priorities) {}

  void add(std::string_view place, const scalar& value) {
    const std::string_view rest = place.substr(base_size_);
    if (is_priority(rest)) {
      const std::string_view node = rest.substr(0, rest.size() - priority_key.size());
      index_value priority{index_value::kinds::leaf, value};
      if (leaf_ && leaf_place_ == node) {
        end_leaf(priority);
        return;
      }
      reach(node);
      levels_.back().priority = std::move(priority);
      return;
    }
    std::size_t parent = 0;
    for (std::size_t next = 0; next < rest.size();) {
      parent = next;
      next += first_key_size(rest.substr(next));
    }
    if (!rest.empty()) reach(rest.substr(0, parent));
    leaf_place_ = rest;
    leaf_ = value;
    if (!priorities_) end_leaf({});
  }

  std::string finish() {
    if (leaf_) end_leaf({});
    while (!levels_.empty()) close();
    return std::move(result_);
  }

private:
  struct child {
    index_value priority;
    std::string key;  // encoded
    std::string hash;
  };
  struct level {
    std::string key;        // encoded; the last of the node's place
    std::size_t place_end;  // of the node in current_
    index_value priority;
    bool begun = false;
    std::vector<child> children;
  };

  /// Closes and opens nodes until the innermost open one is `node`.
  void reach(std::string_view node) {
    if (leaf_) end_leaf({});
    while (!levels_.empty() &&
           !within(node, std::string_view(current_).substr(0, levels_.back().place_end))) {
      close();
    }
    current_ = node;
    if (levels_.empty()) levels_.push_back({{}, 0, {}, false, {}});
    for (std::size_t at = levels_.back().place_end; at < node.size();) {
      const std::size_t size = first_key_size(node.substr(at));
      levels_.push_back({std::string(node.substr(at, size)), at + size, {}, false, {}});
      at += size;
    }
  }

  digest& digest_of(std::size_t depth) {
    while (digests_.size() <= depth) digests_.emplace_back();
    return digests_[depth];
  }

  void end_leaf(const index_value& priority) {
    digest& text = digest_of(levels_.size());
    text.begin();
    add_priority(text, priority);
    add_value(text, *leaf_);
    leaf_.reset();
    if (levels_.empty()) {
      result_ = text.finish();
    } else {
      std::string key = leaf_place_.substr(levels_.back().place_end);
      give({priority, std::move(key), text.finish()});
    }
  }

  void give(child one) {
    if (priorities_) {
      levels_.back().children.push_back(std::move(one));
    } else {
      feed(one);
    }
  }

  void feed(const child& one) {
    level& parent = levels_.back();
    digest& text = digest_of(levels_.size() - 1);
    if (!parent.begun) {
      parent.begun = true;
      text.begin();
      add_priority(text, parent.priority);
    }
    text.add(":");
    text.add(first_key(one.key));
    text.add(":");
    text.add(one.hash);
  }

  void close() {
    level& last = levels_.back();
    std::sort(last.children.begin(), last.children.end(), [](const child& a, const child& b) {
      const int order = compare(a.priority, b.priority);
      return order != 0 ? order < 0 : a.key < b.key;
    });
    for (const child& one : last.children) feed(one);
    child done{std::move(last.priority), std::move(last.key),
               digest_of(levels_.size() - 1).finish()};
    levels_.pop_back();
    if (levels_.empty()) {
      result_ = std::move(done.hash);
    } else {
      give(std::move(done));
    }
  }

  std::size_t base_size_;
  bool priorities_;
  std::string current_;
  std::vector<level> levels_;
  std::vector<digest> digests_;  // by depth
  std::optional<scalar> leaf_;   // not hashed yet: its priority may follow
  std::string leaf_place_;
  std::string result_;
};

bool any_priority(store& from, std::string_view place) {
  bool found = false;
  from.scan_priorities(place, end_of(place), [&](std::string_view, const scalar&) {
    found = true;
    return false;
  });
  return found;
}

void add_below(store& from, std::string_view place, hasher& to) {
  from.scan(place, end_of(place), [&](std::string_view at, const scalar& value) {
    to.add(at, value);
    return true;
  });
}

}  // namespace

std::string hash_node(store& from, std::string_view place) {
  hasher made(place.size(), any_priority(from, place));
  add_below(from, place, made);
  return made.finish();
}

std::string hash_children(store& from, std::string_view parent, std::vector<entry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const entry& a, const entry& b) { return a.child < b.child; });
  hasher made(parent.size(), any_priority(from, parent));
  for (const entry& one : entries) {
    std::string place(parent);
    place += one.child;
    add_below(from, place, made);
  }
  return made.finish();
}

}  // namespace outcry::firebase::local
