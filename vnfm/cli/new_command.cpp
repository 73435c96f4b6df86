#include "vnfm/cli/new_command.h"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>

#include "agent/base/files.h"
#include "tosca/package/csar.h"
#include "tosca/package/package_writer.h"
#include "vnfm/cli/made_files.h"
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

  MadeFiles made;
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
