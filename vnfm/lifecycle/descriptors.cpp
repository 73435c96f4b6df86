#include "vnfm/lifecycle/descriptors.h"

#include "tosca/package/csar.h"
#include "tosca/reader.h"

namespace unf::vnfm {
using nlohmann::json;

json to_json(const tosca::FileSet& files) { return {{"paths", files.paths}, {"files", files.files}}; }

tosca::FileSet file_set(const json& stored) {
  tosca::FileSet files{.paths = stored.at("paths")};
  for (const auto& [name, text] : stored.at("files").items()) files.files.emplace(name, text.get<std::string>());
  return files;
}

template <typename Read>
Result<Descriptors::Described> Descriptors::kept(const std::string& key, Read read) {
  {
    const std::lock_guard lock{mutex_};
    const auto at = std::ranges::find(recent_, key, &std::pair<std::string, Described>::first);
    if (at != recent_.end()) {
      recent_.splice(recent_.begin(), recent_, at);
      return at->second;
    }
  }
  Result<ServiceRequest> fresh = read();
  if (!fresh) return fail(fresh.error());
  auto described = std::make_shared<const ServiceRequest>(std::move(*fresh));
  const std::lock_guard lock{mutex_};
  recent_.emplace_front(key, described);
  if (recent_.size() > kKept) recent_.pop_back();
  return described;
}

Result<Descriptors::Described> Descriptors::vnf(const std::string& tenant, const std::string& package,
                                                const std::string& flavour) {
  // A package's content never changes, and its id is never used again.
  return kept(package + "/" + flavour, [&] {
    return packages_.content(tenant, package)
        .and_then([](const std::filesystem::path& file) { return tosca::read_csar(file, "package"); })
        .and_then([&](const tosca::Csar& csar) { return tosca::read_vnf(csar.files, catalog_, flavour, images_); });
  });
}

Result<Descriptors::Described> Descriptors::of(const std::string& tenant, const Desired& desired) {
  if (!desired.package.empty()) return vnf(tenant, desired.package, desired.flavour);
  return kept("files/" + desired.files.name, [&]() -> Result<ServiceRequest> {
    const auto text = texts_.get(desired.files);
    if (!text) return fail(text.error());
    try {
      return tosca::read_service(file_set(json::parse(*text)), catalog_, images_);
    } catch (const json::exception& e) {
      return fail(Errc::malformed, "text {}: {}", desired.files.name, e.what());
    }
  });
}

}  // namespace unf::vnfm
