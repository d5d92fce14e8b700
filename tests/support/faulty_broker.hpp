#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/floor/house.hpp"
#include "adapters/paper/exchange.hpp"
#include "messages/error.hpp"
#include "messages/interfaces/trading.hpp"

namespace outcry::test {

/// What goes wrong with one request to a broker.
enum class request_fault : std::uint8_t {
  none,
  unanswered,      ///< carried out; the answer is lost
  lost,            ///< never arrives, never answered
  late,            ///< unanswered; arrives when the test says `let_late_ones_arrive`
  unreachable,     ///< not carried out; answered ec::unreachable
  refused,         ///< not carried out; refused with code 40310000, "insufficient buying power"
  rejected_later,  ///< taken, and at once rejected by an update (orders only)
};

/// What goes wrong with one update.
enum class update_fault : std::uint8_t {
  none,
  twice,  ///< told two times, one after the other
  held,   ///< told when the test says `release_updates`
  lost,
};

/// A broker whose wire a test can break: a paper exchange in memory behind it is what is true.
/// Requests come in by `faulty_broker_actor`; several of these, one after the other, may stand
/// before the same broker. What it has to tell is sent when it happens; the fixture's `run`
/// delivers it. One thread.
class faulty_broker {
public:
  /// Always open, unless `market` says otherwise.
  explicit faulty_broker(house_ptr house, paper::exchange_options options = {},
                         std::unique_ptr<calendar::market_calendar> market = nullptr);

  // -- what goes wrong --

  /// The faults of the next requests of each kind, first come first; when empty, what `choose`
  /// says, then none.
  std::deque<request_fault> orders;
  std::deque<request_fault> cancels;
  std::deque<request_fault> finds;   ///< of `find_at_broker`
  std::deque<request_fault> states;  ///< of `get_broker_state`
  std::function<request_fault()> choose;

  /// The fault of each update.
  std::function<update_fault(const broker_update&)> choose_update;

  /// Updates that come of one request or print are told last first.
  bool newest_first = false;

  /// The stream drops when the next fill is to be told; that fill is lost.
  bool drop_stream_at_fill = false;

  // -- what the test does --

  /// The market's prints; a size of 0 fills everything.
  void print(std::string_view ticker, Price price, Quantity size = {});

  /// Fills a part of an order and cancels the rest, as the broker's own decision. False when there
  /// is no such open order.
  bool fill_a_part_and_cancel(std::string_view client_order_id, Price price, Quantity part);

  /// Cancels as the broker's own decision. False when there is no such open order.
  bool cancel(std::string_view client_order_id);

  void let_late_ones_arrive();
  void release_updates();  ///< those that were held, oldest first, or last first: `newest_first`

  void drop_stream();     ///< link down; updates are lost from now on
  void restore_stream();  ///< link live
  bool stream_is_up() const { return stream_is_up_; }

  /// Nobody listens any more. Before the end of the actor system of whoever did.
  void forget_listener() { listener_ = broker_listener_actor{}; }

  /// Lets time pass at the broker: borders of sessions.
  void pass_time();

  // -- what is true --

  paper::exchange& exchange() { return exchange_; }

  /// What has arrived, as text: "order c1", "cancel c1", "replace c1", "find c1", "state"; what was
  /// lost or has not arrived yet is not there.
  const std::vector<std::string>& wire() const { return wire_; }

  /// What was sent, whether it arrived or not.
  const std::vector<std::string>& sent() const { return sent_; }

  /// Called with each line of `sent`, before anything is done about it.
  std::function<void(const std::string&)> on_sent;

  // -- for its actor --

  caf::result<broker_answer> take(const order_request& order, caf::event_based_actor* self);
  caf::result<broker_answer> take(const cancel_at_broker& wish, caf::event_based_actor* self);
  caf::result<broker_answer> take(const replace_at_broker& wish, caf::event_based_actor* self);
  caf::result<broker_answer> find(const find_at_broker& question, caf::event_based_actor* self);
  caf::result<broker_state> state(caf::event_based_actor* self);
  void listen(const listen_to_broker& who);
  link_list links() const;

private:
  template <class Work>
  caf::result<broker_answer> request(std::deque<request_fault>& faults, const std::string& line,
                                     caf::event_based_actor* self, Work work);
  request_fault next(std::deque<request_fault>& faults) const;
  void note_sent(const std::string& line);
  broker_answer submit(const order_request& order, bool then_reject);
  broker_answer answer_of(tl::expected<broker_order, paper::refusal> said) const;
  broker_answer with_open(
      const std::string& client_order_id,
      const std::function<tl::expected<broker_order, paper::refusal>(const std::string& id)>& work)
      const;
  broker_order dressed(broker_order order) const;
  void tell();
  void tell_one(const broker_update& update);
  link_status link() const;
  timestamp_ns now() const { return house_->time->now(); }

  house_ptr house_;
  paper::exchange exchange_;
  broker_listener_actor listener_;
  bool stream_is_up_ = true;
  std::uint64_t reconnects_ = 0;
  std::set<std::string, std::less<>> rejected_;  ///< ids; the exchange holds them as cancelled
  std::vector<broker_update> held_;
  std::vector<std::function<void()>> late_;
  std::vector<std::string> wire_;
  std::vector<std::string> sent_;
};

/// The broker port before it: implements `broker_actor`.
caf::behavior faulty_broker_actor(caf::event_based_actor* self,
                                  const std::shared_ptr<faulty_broker>& behind);

}  // namespace outcry::test
