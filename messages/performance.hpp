#pragma once

#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/decimal.hpp"
#include "messages/inspected.hpp"
#include "messages/timestamp.hpp"

namespace outcry {

/// What a bot has earned since it began, in the account's currency. The first four carry the names
/// and meanings that today's bots report.
struct profit_figures {
  Money total;       ///< unrealized + realized + converted
  Money unrealized;  ///< improvement of what is held against its ladder, not mark to market
  Money realized;    ///< of sales
  Money converted;   ///< `unrealized` of shares since sold
  Money profit;      ///< honest: cash and holdings at the last price, less what was put in
  Money open;        ///< the part of `profit` that is not realised: holdings less their cost

  bool operator==(const profit_figures&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, profit_figures& x) {
  return f(caf::meta::type_name("profit_figures"), x.total, x.unrealized, x.realized, x.converted,
           x.profit, x.open);
}
OUTCRY_INSPECTED(profit_figures);

profit_figures operator+(const profit_figures& a, const profit_figures& b);
profit_figures operator-(const profit_figures& a, const profit_figures& b);

/// A bot's figures on one trading day: what the day brought is `latest - base`.
struct performance_record {
  std::string bot_id;
  std::string ticker;
  std::string day;        ///< trading day, New York: "2013-10-08"
  profit_figures base;    ///< when the day began
  profit_figures latest;  ///< as last heard
  timestamp_ns at_ns = 0;

  bool operator==(const performance_record&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, performance_record& x) {
  return f(caf::meta::type_name("performance_record"), x.bot_id, x.ticker, x.day, x.base, x.latest,
           x.at_ns);
}
OUTCRY_INSPECTED(performance_record);

/// A bot's word on what it has earned so far; the last one counts.
struct bot_performance {
  std::string bot_id;
  std::string ticker;
  profit_figures figures;  ///< since it began
  timestamp_ns at_ns = 0;  ///< decides the trading day
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bot_performance& x) {
  return f(caf::meta::type_name("bot_performance"), x.bot_id, x.ticker, x.figures, x.at_ns);
}
OUTCRY_INSPECTED(bot_performance);

/// Asks for a day's performance.
struct get_performance {
  std::string day;  ///< empty = the latest
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_performance& x) {
  return f(caf::meta::type_name("get_performance"), x.day);
}
OUTCRY_INSPECTED(get_performance);

struct performance_list {
  std::string day;
  std::vector<performance_record> bots;  ///< by bot id

  bool operator==(const performance_list&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, performance_list& x) {
  return f(caf::meta::type_name("performance_list"), x.day, x.bots);
}
OUTCRY_INSPECTED(performance_list);

/// One ticker's day, or the account's: what goes to Redis and Firebase.
struct performance_update {
  std::string ticker;  ///< empty = all of them
  std::string day;
  profit_figures today;
  profit_figures ever;
  timestamp_ns at_ns = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, performance_update& x) {
  return f(caf::meta::type_name("performance_update"), x.ticker, x.day, x.today, x.ever, x.at_ns);
}
OUTCRY_INSPECTED(performance_update);

}  // namespace outcry
