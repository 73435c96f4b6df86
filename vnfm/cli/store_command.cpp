#include "vnfm/cli/store_command.h"

#include "vnfm/cli/report.h"
#include "vnfm/store/sqlite_store.h"

namespace unf::vnfm {
namespace {

/// What is wrong with FILE is bad input; what is wrong with the store is not.
int finish(const Result<void>& done, const std::string& said, bool quiet) {
  if (!done) return done.error().code == Errc::malformed ? report_bad_input(done.error()) : report(done.error());
  if (!quiet) fmt::print("{}\n", said);
  return kDone;
}

}  // namespace

int backup_store(const std::filesystem::path& state, const std::filesystem::path& file, bool quiet) {
  return finish(SqliteStore::backup(state, file), fmt::format("{}: backup of {}", file.string(), state.string()),
                quiet);
}

int restore_store(const std::filesystem::path& file, const std::filesystem::path& state, bool quiet) {
  return finish(SqliteStore::restore(file, state), fmt::format("{}: restored from {}", state.string(), file.string()),
                quiet);
}

}  // namespace unf::vnfm
