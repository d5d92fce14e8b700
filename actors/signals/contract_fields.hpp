#pragma once

#include <cstddef>
#include <optional>

#include "actors/signals/contract_reader.hpp"
#include "actors/signals/mark.hpp"

namespace outcry::signals {

/// A contract told in labelled fields, in any order, on one line or several:
/// "Ticker: WAG | Contract: 45C | Exp: 6/21 | Action: BTO | Price: 1.2". Nothing if the verb at
/// mark `verb`, ticker and price have not each their label.
std::optional<contract_parts> read_contract_fields(message_view& view, std::size_t verb);

/// No mark.
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Where what is bought begins if mark `i` says in words that it is: "grabbing some", "picked up a
/// few"; `nowhere` otherwise.
std::size_t bought_at(const message_view& view, std::size_t i);

}  // namespace outcry::signals
