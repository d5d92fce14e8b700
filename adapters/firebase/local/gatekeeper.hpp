#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "adapters/firebase/auth/identity.hpp"
#include "adapters/firebase/local/change.hpp"
#include "adapters/firebase/local/query.hpp"
#include "adapters/firebase/local/refusal_log.hpp"
#include "adapters/firebase/local/store.hpp"

namespace outcry::firebase::local {

/// Why a credential opens nothing.
struct turned_away {
  std::string code;    ///< the wire's word: "invalid_token" or "expired_token"
  std::string reason;  ///< for people; holds nothing of the credential
};

/// Security rules, for whoever is no administrator. On the database's thread.
class rule_book {
public:
  virtual ~rule_book() = default;

  virtual bool may_read(const std::string& place, const auth::identity& who, store& from,
                        std::int64_t now) const = 0;

  /// `what` must be resolved; it is allowed as a whole or not at all.
  virtual bool may_write(const change& what, const auth::identity& who, store& from) const = 0;

  /// True if the rules name the index of `asked` at `place`.
  virtual bool indexed(const std::string& place, const query& asked) const = 0;
};

/// Tells who asks, and what they may read and write. The same for REST, streams and sessions.
class gatekeeper {
public:
  using verdict = std::variant<auth::identity, turned_away>;

  struct options {
    /// Tells who a credential belongs to; any thread, must not block. `now` is UNIX milliseconds.
    std::function<verdict(std::string_view credential, std::int64_t now)> check;
    std::function<std::int64_t()> now;  ///< UNIX milliseconds
    /// Empty: whoever has signed in may do everything, nobody else anything.
    std::shared_ptr<const rule_book> rules;
    /// Hears who is refused what; may be empty. As refusal_log::note.
    std::function<void(refusals what, std::string_view peer)> refused;
  };

  explicit gatekeeper(options opts) : opts_(std::move(opts)) {}

  /// Any thread.
  verdict check(std::string_view credential) const { return opts_.check(credential, now()); }

  std::int64_t now() const { return opts_.now(); }

  /// Any thread.
  void note(refusals what, std::string_view peer) const {
    if (opts_.refused) opts_.refused(what, peer);
  }
  void note(const turned_away& away, std::string_view peer) const {
    note(away.code == "expired_token" ? refusals::expired : refusals::credential, peer);
  }

  /// True if there may be something for those who have not signed in.
  bool open_to_nobody() const { return opts_.rules != nullptr; }

  // On the database's thread:

  bool may_read(const std::string& place, const auth::identity& who, store& from) const;

  /// `what` must be resolved; it is allowed as a whole or not at all.
  bool may_write(const change& what, const auth::identity& who, store& from) const;

  /// False if the rules should name an index for `asked` and do not.
  bool indexed(const std::string& place, const query& asked) const {
    return !opts_.rules || opts_.rules->indexed(place, asked);
  }

private:
  options opts_;
};

}  // namespace outcry::firebase::local
