#pragma once

#include "adapters/sqlite/database.hpp"

namespace outcry::sqlite {

/// The history's file: its mark and its migrations.
const schema& history_schema();

}  // namespace outcry::sqlite
