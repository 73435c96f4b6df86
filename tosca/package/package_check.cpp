#include "tosca/package/package_check.h"

#include <algorithm>
#include <array>
#include <map>

#include "graph/model/quote.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxSmall = 256 << 10;  // signatures and certificates
constexpr std::size_t kMaxSignatures = 1024;

constexpr std::array<std::string_view, 2> kSignatureEndings{".sig.cms", ".sig.p7s"};
constexpr std::array<std::string_view, 3> kTemplateEndings{".yaml", ".yml", ".json"};
constexpr auto kCertificateEnding = ".cert";

/// The file that `name` is the signature of by its name: `FILE.sig.cms`, `FILE.sig.p7s`.
std::optional<std::string> signed_by_name(const std::string& name) {
  for (const auto ending : kSignatureEndings) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return std::nullopt;
}

class PackageCheck {
 public:
  PackageCheck(PackageFiles& files, const FileSet& texts, std::string root, const SignatureRules& rules)
      : files_(files), texts_(texts), root_(std::move(root)), rules_(rules) {}

  Result<CheckedPackage> check(const std::optional<PackageSignatures>& as_a_whole) {
    auto names = files_.names();
    if (!names) return fail(names.error());
    names_ = std::move(*names);
    checked_.list = read_package_list(texts_, root_, problems_);
    find_certificate();
    if (rules_.mode != SignatureMode::ignore) find_signatures();
    if (auto read = read_small(); !read) return fail(read.error());
    if (auto read = check_contents(); !read) return fail(read.error());
    check_manifest(as_a_whole);
    if (!problems_.empty()) return fail(problems_.error());
    return std::move(checked_);
  }

 private:
  /// What signs a single file.
  struct FileSignature {
    std::string of, signature;
    std::vector<std::string> certificates;
    SourcePlace at;
  };

  [[nodiscard]] bool has(const std::string& name) const { return names_.contains(name); }
  [[nodiscard]] SourcePlace place_of(const std::string& name) const { return {join(root_, name), 1}; }

  /// The certificate that is there for all of the package (SOL004 4.3.4, 4.1.3).
  void find_certificate() {
    const auto& list = checked_.list;
    if (list.certificate) {
      if (has(list.certificate->text)) {
        certificate_ = list.certificate->text;
      } else if (rules_.mode != SignatureMode::ignore) {
        problems_.add(list.certificate->at, "certificate {} is absent, expected a file of the package",
                      quote(list.certificate->text));
      }
    }
    if (list.manifest.empty() || !certificate_.empty()) return;
    const auto beside = list.manifest.substr(0, list.manifest.rfind('.')) + kCertificateEnding;
    if (has(beside)) certificate_ = beside;
  }

  void find_signatures() {
    std::set<std::pair<std::string, std::string>> listed;
    for (const auto& file : checked_.list.files) {
      if (!file.signature) continue;
      if (!has(file.signature->text)) {
        problems_.add(file.signature->at, "signature {} is absent, expected a file of the package",
                      quote(file.signature->text));
        continue;
      }
      if (file.certificate && !has(file.certificate->text)) {
        problems_.add(file.certificate->at, "certificate {} is absent, expected a file of the package",
                      quote(file.certificate->text));
        continue;
      }
      if (!listed.emplace(file.name, file.signature->text).second) continue;
      add_signature(file.name, file.signature->text, file.certificate ? file.certificate->text : "",
                    file.signature->at);
    }
    for (const auto& name : names_) {
      const auto of = signed_by_name(name);
      if (!of || !has(*of)) continue;
      if (!listed.contains({*of, name})) add_signature(*of, name, "", place_of(name));
    }
    if (signatures_.size() > kMaxSignatures) {
      problems_.add({root_.empty() ? "." : root_, 0}, "{} signatures of single files, expected at most {}",
                    signatures_.size(), kMaxSignatures);
      signatures_.clear();
    }
  }

  void add_signature(const std::string& of, const std::string& signature, const std::string& certificate,
                     SourcePlace at) {
    if (!has(of)) return;  // which is reported
    FileSignature found{.of = of, .signature = signature, .certificates = {}, .at = std::move(at)};
    for (const auto& name : {certificate, of + kCertificateEnding, certificate_}) {
      if (!name.empty() && has(name)) found.certificates.push_back(name);
    }
    helpers_.insert(signature);
    helpers_.insert(found.certificates.begin(), found.certificates.end());
    signatures_.push_back(std::move(found));
  }

  /// Signatures and certificates.
  Result<void> read_small() {
    std::set<std::string> wanted;
    if (!certificate_.empty()) helpers_.insert(certificate_);
    for (const auto& name : helpers_) {
      if (has(name)) wanted.insert(name);
    }
    if (wanted.empty()) return {};
    return files_.visit(wanted, [&](const std::string& name, const std::string& bytes) {
      if (bytes.size() <= kMaxSmall) {
        small_[name] = bytes;
      } else {
        problems_.add(place_of(name), "more than {} bytes, expected a signature or a certificate", kMaxSmall);
      }
    });
  }

  /// Hashes and signatures of files.
  Result<void> check_contents() {
    std::set<std::string> wanted;
    std::map<std::string_view, std::string> digests;
    std::multimap<std::string_view, const ListedFile*> hashes;
    std::multimap<std::string_view, const FileSignature*> signatures;
    for (const auto& file : checked_.list.files) {
      if (!has(file.name)) {
        problems_.add(file.at, "{}: is listed, but there is no such file in the package", quote(file.name));
      } else if (file.function == HashFunction::sha256) {
        auto known = digests.find(file.name);  // however often it is listed, it is read once
        if (known == digests.end()) {
          const auto found = files_.sha256(file.name);
          if (!found) return fail(found.error());
          known = digests.emplace(file.name, *found).first;
        }
        check_hash(file, known->second);
      } else if (file.function) {
        wanted.insert(file.name);
        hashes.emplace(file.name, &file);
      }
    }
    for (const auto& signature : signatures_) {
      wanted.insert(signature.of);
      signatures.emplace(signature.of, &signature);
    }
    if (wanted.empty()) return {};
    return files_.visit(wanted, [&](const std::string& name, const std::string& bytes) {
      for (auto [at, end] = hashes.equal_range(name); at != end; ++at) {
        check_hash(*at->second, hash_of(bytes, *at->second->function));
      }
      for (auto [at, end] = signatures.equal_range(name); at != end; ++at) check_signature(*at->second, bytes);
    });
  }

  void check_hash(const ListedFile& file, const std::string& found) {
    if (found == file.hash) return;
    problems_.add(file.at, "{}: its {} is {}, but {} is listed", quote(file.name), name_of(*file.function), found,
                  quote(file.hash));
  }

  void check_signature(const FileSignature& signature, const std::string& bytes) {
    std::vector<std::string> certificates;
    for (const auto& name : signature.certificates) certificates.push_back(small_[name]);
    const auto signer = verify_signature(small_[signature.signature], bytes, certificates, rules_.trust);
    if (!signer) {
      problems_.add(signature.at, "signature of {}: {}", quote(signature.of), signer.error().message);
    } else {
      checked_.signatures.signed_files.push_back(signature.of);
    }
  }

  void check_manifest(const std::optional<PackageSignatures>& as_a_whole) {
    auto& [list, found] = checked_;
    if (as_a_whole) {
      const auto signed_files = std::move(found.signed_files);
      found = *as_a_whole;
      found.signed_files = signed_files;
    } else if (list.signature) {
      found.form = PackageSignatures::Form::manifest;
    }
    found.certificate_file = certificate_;
    if (found.certificate.empty() && !certificate_.empty()) {
      found.certificate = first_certificate(small_[certificate_]);
    }
    if (rules_.mode == SignatureMode::ignore) return;
    if (list.signature) {
      const auto manifest = texts_.files.find(join(root_, list.manifest));
      const std::vector<std::string> certificates{small_[certificate_]};
      auto signer = verify_signature(list.signature->cms,
                                     std::string_view{manifest->second}.substr(0, list.signature->signed_bytes),
                                     certificates, rules_.trust);
      if (!signer) {
        problems_.add(list.signature->at, "signature of the manifest: {}", signer.error().message);
      } else if (!found.signer) {
        found.signer = std::move(*signer);
        find_uncovered();
      }
    }
    if (rules_.mode != SignatureMode::require || !problems_.empty()) return;
    if (!found.signer) {
      problems_.add({root_.empty() ? "." : root_, 0},
                    "is not signed, expected a signature of its manifest or of the whole package");
    }
    for (const auto& name : found.uncovered) {
      problems_.add(place_of(name), "is not signed: the manifest lists no hash of it, and it has no signature");
    }
  }

  /// Files that neither the signed manifest nor, if that lists it, TOSCA.meta gives a hash of.
  void find_uncovered() {
    std::set<std::string> covered{checked_.list.manifest};
    // Nothing else is read of these; but a service template has to be signed, whatever it is said to be, too.
    std::ranges::copy_if(helpers_, std::inserter(covered, covered.end()), [](const std::string& name) {
      return std::ranges::none_of(kTemplateEndings, [&](auto ending) { return name.ends_with(ending); });
    });
    covered.insert(checked_.signatures.signed_files.begin(), checked_.signatures.signed_files.end());
    for (const bool by_manifest : {true, false}) {
      if (!by_manifest && !covered.contains(std::string{kMetaFile})) break;
      for (const auto& file : checked_.list.files) {
        if (file.by_manifest == by_manifest && file.function) covered.insert(file.name);
      }
    }
    std::ranges::set_difference(names_, covered, std::back_inserter(checked_.signatures.uncovered));
  }

  PackageFiles& files_;
  const FileSet& texts_;
  const std::string root_;
  const SignatureRules& rules_;
  Problems problems_;
  CheckedPackage checked_;
  std::set<std::string> names_;
  std::string certificate_;  ///< of the package; empty: no file of it
  std::vector<FileSignature> signatures_;
  std::set<std::string> helpers_;             ///< files that are signatures, and certificates for them
  std::map<std::string, std::string> small_;  ///< their content
};

}  // namespace

std::string PackageSignatures::text() const {
  if (signer) {
    const auto what = form == Form::manifest ? "its manifest" : "the whole package";
    auto told = fmt::format("{} is signed by {}", what, signer->subject);
    if (!uncovered.empty()) told += fmt::format("; {} files are not covered", uncovered.size());
    return told;
  }
  return form == Form::none ? "is not signed" : "is signed, which was not looked at";
}

Result<CheckedPackage> check_package(PackageFiles& files, const FileSet& texts, const std::string& root,
                                     const SignatureRules& rules, const std::optional<PackageSignatures>& as_a_whole) {
  return PackageCheck{files, texts, root, rules}.check(as_a_whole);
}

}  // namespace unf::tosca
