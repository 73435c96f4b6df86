#include "vnfm/cli/new_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "agent/config/files.h"
#include "tosca/csar/csar.h"
#include "tosca/csar/package_writer.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verb.h"

namespace unf::vnfm {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kMaxKey = 64 << 10;

std::string now() {
  const auto seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32] = {};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

/// Files that are made all or not at all: what was made is gone again unless it is kept.
class Made {
 public:
  Made() = default;
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() {
    std::error_code ignored;
    for (const auto& path : paths_) fs::remove_all(path, ignored);
  }
  void keep() { paths_.clear(); }

  /// Errors: conflict, if it is there; unavailable.
  Result<void> directory(const fs::path& path) {
    std::error_code error;
    if (!fs::create_directory(path, error)) {
      return exists_or(path, error && error != std::errc::file_exists ? error.message() : "");
    }
    paths_.push_back(path);
    return {};
  }
  Result<void> file(const fs::path& path, const std::string& text, mode_t mode) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0) return exists_or(path, errno == EEXIST ? "" : std::strerror(errno));
    paths_.push_back(path);
    std::string_view left = text;
    while (!left.empty()) {
      const auto written = write(descriptor, left.data(), left.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      left.remove_prefix(static_cast<std::size_t>(written));
    }
    const bool closed = close(descriptor) == 0;
    if (!left.empty() || !closed) return fail(Errc::unavailable, "{}: cannot be written", path.string());
    return {};
  }

 private:
  static tl::unexpected<Error> exists_or(const fs::path& path, const std::string& why) {
    if (!why.empty()) return fail(Errc::unavailable, "{}: {}", path.string(), why);
    return fail(Errc::conflict, "{}: exists, expected a name that is free", path.string());
  }

  std::vector<fs::path> paths_;
};

/// The identity in two files.
Result<tosca::Identity> identity_in(const fs::path& key, const fs::path& certificate) {
  return agent::read_file(key, kMaxKey).and_then([&](std::string secret) {
    return agent::read_file(certificate, kMaxKey).map([&](std::string text) {
      return tosca::Identity{std::move(secret), std::move(text)};
    });
  });
}

struct Told {
  fs::path directory, csar, key;  ///< the last one empty: given
};

int tell(const Told& told, const char* done, bool json, bool quiet) {
  if (json) {
    nlohmann::json shown{{"directory", told.directory.string()}, {"csar", told.csar.string()}};
    if (!told.key.empty()) shown["key"] = told.key.string();
    print_json(shown);
  } else if (!quiet) {
    fmt::print("{}: {}, and as {}\n", told.directory.string(), done, told.csar.string());
    if (!told.key.empty()) fmt::print("{}: the key, for you alone\n", told.key.string());
  }
  return kDone;
}

Result<Told> make_package(const NewCommand& command) {
  auto files = tosca::starter_package({.name = command.name,
                                       .provider = command.provider,
                                       .descriptor_id = to_string(boost::uuids::random_generator{}()),
                                       .released = now()});
  if (!files) return fail(files.error());
  const bool given = !command.key.empty();
  const auto identity = given ? identity_in(command.key, command.certificate) : tosca::make_identity(command.provider);
  if (!identity) return fail(identity.error());
  const auto parent = fs::path{command.directory};
  Told told{(parent / command.name).lexically_normal(), (parent / (command.name + ".csar")).lexically_normal(), {}};
  if (!given) told.key = (parent / (command.name + ".key")).lexically_normal();
  auto all = tosca::signed_package(std::move(*files), *identity, told.directory);
  if (!all) return fail(all.error());

  Made made;
  if (auto done = made.directory(told.directory); !done) return fail(done.error());
  if (auto done = made.file(told.csar, tosca::make_zip(*all), 0644); !done) return fail(done.error());
  if (!given) {
    if (auto done = made.file(told.key, identity->key, 0600); !done) return fail(done.error());
  }
  for (const auto& [name, text] : *all) {
    std::error_code error;
    fs::create_directories((told.directory / name).parent_path(), error);
    if (auto done = made.file(told.directory / name, text, 0644); !done) return fail(done.error());
  }
  made.keep();
  return told;
}

Result<Told> sign_directory(const SignCommand& command) {
  auto directory = fs::path{command.directory}.lexically_normal();
  if (!directory.has_filename()) directory = directory.parent_path();
  std::error_code error;
  if (directory.empty() || directory == "." || directory == ".." || !fs::is_directory(directory, error)) {
    return fail(Errc::malformed, "{}: expected the directory of a package, by its name", command.directory);
  }
  auto files = tosca::read_package_directory(directory);
  if (!files) return fail(files.error());
  const auto own = tosca::certificate_of(*files);
  if (own.empty() && command.certificate.empty()) {
    return fail(Errc::malformed, "{}: TOSCA.meta names no ETSI-Entry-Certificate, expected one, or --certificate",
                directory.string());
  }
  const auto beside = [&](const char* ending) { return directory.string() + ending; };
  const auto identity = identity_in(command.key.empty() ? fs::path{beside(".key")} : fs::path{command.key},
                                    command.certificate.empty() ? directory / own : fs::path{command.certificate});
  if (!identity) return fail(identity.error());
  const auto before = *files;
  const auto all = tosca::signed_package(std::move(*files), *identity, directory);
  if (!all) return fail(all.error());
  for (const auto& [name, text] : *all) {
    const auto old = before.find(name);
    if (old != before.end() && old->second == text) continue;
    if (auto done = agent::write_atomically(directory / name, text); !done) return fail(done.error());
  }
  const Told told{directory, beside(".csar"), {}};
  return agent::write_atomically(told.csar, tosca::make_zip(*all)).map([&] { return told; });
}

}  // namespace

int run_new(const NewCommand& command) {
  const auto made = make_package(command);
  return made ? tell(*made, "a new package, signed", command.json, command.quiet) : report(made.error());
}

int run_sign(const SignCommand& command) {
  const auto made = sign_directory(command);
  return made ? tell(*made, "signed", command.json, command.quiet) : report(made.error());
}

}  // namespace unf::vnfm
