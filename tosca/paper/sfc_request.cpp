#include "tosca/paper/sfc_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "tosca/paper/fields.h"
#include "tosca/paper/request_links.h"
#include "tosca/paper/request_nodes.h"
#include "tosca/paper/request_paths.h"

namespace unf::tosca {
namespace {

/// Notes the uNF descriptors of a document, which catalog_with_descriptors has read.
void report_descriptors(const Value& tree, Documents& context) {
  for (const auto& unf : paper_list(tree, "unfs", context.problems())) {
    const auto* type = unf->find("type") == nullptr ? unf->find("PacketProcessorClass") : unf->find("type");
    if (type == nullptr || !type->is_scalar()) {
      context.problems().add(unf->at(), "a uNF descriptor is {}, expected a map with `type` or `PacketProcessorClass`",
                             unf->describe());
      continue;
    }
    const bool known = context.catalog().find(type->text) != nullptr;
    context.report().map(unf->at(), fmt::format("descriptor of `{}`", type->text), known ? "a uNF type" : "",
                         known ? "" : "the catalogue does not have it");
  }
}

void add_templates(const ChainDocument& document, PaperTemplates& templates, Problems& problems) {
  for (const auto& vnf : paper_list(*document.tree, "vnfs", problems)) {
    const auto name = paper_name(*vnf, "a VNF template", problems);
    if (!name) continue;
    report_unknown_keys(*vnf, {"name", "description", "nodes", "links"}, fmt::format("VNF template `{}`", *name),
                        problems);
    if (!templates.try_emplace(*name, PaperTemplate{&document, vnf.get(), vnf->at()}).second)
      problems.add(vnf->at(), "a second VNF template `{}`, expected another name", *name);
  }
}

/// The one `sfc` of the documents. nullptr: there is none, which is reported.
const Value* find_request(std::span<const ChainDocument> documents, Problems& problems) {
  const Value* request = nullptr;
  for (const auto& document : documents) {
    const auto* sfc = map_at(*document.tree, "sfc", problems);
    if (sfc == nullptr) continue;
    if (request != nullptr) problems.add(sfc->at(), "a second `sfc`, expected one");
    request = sfc;
  }
  if (request == nullptr && problems.empty())
    problems.add({std::string{documents.front().file}, 1}, "no `sfc`, expected the chain that is asked for");
  return request;
}

/// Reports the first VNF that is on no path.
void refuse_unused_vnf(const ServiceRequest& service, Problems& problems) {
  std::set<std::string_view> used;
  for (const auto& path : service.paths) used.insert(path.hops.begin(), path.hops.end());
  const auto unused = std::ranges::find_if(service.vnfs, [&](const auto& vnf) { return !used.contains(vnf.name); });
  if (unused != service.vnfs.end())
    problems.add(unused->at, "VNF `{}` is on no path, expected a link or path that leads to it", unused->name);
}

}  // namespace

Result<Catalog> catalog_with_descriptors(const FileSet& files, const Catalog& catalog) {
  auto all = catalog;
  for (const auto& [file, text] : files.files) {
    if (!is_document(file) || text.find("\"unfs\"") == std::string::npos) continue;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("unfs") || !json["unfs"].is_array()) continue;  // reported where it is read
    const auto described = Catalog::parse(json["unfs"].dump());
    if (!described) return fail(Errc::malformed, "{}: unfs: {}", file, described.error().message);
    all = all.with(*described);
  }
  return all;
}

ServiceRequest read_sfc_request(Documents& context, std::span<const ChainDocument> documents,
                                std::span<const Vnfd> others) {
  auto& report = context.report();
  auto& problems = report.problems;
  PaperTemplates templates;
  for (const auto& document : documents) {
    report_unknown_keys(*document.tree, {"$schema", "description", "unfs", "vnfs", "sfc"}, "an SFC request", problems);
    report_descriptors(*document.tree, context);
    add_templates(document, templates, problems);
  }
  const auto* sfc = find_request(documents, problems);
  if (sfc == nullptr) return {};

  report_unknown_keys(*sfc, {"name", "description", "nodes", "links", "endpoints", "paths"}, "`sfc`", problems);
  ServiceRequest service;
  service.name = paper_name(*sfc, "`sfc`", problems).value_or("");
  auto nodes = read_request_nodes(*sfc, templates, others, context, service.artifacts);
  RequestLinks links;
  if (problems.empty()) links = read_request_links(*sfc, nodes, problems);
  if (problems.empty()) service.paths = read_request_paths(*sfc, service.name, nodes, links, report);
  service.vnfs = std::move(nodes.vnfs);
  service.endpoints = std::move(nodes.endpoints);
  service.links = std::move(links.between_vnfs);
  if (problems.empty()) refuse_unused_vnf(service, problems);
  return service;
}

}  // namespace unf::tosca
