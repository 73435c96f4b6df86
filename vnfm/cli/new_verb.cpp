#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <ctime>
#include <filesystem>

#include "tosca/package/csar.h"
#include "tosca/package/package_writer.h"
#include "vnfm/cli/made_files.h"
#include "vnfm/cli/package_on_disk.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// The time in UTC, as a manifest has it.
std::string release_time() {
  const auto seconds = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32] = {};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

/// `vnfm new NAME`: makes the directory NAME of a signed package, NAME.csar beside it and, unless a key is given,
/// NAME.key. Nothing that exists is changed.
struct NewVerb {
  std::string name;
  std::string parent = ".";
  std::string provider = "Example";
  std::string key;          ///< file; empty: a new one is made
  std::string certificate;  ///< its file
  Output output;

  void add_to(CLI::App& verb) {
    verb.add_option("NAME", name, "Name of the VNF, of the directory and of the CSAR; neither may exist yet")
        ->required();
    verb.add_option("--directory", parent, "Directory to make the package in")->capture_default_str();
    verb.add_option("--provider", provider, "Provider of the VNF, as its descriptor names it")->capture_default_str();
    auto* with_key = verb.add_option("--key", key, "Private key to sign with (PEM; default: a new one, NAME.key)");
    auto* with_certificate = verb.add_option("--certificate", certificate, "Certificate of that key (PEM)");
    with_key->needs(with_certificate);
    with_certificate->needs(with_key);
    add_output(verb, output);
  }

  [[nodiscard]] int run() const {
    const auto made = make();
    if (!made) return report(made.error());
    print_package(output, *made, "a new package, signed");
    return kDone;
  }

  [[nodiscard]] Result<PackageOnDisk> make() const {
    auto starter = tosca::starter_package({.name = name,
                                           .provider = provider,
                                           .descriptor_id = to_string(boost::uuids::random_generator{}()),
                                           .released = release_time()});
    if (!starter) return fail(starter.error());
    const bool given = !key.empty();
    const auto identity = given ? identity_in(key, certificate) : tosca::make_identity(provider);
    if (!identity) return fail(identity.error());
    const auto in_parent = [&](const std::string& file) {
      return (std::filesystem::path{parent} / file).lexically_normal();
    };
    PackageOnDisk package{in_parent(name), in_parent(name + ".csar"), {}};
    if (!given) package.key = in_parent(name + ".key");
    const auto files = tosca::signed_package(std::move(*starter), *identity, package.directory);
    if (!files) return fail(files.error());

    MadeFiles made;
    if (auto done = made.directory(package.directory); !done) return fail(done.error());
    if (auto done = made.file(package.csar, tosca::make_zip(*files), 0644); !done) return fail(done.error());
    if (!given) {
      if (auto done = made.file(package.key, identity->key, 0600); !done) return fail(done.error());
    }
    for (const auto& [file, text] : *files) {
      std::error_code error;
      std::filesystem::create_directories((package.directory / file).parent_path(), error);
      if (auto done = made.file(package.directory / file, text, 0644); !done) return fail(done.error());
    }
    made.keep();
    return package;
  }
};

}  // namespace

Verb new_verb() { return make_verb<NewVerb>("new", "Start a VNF package: a signed directory to edit, and its CSAR"); }

}  // namespace unf::vnfm
