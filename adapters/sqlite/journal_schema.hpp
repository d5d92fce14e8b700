#pragma once

#include "adapters/sqlite/database.hpp"

namespace outcry::sqlite {

/// The journal's file: its mark and its migrations.
const schema& journal_schema();

}  // namespace outcry::sqlite
