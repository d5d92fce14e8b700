#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace outcry::test {

/// One labelled message: {"text", "class", "expect"}.
struct labelled_message {
  std::size_t line = 0;
  std::string text;
  std::string kind;    ///< signal, update, noise, reject
  std::string expect;  ///< JSON
  bool held_out = false;
};

/// Reads a file of labelled messages; nothing = it is not there. A third of the messages, chosen by
/// their digest, is held out: the rules were first written without having seen them.
std::optional<std::vector<labelled_message>> read_corpus(const std::string& path);

struct class_score {
  std::size_t total = 0;     ///< labelled so
  std::size_t read = 0;      ///< read as that class
  std::size_t right = 0;     ///< labelled so, read so, every part right
  std::size_t cautious = 0;  ///< labelled so, but sent to a person
};

struct corpus_score {
  class_score signals;
  class_score updates;
  std::size_t noise = 0;
  std::size_t rejects = 0;
  std::size_t false_trades = 0;   ///< noise or rejects read as a signal
  std::size_t false_updates = 0;  ///< noise or rejects read as an update
  std::vector<std::string> misses;
};

/// A label that names the first end of a written zone only is met by the zone.
corpus_score score(const std::vector<labelled_message>& messages, bool held_out);

}  // namespace outcry::test
