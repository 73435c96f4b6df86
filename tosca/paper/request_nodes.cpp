#include "tosca/paper/request_nodes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tosca/paper/fields.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxUnfsOfRequest = 1U << 17;

class RequestNodeReader {
 public:
  RequestNodeReader(const PaperTemplates& templates, std::span<const Vnfd> vnfds, Documents& context,
                    Artifacts& artifacts)
      : templates_(templates), vnfds_(vnfds), context_(context), problems_(context.problems()), artifacts_(artifacts) {}

  RequestNodes read(const Value& sfc) {
    for (const auto& node : paper_list(sfc, "nodes", problems_)) read_vnf(*node);
    for (const auto& endpoint : paper_list(sfc, "endpoints", problems_)) read_endpoint(*endpoint);
    if (nodes_.endpoints.empty() && problems_.empty())
      problems_.add(sfc.at(), "no `endpoints` of `sfc`, expected those where packets enter and leave");
    return std::move(nodes_);
  }

 private:
  void read_vnf(const Value& node) {
    const auto name = paper_name(node, "a node of `sfc`", problems_);
    const auto* of = name ? paper_reference(node, "vnf", fmt::format("node `{}`", *name), problems_) : nullptr;
    if (of == nullptr) return;
    report_unknown_keys(node, {"name", "vnf"}, fmt::format("node `{}`", *name), problems_);
    if (nodes_.vnf(*name) != nullptr) {
      problems_.add(node.at(), "a second node `{}`, expected another name", *name);
      return;
    }
    auto vnf = vnf_of(of->text);
    if (!vnf) {
      problems_.add(of->at(), "node `{}` is of VNF template `{}`, which there is not{}", *name, of->text,
                    problems_.suggest(of->text, [&] { return template_names(); }));
      return;
    }
    unfs_ += vnf->graph.nodes.size();
    if (unfs_ > kMaxUnfsOfRequest) {
      problems_.add(node.at(), "too many uNFs, expected at most {}", kMaxUnfsOfRequest);
      return;
    }
    vnf->name = *name;
    vnf->at = node.at();
    context_.report().map(node.at(), fmt::format("VNF `{}`", *name), fmt::format("VNF of {}", of->text));
    nodes_.vnfs.push_back(std::move(*vnf));
  }

  /// nullopt: there is no template and no VNFD of that name.
  std::optional<ServiceRequest::Vnf> vnf_of(const std::string& name) {
    if (const auto known = templates_.find(name); known != templates_.end()) {
      const auto [graph, is_new] = graphs_.try_emplace(name);
      if (is_new) graph->second = read_paper_template(name, known->second, context_, artifacts_);
      ServiceRequest::Vnf vnf;
      vnf.graph = graph->second;
      vnf.vnfd_id = name;
      return vnf;
    }
    const auto vnfd = std::ranges::find_if(vnfds_, [&](const Vnfd& one) {
      return one.descriptor_id == name || one.node_type == name || one.document->title() == name;
    });
    if (vnfd == vnfds_.end()) return std::nullopt;
    return read_vnfd(context_, *vnfd, artifacts_);
  }

  [[nodiscard]] std::vector<std::string_view> template_names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, one] : templates_) names.push_back(name);
    return names;
  }

  void read_endpoint(const Value& endpoint) {
    const auto name = paper_name(endpoint, "an endpoint", problems_);
    if (!name) return;
    report_unknown_keys(endpoint, {"name", "network"}, fmt::format("endpoint `{}`", *name), problems_);
    const auto* network = scalar_at(endpoint, "network", problems_);
    if (nodes_.has_endpoint(*name) || nodes_.vnf(*name) != nullptr) {
      problems_.add(endpoint.at(), "a second node or endpoint `{}`, expected another name", *name);
      return;
    }
    nodes_.endpoints.push_back({*name, network == nullptr ? *name : network->text});
  }

  const PaperTemplates& templates_;
  std::span<const Vnfd> vnfds_;
  Documents& context_;
  Problems& problems_;
  Artifacts& artifacts_;
  std::map<std::string, VnfTemplate> graphs_;  ///< of templates, by name
  std::size_t unfs_ = 0;                       ///< of all VNFs
  RequestNodes nodes_;
};

}  // namespace

const ServiceRequest::Vnf* RequestNodes::vnf(std::string_view name) const {
  const auto found = std::ranges::find(vnfs, name, &ServiceRequest::Vnf::name);
  return found == vnfs.end() ? nullptr : &*found;
}

bool RequestNodes::has_endpoint(std::string_view name) const {
  return std::ranges::find(endpoints, name, &ServiceRequest::Endpoint::name) != endpoints.end();
}

std::vector<std::string_view> RequestNodes::names() const {
  std::vector<std::string_view> names;
  for (const auto& vnf : vnfs) names.push_back(vnf.name);
  for (const auto& endpoint : endpoints) names.push_back(endpoint.name);
  return names;
}

RequestNodes read_request_nodes(const Value& sfc, const PaperTemplates& templates, std::span<const Vnfd> vnfds,
                                Documents& context, Artifacts& artifacts) {
  return RequestNodeReader{templates, vnfds, context, artifacts}.read(sfc);
}

}  // namespace unf::tosca
