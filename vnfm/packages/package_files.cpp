#include "vnfm/packages/package_files.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <string_view>
#include <utility>

#include "graph/model/artifacts.h"
#include "vnfm/store/store.h"

namespace unf::vnfm {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::size_t kMaxListedBytes = kMaxValue - (64 << 10);  // leaves room for what users add

std::string hex_of(const std::string& digest) { return digest.substr(digest.find(':') + 1); }

json checksum_of(const std::string& digest) { return {{"algorithm", "SHA-256"}, {"hash", hex_of(digest)}}; }

/// SOL001 leaves an attribute out, SOL005 demands it.
std::string text_or(const std::string& text, const char* otherwise) { return text.empty() ? otherwise : text; }

/// Who signed the package, and in which of the two ways of SOL004 5.1.
void add_security(json& info, const tosca::PackageSignatures& signatures) {
  using Form = tosca::PackageSignatures::Form;
  if (signatures.form != Form::none) {
    info["packageSecurityOption"] = signatures.form == Form::manifest ? "OPTION_1" : "OPTION_2";
  }
  if (!signatures.certificate.empty()) info["signingCertificate"] = signatures.certificate;
}

json artifact_info(const tosca::CsarEntry& entry, const tosca::PackageList& list,
                   const std::map<std::string_view, std::string_view>& sets) {
  json info{{"artifactPath", entry.name}, {"checksum", checksum_of(entry.digest)}, {"metadata", json::object()}};
  for (const auto& [about, classification] :
       {std::pair{"change-log", "HISTORY"}, std::pair{"tests", "TESTING"}, std::pair{"licenses", "LICENSE"}}) {
    const auto named = list.about.find(about);
    if (named == list.about.end()) continue;
    const auto path = tosca::join("", named->second.text);  // of a file, or a directory
    if (entry.name == path || entry.name.starts_with(path + "/")) info["artifactClassification"] = classification;
  }
  if (const auto set = sets.find(entry.name); set != sets.end()) info["nonManoArtifactSetId"] = set->second;
  return info;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

/// VnfPackageSoftwareImageInfo (SOL005 9.5.3.2) of each image.
json software_images(const std::vector<tosca::SoftwareImage>& images) {
  json all = json::array();
  const auto now = fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)));  // when they were first known here
  for (const auto& image : images) {
    json one{{"id", image.id},
             {"name", image.name},
             {"provider", image.provider},
             {"version", text_or(image.version, "unknown")},
             {"checksum", {{"algorithm", upper(image.checksum_algorithm)}, {"hash", image.checksum}}},
             {"isEncrypted", false},
             {"createdAt", now},
             {"containerFormat", upper(text_or(image.container_format, "bare"))},
             {"diskFormat", upper(text_or(image.disk_format, "raw"))},
             {"minDisk", image.min_disk},
             {"minRam", image.min_ram},
             {"size", image.size},
             {"imagePath", image.file}};
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Result<void> PackageFiles::prepare() const {
  std::error_code error;
  fs::remove_all(incoming(), error);
  fs::create_directories(incoming(), error);
  if (error) return fail(Errc::unavailable, "{}: {}", incoming().string(), error.message());
  return {};
}

void PackageFiles::sweep(const std::set<std::string>& known) const {
  std::set<fs::path> kept{incoming()};
  for (const auto& id : known) kept.insert(of(id));
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator{directory_, ignored}) {
    if (!kept.contains(file.path())) fs::remove(file.path(), ignored);
  }
}

Result<void> PackageFiles::take(const fs::path& csar, const std::string& id) const {
  std::error_code error;
  fs::rename(csar, of(id), error);
  if (error) return fail(Errc::unavailable, "{}: {}", csar.string(), error.message());
  return {};
}

void PackageFiles::remove(const std::string& id) const {
  std::error_code ignored;  // the next start removes what is left
  fs::remove(of(id), ignored);
}

Result<PackageFiles::Examined> PackageFiles::examine(const std::string& id) const {
  const auto csar = tosca::read_csar(of(id), "package", {.limits = {}, .signatures = rules_.signatures});
  if (!csar) return fail(csar.error());
  const auto vnfd = tosca::read_vnfd_info(csar->files, catalog_, rules_.images);
  if (!vnfd) return fail(vnfd.error());
  const auto digest = digest_of_file(of(id));
  if (!digest) return fail(digest.error());
  json info{{"vnfdId", vnfd->descriptor_id},
            {"vnfProvider", text_or(vnfd->provider, "unknown")},
            {"vnfProductName", text_or(vnfd->product_name, "unknown")},
            {"vnfSoftwareVersion", text_or(vnfd->software_version, "unknown")},
            {"vnfdVersion", text_or(vnfd->descriptor_version, "unknown")},
            {"checksum", checksum_of(*digest)},
            {"softwareImages", software_images(vnfd->images)},
            {"additionalArtifacts", json::array()}};
  add_security(info, csar->signatures);
  const std::set<std::string> of_vnfd{vnfd->files.begin(), vnfd->files.end()};
  std::map<std::string_view, std::string_view> sets;  // of non-MANO artifacts, by file
  for (const auto& file : csar->list.files) {
    if (!file.artifact_set.empty()) sets[file.name] = file.artifact_set;
  }
  for (const auto& entry : csar->entries) {
    if (of_vnfd.contains("package/" + entry.name) || entry.name.starts_with("TOSCA-Metadata/")) continue;
    if (entry.name == csar->list.manifest || entry.name == csar->signatures.certificate_file) continue;
    info["additionalArtifacts"].push_back(artifact_info(entry, csar->list, sets));
  }
  if (info.dump().size() > kMaxListedBytes) {
    return fail(Errc::no_capacity, "package: {} files, whose names take more than {} bytes", csar->entries.size(),
                kMaxListedBytes);
  }
  return Examined{std::move(info), csar->signatures.text()};
}

Result<std::map<std::string, std::string>> PackageFiles::vnfd(const std::string& id) const {
  const auto csar = tosca::read_csar(of(id), "package");
  if (!csar) return fail(csar.error());
  const auto info = tosca::read_vnfd_info(csar->files, catalog_, rules_.images);
  if (!info) return fail(info.error());
  std::map<std::string, std::string> files;
  for (const auto& name : info->files) {
    files.emplace(name.substr(name.find('/') + 1), csar->files.files.find(name)->second);
  }
  return files;
}

Result<std::string> PackageFiles::artifact(const std::string& id, const std::string& path) const {
  return tosca::read_csar_entry(of(id), path, kMaxArtifact);
}

}  // namespace unf::vnfm
