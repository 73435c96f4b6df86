#include <filesystem>

#include "agent/base/files.h"
#include "tosca/package/csar.h"
#include "tosca/package/package_writer.h"
#include "vnfm/cli/package_on_disk.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm sign DIRECTORY`: writes the manifest of a package anew, with its signature, and DIRECTORY.csar.
struct SignVerb {
  std::string place;        ///< of the package
  std::string key;          ///< file; empty: DIRECTORY.key
  std::string certificate;  ///< file; empty: the package's own
  Output output;

  void add_to(CLI::App& verb) {
    verb.add_option("DIRECTORY", place, "Directory of the package")->required();
    verb.add_option("--key", key, "Private key to sign with (PEM; default: DIRECTORY.key)");
    verb.add_option("--certificate", certificate,
                    "Certificate of that key (PEM; default: the one that the package's TOSCA.meta names)");
    add_output(verb, output);
  }

  [[nodiscard]] int run() const {
    const auto signed_one = sign();
    if (!signed_one) return report(signed_one.error());
    print_package(output, *signed_one, "signed");
    return kDone;
  }

  [[nodiscard]] Result<PackageOnDisk> sign() const {
    auto directory = std::filesystem::path{place}.lexically_normal();
    if (!directory.has_filename()) directory = directory.parent_path();
    std::error_code error;
    if (directory.empty() || directory == "." || directory == ".." ||
        !std::filesystem::is_directory(directory, error)) {
      return fail(Errc::malformed, "{}: expected the directory of a package, by its name", place);
    }
    auto files = tosca::read_package_directory(directory);
    if (!files) return fail(files.error());
    const auto own = tosca::certificate_of(*files);
    if (own.empty() && certificate.empty()) {
      return fail(Errc::malformed,
                  "{}: TOSCA.meta names no ETSI-Entry-Certificate: add one, or name a certificate with --certificate",
                  directory.string());
    }
    const auto beside = [&](const char* ending) { return std::filesystem::path{directory.string() + ending}; };
    const auto identity = identity_in(key.empty() ? beside(".key") : std::filesystem::path{key},
                                      certificate.empty() ? directory / own : std::filesystem::path{certificate});
    if (!identity) return fail(identity.error());
    const auto before = *files;
    const auto after = tosca::signed_package(std::move(*files), *identity, directory);
    if (!after) return fail(after.error());
    for (const auto& [file, text] : *after) {
      const auto old = before.find(file);
      if (old != before.end() && old->second == text) continue;
      if (auto done = agent::write_atomically(directory / file, text); !done) return fail(done.error());
    }
    PackageOnDisk package{directory, beside(".csar"), {}};
    return agent::write_atomically(package.csar, tosca::make_zip(*after)).map([&] { return std::move(package); });
  }
};

}  // namespace

Verb sign_verb() {
  return make_verb<SignVerb>("sign", "Sign an edited package: write its manifest, its signature and its CSAR anew");
}

}  // namespace unf::vnfm
