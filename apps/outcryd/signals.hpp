#pragma once

#include "apps/outcryd/house_plan.hpp"

namespace outcry::app {

/// True if anything in the configuration has to do with signals: a source, a channel, a bot that
/// follows calls, the HTTP page, a shared database.
bool wants_signals(const config::config& settings);

/// The store of signals and the signal desk, which begins once `open_followers` was called.
void open_signal_desk(open_house& at);

/// Tells the desk which bots follow calls; after `open_bots`.
void open_followers(open_house& at);

/// Where calls come from and go to: Discord, the HTTP page, the shared database.
void open_signal_sources(open_house& at);

}  // namespace outcry::app
