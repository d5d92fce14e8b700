#include "apps/outcry/waiting.hpp"

#include <csignal>

#include <fmt/format.h>

#include <unistd.h>

namespace outcry::cli {

namespace {

volatile std::sig_atomic_t noted = 0;

extern "C" void note(int) {
  noted = 1;
}

}  // namespace

void watch_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  struct sigaction action {};
  action.sa_handler = note;
  // Calls that wait are to return, so that their loops look at `interrupted`.
  action.sa_flags = 0;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return noted != 0;
}

progress::progress(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1) {}

progress::~progress() {
  hide();
}

void progress::tick() {
  using namespace std::chrono;
  auto waited = steady_clock::now() - since_;
  if (!terminal_ || waited < seconds(1)) return;
  static constexpr char wheel[] = "|/-\\";
  auto turn = duration_cast<milliseconds>(waited).count() / 100 % 4;
  fmt::print(stderr, "\r\x1b[K{} {} ({} s)", wheel[turn], what_,
             duration_cast<seconds>(waited).count());
  shown_ = true;
}

void progress::hide() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

}  // namespace outcry::cli
