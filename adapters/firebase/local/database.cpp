#include "adapters/firebase/local/database.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <spdlog/spdlog.h>

#include "adapters/firebase/local/nodes.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "adapters/firebase/local/render.hpp"

namespace outcry::firebase::local {

namespace {

/// One transaction takes at most this much, so that nobody waits long for others' requests.
constexpr std::size_t largest_batch = 1024;
constexpr std::size_t largest_batch_size = 8u << 20;

outcome error_outcome(int status, const std::string& text) {
  using json = nlohmann::json;
  return {status, json{{"error", text}}.dump(-1, ' ', false, json::error_handler_t::replace), {}};
}

}  // namespace

std::string etag_of(const std::string& text) {
  if (text == "null") return "null_etag";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 32> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

database::database(const gatekeeper& guard, options opts)
    : guard_(guard), opts_(std::move(opts)), tree_(opts_.file), thread_([this] { serve(); }) {}

database::~database() {
  stop();
}

void database::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void database::sweep() {
  {
    const std::lock_guard lock(mutex_);
    sweep_now_ = true;
  }
  wake_.notify_one();
}

bool database::enqueue(job one) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_size_ + one.size > opts_.max_waiting) return false;
    waiting_size_ += one.size;
    waiting_.push_back(std::move(one));
  }
  wake_.notify_one();
  return true;
}

void database::serve() {
  using clock = std::chrono::steady_clock;
  auto next_keep_alive = clock::now() + opts_.keep_alive;
  auto next_sweep = clock::now() + opts_.sweep;
  std::vector<job> batch;
  for (;;) {
    bool sweep_due = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, std::min(next_keep_alive, next_sweep),
                       [this] { return stopping_ || sweep_now_ || !waiting_.empty(); });
      if (stopping_ && waiting_.empty()) return;
      sweep_due = std::exchange(sweep_now_, false);
      std::size_t size = 0;
      while (!waiting_.empty() && batch.size() < largest_batch && size < largest_batch_size) {
        size += waiting_.front().size;
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      waiting_size_ -= size;
    }
    try {
      serve(batch);
    } catch (const std::exception& failure) {
      // Out of memory, most likely. Whoever was not answered gets a 500 from the HTTP server.
      spdlog::critical("database {}: {}", opts_.file.string(), failure.what());
      tree_.rollback();
    }
    batch.clear();
    const auto now = clock::now();
    if (sweep_due || now >= next_sweep) {
      try {
        if (opts_.before_sweep) opts_.before_sweep(tree_);
        tree_.commit();
        tree_.listeners.sweep();
      } catch (const std::exception& failure) {
        spdlog::error("database {}: {}", opts_.file.string(), failure.what());
      }
      next_sweep = now + opts_.sweep;
    }
    if (now >= next_keep_alive) {
      tree_.listeners.keep_alive();
      next_keep_alive = now + opts_.keep_alive;
    }
  }
}

void database::serve(std::vector<job>& batch) {
  std::string failure;
  bool changing = false;
  for (job& one : batch) {
    try {
      if (one.writes && !changing) {
        tree_.leaves.begin();
        changing = true;
      }
      one.run();
    } catch (const refusal& refused) {
      answer_later(one.fail, error_outcome(refused.status(), refused.what()));
    } catch (const std::exception& error) {
      spdlog::error("database {}: {}", opts_.file.string(), error.what());
      if (one.writes) {
        failure = error.what();
        break;
      }
      answer_later(one.fail, error_outcome(500, "The database cannot be read"));
    }
  }
  if (changing && failure.empty()) {
    try {
      tree_.leaves.commit();
    } catch (const std::exception& error) {
      spdlog::error("database {}: {}", opts_.file.string(), error.what());
      failure = error.what();
    }
  }
  if (failure.empty()) {
    tree_.commit();
  } else {
    tree_.rollback();
    for (const job& one : batch) {
      one.fail(error_outcome(503, "The database cannot be written: " + failure));
    }
  }
}

void database::admit(bool allowed, refusals what, const std::string& peer) const {
  if (allowed) return;
  guard_.note(what, peer);
  throw refusal(401, "Permission denied");
}

void database::answer_later(const done& answer, outcome result) {
  tree_.out.add([answer, result = std::move(result)] { answer(result); });
}

bool database::read(read_request asked, done answer) {
  job one;
  one.fail = answer;
  one.run = [this, asked = std::move(asked), answer = std::move(answer)] {
    admit(guard_.may_read(asked.place, asked.who, tree_.leaves), refusals::read, asked.peer);
    outcome result;
    if (asked.shallow) {
      result.body = render_shallow(tree_.leaves, asked.place);
    } else if (asked.filter) {
      result.body = render_children(tree_.leaves, asked.place,
                                    asked.filter->run(tree_.leaves, asked.place), asked.as);
    } else if (asked.want_body || asked.want_etag) {
      result.body = render_node(tree_.leaves, asked.place, asked.as);
    }
    if (asked.want_etag) result.etag = etag_of(result.body);
    if (!asked.want_body) result.body.clear();
    answer_later(answer, std::move(result));
  };
  return enqueue(std::move(one));
}

bool database::write(write_request asked, std::size_t size, done answer) {
  job one;
  one.writes = true;
  one.size = size;
  one.fail = answer;
  one.run = [this, asked = std::move(asked), answer = std::move(answer)]() mutable {
    apply(asked, answer);
  };
  return enqueue(std::move(one));
}

bool database::listen(read_request asked, std::function<std::shared_ptr<event_sink>()> start,
                      done failed) {
  /// Holds the stream's beginning back until the value is known to be readable.
  class starting : public event_sink {
  public:
    explicit starting(std::function<std::shared_ptr<event_sink>()> begin)
        : begin_(std::move(begin)) {}
    void send(std::string_view event, const std::string& data) override {
      if (!sink_) sink_ = begin_();
      sink_->send(event, data);
    }
    void end() override {
      ended_ = true;
      if (sink_) sink_->end();
    }
    bool open() const override { return !ended_ && (!sink_ || sink_->open()); }
    bool allowed() const override { return !sink_ || sink_->allowed(); }
    bool may_read(const std::string& place, store& from) const override {
      return !sink_ || sink_->may_read(place, from);
    }

  private:
    std::function<std::shared_ptr<event_sink>()> begin_;
    std::shared_ptr<event_sink> sink_;
    bool ended_ = false;
  };
  job one;
  one.fail = std::move(failed);
  one.run = [this, asked = std::move(asked), start = std::move(start)] {
    admit(guard_.may_read(asked.place, asked.who, tree_.leaves), refusals::read, asked.peer);
    listening wanted;
    wanted.place = asked.place;
    wanted.filter = asked.filter;
    tree_.listeners.add(std::move(wanted), std::make_shared<starting>(start));
  };
  return enqueue(std::move(one));
}

bool database::run(std::size_t size, bool writes, std::function<void(tree&)> work, done failed) {
  job one;
  one.writes = writes;
  one.size = size;
  one.fail = std::move(failed);
  one.run = [this, work = std::move(work)] { work(tree_); };
  return enqueue(std::move(one));
}

void database::apply(write_request& asked, const done& answer) {
  if (asked.if_match) {
    // The answer may hold the value.
    admit(guard_.may_read(asked.what.place, asked.who, tree_.leaves), refusals::read, asked.peer);
    std::string text = render_node(tree_.leaves, asked.what.place);
    std::string etag = etag_of(text);
    if (etag != *asked.if_match) {
      return answer_later(answer, {412, std::move(text), std::move(etag)});
    }
  }
  change& what = asked.what;
  tree_.resolve(what);
  admit(guard_.may_write(what, asked.who, tree_.leaves), refusals::write, asked.peer);
  // Whatever may be refused is done before anything changes.
  outcome result;
  std::string written;
  if (what.patch && asked.want_body) {
    for (const update& one : what.updates) {
      written.push_back(written.empty() ? '{' : ',');
      append_json(written, std::string_view(one.name));
      written.push_back(':');
      written += render(one.leaves, one.place);
    }
    written += written.empty() ? "{}" : "}";
  } else if (!what.patch && (asked.want_body || asked.want_etag)) {
    written = render(what.updates.front().leaves, what.place);
    if (asked.want_etag) result.etag = etag_of(written);
  }
  if (asked.want_body) result.body = asked.body.empty() ? std::move(written) : asked.body;
  tree_.apply(what);
  answer_later(answer, std::move(result));
}

}  // namespace outcry::firebase::local
