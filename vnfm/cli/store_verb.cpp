#include <filesystem>

#include "vnfm/cli/output.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verbs.h"
#include "vnfm/config/manager_config.h"
#include "vnfm/store/sqlite_store.h"

namespace unf::vnfm {
namespace {

/// Either verb of `vnfm store`, on the state directory of a manager of this machine.
struct StoreVerb {
  const char* help_of_file;
  Result<void> (*copy)(const std::filesystem::path& file, const std::filesystem::path& state);
  const char* done;  ///< with {0} for the file and {1} for the directory
  std::string file;
  std::string state = ManagerConfig{}.state;
  bool quiet = false;

  void add_to(CLI::App& verb) {
    verb.add_option("FILE", file, help_of_file)->required();
    verb.add_option("--state", state, "Directory of the manager's database")->capture_default_str();
    add_quiet(verb, quiet);
  }

  [[nodiscard]] int run() const {
    if (const auto copied = copy(file, state); !copied) return report(copied.error());
    if (!quiet) fmt::print(fmt::runtime(done), file, state);
    return kDone;
  }
};

}  // namespace

Verb store_verb() {
  return {.name = "store",
          .help = "Back up and restore the manager's database",
          .verbs = {make_verb<StoreVerb>(
                        "backup", "Copy the database as it is at this moment; the manager may be running",
                        {.help_of_file = "File to write; must not exist yet",
                         .copy = [](const auto& file, const auto& state) { return SqliteStore::backup(state, file); },
                         .done = "{0}: backup of {1}\n"}),
                    make_verb<StoreVerb>(
                        "restore", "Replace the database by a backup; the manager must not be running",
                        {.help_of_file = "Backup that \"vnfm store backup\" wrote",
                         .copy = [](const auto& file, const auto& state) { return SqliteStore::restore(file, state); },
                         .done = "{1}: restored from {0}\n"})}};
}

}  // namespace unf::vnfm
