#pragma once

#include <string>

#include "adapters/sqlite/database.hpp"

namespace outcry::sqlite {

/// The file of messages, signals, updates and trades: its mark and its migrations.
const schema& signal_schema();

/// The file they live in for this data directory: signals.db.
std::string signals_path(const std::string& data_dir);

}  // namespace outcry::sqlite
