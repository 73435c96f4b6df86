#include "vnfm/rest/package_api.h"

#include "vnfm/rest/list.h"
#include "vnfm/rest/package_schemas.h"
#include "vnfm/rest/query/byte_range.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

constexpr auto kVnfPackage = "/vnf_packages/{vnfPkgId}";

/// The package as it is shown.
json shown(const ApiRequest& request, const std::string& root, const Package& package) {
  auto info = package.info;
  const auto self = request.root + root + "/vnf_packages/" + package.id;
  info["_links"]["self"]["href"] = self;
  info["_links"]["packageContent"]["href"] = self + "/package_content";
  if (package.is("onboardingState", "ONBOARDED")) info["_links"]["vnfd"]["href"] = self + "/vnfd";
  return info;
}

class PackageApi {
 public:
  PackageApi(Packages& packages, const PageMarkers& markers, std::size_t page)
      : packages_(packages), markers_(markers), page_(page) {}

  Result<HttpResponse> create(const ApiRequest& request) const {
    const auto data = request.body.value("userDefinedData", json{});
    return packages_.create(request.caller.tenant, data).map([&](const Package& package) {
      const auto body = shown(request, root_, package);
      return json_response(201, body, {{"Location", body["_links"]["self"]["href"]}});
    });
  }

  Result<HttpResponse> list(const ApiRequest& request) const {
    return list_resources(request,
                          {.schema = pkgm::package(),
                           .excluded_by_default = {"softwareImages", "additionalArtifacts", "userDefinedData",
                                                   "checksum", "onboardingFailureDetails"},
                           .page = page_},
                          markers_, [&](const std::string& after, std::size_t limit) {
                            return packages_.list(request.caller.tenant, after, limit).map([&](const auto& found) {
                              std::vector<Listed> listed;
                              for (const auto& package : found) {
                                listed.push_back({package.id, shown(request, root_, package)});
                              }
                              return listed;
                            });
                          });
  }

  Result<HttpResponse> show(const ApiRequest& request) const {
    return packages_.find(request.caller.tenant, id_of(request)).map([&](const Package& package) {
      return json_response(200, shown(request, root_, package), {{"ETag", entity_tag(package.revision)}});
    });
  }

  Result<HttpResponse> modify(const ApiRequest& request) const {
    const auto package = packages_.find(request.caller.tenant, id_of(request));
    if (!package) return fail(package.error());
    if (auto stale = refuse_stale(request, package->revision)) return std::move(*stale);
    return packages_.modify(request.caller.tenant, *package, request.body).map([](const json& changed) {
      return json_response(200, changed);
    });
  }

  Result<HttpResponse> remove(const ApiRequest& request) const {
    const auto package = packages_.find(request.caller.tenant, id_of(request));
    if (!package) return fail(package.error());
    if (auto stale = refuse_stale(request, package->revision)) return std::move(*stale);
    return packages_.remove(request.caller.tenant, *package).map([] { return HttpResponse{.status = 204}; });
  }

  Result<HttpResponse> upload(const ApiRequest& request) const {
    std::error_code error;
    if (std::filesystem::file_size(request.file, error) == 0 || error) {
      return fail(Errc::malformed, "there is no body, expected a CSAR");
    }
    return packages_.upload(request.caller.tenant, id_of(request), request.file).map([] {
      return HttpResponse{.status = 202};
    });
  }

  Result<HttpResponse> upload_from_uri(const ApiRequest& request) const {
    const auto& body = request.body;
    OutgoingRequest from{.uri = body["addressInformation"], .headers = {{"Accept", "application/zip, */*"}}};
    from.user = body.value("userName", "");
    from.password = body.value("password", "");
    return packages_.upload_from_uri(request.caller.tenant, id_of(request), std::move(from)).map([] {
      return HttpResponse{.status = 202};
    });
  }

  Result<HttpResponse> download(const ApiRequest& request) const {
    const auto file = packages_.content(request.caller.tenant, id_of(request));
    if (!file) return fail(file.error());
    std::error_code error;
    const auto size = std::filesystem::file_size(*file, error);
    if (error) return fail(Errc::unavailable, "VNF package {}: {}", id_of(request), error.message());
    HttpResponse response{.headers = {{"Content-Type", "application/zip"}, {"Accept-Ranges", "bytes"}}};
    if (request.range.empty()) {
      response.file = FileRange{.file = *file, .length = size};
      return response;
    }
    const auto range = parse_byte_range(request.range, size);
    if (!range) {
      auto refusal =
          problem_response(416, fmt::format("Range: {}: expected one range of {} bytes", request.range, size));
      refusal.headers.push_back({"Content-Range", fmt::format("bytes */{}", size)});
      return refusal;
    }
    response.file = FileRange{.file = *file, .offset = range->first, .length = range->last - range->first + 1};
    response.status = 206;
    response.headers.push_back({"Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->last, size)});
    return response;
  }

  /// The VNFD alone as text, if it is one file and text is wanted; else zipped (SOL005 9.4.4.3.2).
  Result<HttpResponse> vnfd(const ApiRequest& request) const {
    auto files = packages_.vnfd(request.caller.tenant, id_of(request));
    if (!files) return fail(files.error());
    const auto accepts = [&](const char* type) {
      return std::ranges::find(request.accept, type) != request.accept.end();
    };
    if (files->size() == 1 && accepts("text/plain")) {
      return HttpResponse{.headers = {{"Content-Type", "text/plain"}}, .body = files->begin()->second};
    }
    if (!accepts("application/zip")) {
      return problem_response(406,
                              fmt::format("the VNFD has {} files, expected to send application/zip", files->size()));
    }
    return HttpResponse{.headers = {{"Content-Type", "application/zip"}}, .body = tosca::make_zip(*files)};
  }

  Result<HttpResponse> artifact(const ApiRequest& request) const {
    return packages_.artifact(request.caller.tenant, id_of(request), request.parameter("artifactPath"))
        .map([](std::string bytes) {
          return HttpResponse{.headers = {{"Content-Type", "application/octet-stream"}}, .body = std::move(bytes)};
        });
  }

 private:
  static const std::string& id_of(const ApiRequest& request) { return request.parameter("vnfPkgId"); }

  Packages& packages_;
  const PageMarkers& markers_;
  const std::size_t page_;
  const std::string root_ = "/vnfpkgm/v1";
};

}  // namespace

Api make_package_api(Packages& packages, const PageMarkers& markers, std::size_t page) {
  const auto api = std::make_shared<const PackageApi>(packages, markers, page);
  const auto by = [&](auto method) { return [api, method](ApiRequest& request) { return ((*api).*method)(request); }; };
  const auto below = [](const char* rest) { return std::string{kVnfPackage} + rest; };
  using Takes = Route::Takes;
  Api table{.name = "vnfpkgm", .major = 1, .title = "VNF package management", .versions = {"1.0.0", "1.1.0", "1.2.0"}};
  table.routes = {
      {.method = "POST",
       .path = "/vnf_packages",
       .summary = "Create a package without content",
       .handler = by(&PackageApi::create),
       .success = 201,
       .takes = Takes::json,
       .body = pkgm::create_request(),
       .answer = pkgm::package()},
      {.method = "GET",
       .path = "/vnf_packages",
       .summary = "List packages",
       .handler = by(&PackageApi::list),
       .answer = pkgm::package(),
       .is_list = true},
      {.method = "GET",
       .path = kVnfPackage,
       .summary = "Show a package",
       .handler = by(&PackageApi::show),
       .answer = pkgm::package()},
      {.method = "PATCH",
       .path = kVnfPackage,
       .summary = "Enable, disable or annotate a package",
       .handler = by(&PackageApi::modify),
       .takes = Takes::merge_patch,
       .body = pkgm::modify_request(),
       .answer = pkgm::modify_request()},
      {.method = "DELETE",
       .path = kVnfPackage,
       .summary = "Delete a package that is disabled and not in use",
       .handler = by(&PackageApi::remove),
       .success = 204},
      {.method = "PUT",
       .path = below("/package_content"),
       .summary = "Upload the CSAR",
       .handler = by(&PackageApi::upload),
       .success = 202,
       .takes = Takes::file,
       .produces = {}},
      {.method = "POST",
       .path = below("/package_content/upload_from_uri"),
       .summary = "Have the CSAR fetched",
       .handler = by(&PackageApi::upload_from_uri),
       .success = 202,
       .takes = Takes::json,
       .body = pkgm::upload_from_uri_request(),
       .produces = {}},
      {.method = "GET",
       .path = below("/package_content"),
       .summary = "Download the CSAR, or a range of it",
       .handler = by(&PackageApi::download),
       .produces = {"application/zip"}},
      {.method = "GET",
       .path = below("/vnfd"),
       .summary = "Download the VNFD",
       .handler = by(&PackageApi::vnfd),
       .produces = {"text/plain", "application/zip"}},
      {.method = "GET",
       .path = below("/artifacts/{artifactPath...}"),
       .summary = "Download a file of the package",
       .handler = by(&PackageApi::artifact),
       .produces = {}},
  };
  return table;
}

}  // namespace unf::vnfm
