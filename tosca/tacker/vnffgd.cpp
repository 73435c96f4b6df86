#include "tosca/tacker/vnffgd.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>

#include "tosca/chain/chain.h"
#include "tosca/sol001/classifier.h"
#include "tosca/sol001/functions.h"
#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kScaling = "tosca.policies.tacker.Scaling";
constexpr std::string_view kPlacement = "tosca.policies.tacker.Placement";
constexpr auto kDefaultLevel = "default";  // the instances that policies start with
constexpr std::uint32_t kMaxInstancesOfPolicy = 1024;

/// Keys of a classifier that no path is chosen by here.
constexpr std::string_view kUnsupportedCriteria[] = {
    "eth_src",        "eth_dst",     "vlan_pcp",    "mpls_label",  "mpls_tc",    "ip_ecn",  "icmpv4_type",
    "icmpv4_code",    "arp_op",      "arp_spa",     "arp_tpa",     "arp_sha",    "arp_tha", "ipv6_flabel",
    "ipv6_nd_target", "ipv6_nd_sll", "ipv6_nd_tll", "icmpv6_type", "icmpv6_code"};
/// Those that are.
const std::vector<std::string_view> kCriteria{"eth_type",
                                              "vlan_id",
                                              "ip_dscp",
                                              "ip_proto",
                                              "ip_src_prefix",
                                              "ip_dst_prefix",
                                              "ipv6_src",
                                              "ipv6_dst",
                                              "source_port_range",
                                              "destination_port_range",
                                              "network_src_port_id",
                                              "network_dst_port_id",
                                              "network_id",
                                              "network_name",
                                              "tenant_id"};

/// `2048`, `0x0800`, or the name of an IP version.
std::optional<std::uint16_t> tacker_ether_type(std::string_view text) {
  if (text == "ipv4" || text == "ip" || text == "IPv4") return 0x0800;
  if (text == "ipv6" || text == "IPv6") return 0x86dd;
  std::uint64_t number = 0;
  const bool hexadecimal = text.starts_with("0x");
  if (!hexadecimal) {
    const auto decimal = to_unsigned(text);
    if (!decimal) return std::nullopt;
    number = *decimal;
  } else {
    if (text.size() < 3 || text.size() > 6) return std::nullopt;
    for (const char c : text.substr(2)) {
      const auto digit = std::string_view{"0123456789abcdef"}.find(static_cast<char>(std::tolower(c)));
      if (digit == std::string_view::npos) return std::nullopt;
      number = number * 16 + digit;
    }
  }
  return number <= 65535 ? std::optional{static_cast<std::uint16_t>(number)} : std::nullopt;
}

/// Properties of a node template or policy, evaluated.
class TackerValues {
 public:
  TackerValues(Documents& documents, const Document& document) : documents_(documents), document_(document) {}

  /// nullptr: none, or known later.
  ValuePtr at(const Value* map, std::string_view key) {
    const auto* member = map == nullptr ? nullptr : map->find_member(key);
    const auto value = member == nullptr ? nullptr : evaluate(documents_, document_, {}, member->value, Late::allowed);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  std::string text(const Value* map, std::string_view key) {
    const auto value = at(map, key);
    return value != nullptr && value->is_scalar() ? value->text : std::string{};
  }
  std::optional<std::uint32_t> count(const Value* map, std::string_view key) {
    const auto number = to_unsigned(text(map, key));
    return number && *number <= UINT32_MAX ? std::optional{static_cast<std::uint32_t>(*number)} : std::nullopt;
  }
  bool truth(const Value* map, std::string_view key) {
    auto value = text(map, key);
    std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return value == "true" || value == "yes" || value == "on";
  }

 private:
  Documents& documents_;
  const Document& document_;
};

/// A VNFD in Tacker's TOSCA: its machines, its connection points by name, and what networks these are on.
class TackerVnfd {
 public:
  TackerVnfd(Documents& documents, const Document& document)
      : documents_(documents), document_(documents.read_topology(document)), values_(documents, document_) {
    read_links();
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr) continue;
      if (node.type->base == base::tacker_vdu) read_vdu(node);
      if (node.type->base == base::tacker_cp) read_point(node);
    }
    for (const auto& policy : document_.policies) read_policy(policy);
  }

  [[nodiscard]] static bool is_one(Documents& documents, const Document& document) {
    const auto& read = documents.read_topology(document);
    return std::ranges::any_of(
        read.nodes, [](const auto& node) { return node.type != nullptr && node.type->base == base::tacker_vdu; });
  }

  /// What it may be called.
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> all{document_.title(), std::filesystem::path{document_.file}.stem().string()};
    const auto* type = document_.substitution == nullptr ? nullptr : document_.substitution->find("node_type");
    if (type != nullptr && type->is_scalar()) all.insert(type->text);
    return all;
  }

  [[nodiscard]] const VnfModel::ConnectionPoint* find_point(std::string_view name) const {
    const auto found = std::ranges::find(model_.points, name, &VnfModel::ConnectionPoint::name);
    return found == model_.points.end() ? nullptr : &*found;
  }
  /// Which of the VNF's requirements a connection point is put on a link by. Empty: none.
  [[nodiscard]] std::string port_of(std::string_view point) const {
    const auto mapped = mapped_requirements(document_, documents_.problems());
    const auto found =
        std::ranges::find(mapped, point, [](const auto& one) { return std::string_view{one.node->text}; });
    return found == mapped.end() ? std::string{} : found->port->text;
  }

  /// Of the network that a connection point is on; its own name if it says nothing of one.
  [[nodiscard]] std::string network_of(const std::string& point) const {
    const auto network = networks_.find(point);
    return network == networks_.end() ? point : network->second;
  }
  /// External connection points that are not for management, by order and name.
  [[nodiscard]] std::vector<const VnfModel::ConnectionPoint*> data_points() const {
    std::vector<const VnfModel::ConnectionPoint*> found;
    for (const auto& point : model_.points) {
      if (!point.external.empty() && point.role != "management") found.push_back(&point);
    }
    std::ranges::stable_sort(found, {}, [](const auto* point) {
      return std::pair{point->order.value_or(UINT32_MAX), std::string_view{point->name}};
    });
    return found;
  }

  [[nodiscard]] ChainVnf as(const std::string& name, const SourcePlace& at) const {
    ChainVnf vnf{scaling_, model_};
    vnf.vnf.name = name;
    vnf.vnf.vnfd_id = std::filesystem::path{document_.file}.stem().string();  // titles need not differ
    vnf.vnf.at = at;
    return vnf;
  }
  [[nodiscard]] const Document& document() const { return document_; }

 private:
  void read_links() {
    std::map<std::string_view, std::size_t> attached;
    for (const auto& node : document_.nodes) {
      for (const auto& requirement : node.requirements) {
        if (requirement.name == "virtualLink") ++attached[requirement.target];
      }
    }
    std::set<std::string> mapped;
    for (const auto& one : mapped_requirements(document_, documents_.problems())) mapped.insert(one.node->text);
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr || node.type->base != base::tacker_vl) continue;
      const auto* properties = node.value->find("properties");
      const auto network = values_.text(properties, "network_name");
      // A link of its own that joins machines of the VNF is inside of it; one that exists already is not.
      const bool inner = network.empty() && attached[node.name] > 1 && !mapped.contains(node.name);
      links_[node.name] = {network.empty() ? node.name : network, inner};
      documents_.report().map(node.at, fmt::format("virtual link `{}`", node.name),
                              inner ? "edges between uNFs" : fmt::format("network `{}`", links_[node.name].first));
    }
  }

  void read_vdu(const NodeTemplate& node) {
    const auto* properties = node.value->find("properties");
    VnfModel::Vdu vdu{
        .name = node.name, .title = values_.text(properties, "name"), .type = node.type->name, .at = node.at};
    if (auto image = values_.text(properties, "image"); !image.empty()) vdu.images.push_back(std::move(image));
    const auto* compute = node.value->find("capabilities", "nfv_compute");
    if (compute != nullptr) compute = compute->find("properties");
    vdu.cpus = values_.count(compute, "num_cpus").value_or(0);
    const auto memory = to_scalar(Unit::size, values_.text(compute, "mem_size"));
    vdu.memory = memory && *memory >= 0 && *memory < 1e18 ? static_cast<std::uint64_t>(*memory) : 0;
    documents_.report().map(node.at, fmt::format("machine of VDU `{}`", node.name), "",
                            "uNFs run in place of it, and are placed by what they take for a packet");
    model_.vdus.push_back(std::move(vdu));
  }

  void read_point(const NodeTemplate& node) {
    const auto* properties = node.value->find("properties");
    VnfModel::ConnectionPoint point{.name = node.name,
                                    .order = values_.count(properties, "order"),
                                    .role = values_.truth(properties, "management") ? "management" : "",
                                    .vnic_type = values_.text(properties, "type"),
                                    .at = node.at};
    std::string link;
    for (const auto& requirement : node.requirements) {
      if (requirement.name == "virtualBinding") point.vdu = requirement.target;
      if (requirement.name == "virtualLink") link = requirement.target;
    }
    const auto known = links_.find(link);
    if (known != links_.end() && known->second.second) {
      point.link = link;
    } else {
      point.external = {node.name};
      if (known != links_.end()) networks_[node.name] = known->second.first;
    }
    model_.points.push_back(std::move(point));
  }

  void read_policy(const Policy& policy) {
    if (policy.type == kScaling) {
      read_scaling_policy(policy);
    } else if (policy.type == kPlacement) {
      const bool anti = values_.text(policy.properties, "policy") == "anti-affinity";
      scaling_.affinity.push_back({anti, "nfvi_node", policy.targets});
      documents_.report().map(policy.at, fmt::format("policy `{}`", policy.name),
                              fmt::format("where uNFs run: on {}", anti ? "different hosts" : "one host"));
    } else {
      documents_.report().map(policy.at, fmt::format("policy `{}`", policy.name), "",
                              fmt::format("{} is not done here", policy.type));
    }
  }

  /// From the least instances on, each step adds as many as the policy says; it starts with its default.
  void read_scaling_policy(const Policy& policy) {
    const auto increment = values_.count(policy.properties, "increment");
    const auto least = values_.count(policy.properties, "min_instances"),
               most = values_.count(policy.properties, "max_instances"),
               first = values_.count(policy.properties, "default_instances");
    const auto targets = values_.at(policy.properties, "targets");
    if (!increment || *increment == 0 || !least || *least == 0 || !most || *most < *least ||
        *most > kMaxInstancesOfPolicy || !first || *first < *least || *first > *most || targets == nullptr ||
        !targets->is_list() || targets->items.empty()) {
      documents_.problems().add(
          policy.at,
          "policy `{}` cannot be scaled by, expected `increment` of at least 1, `targets`, and 1 <= min_instances "
          "<= default_instances <= max_instances <= {}",
          policy.name, kMaxInstancesOfPolicy);
      return;
    }
    if ((*first - *least) % *increment != 0) {
      documents_.problems().add(policy.at,
                                "policy `{}` starts with {} instances, expected {} and a multiple of the increment {}",
                                policy.name, *first, *least, *increment);
      return;
    }
    ServiceRequest::ScalingAspect aspect{.name = policy.name, .max_level = (*most - *least) / *increment};
    for (const auto& target : targets->items) {
      const auto* node = document_.find_node(target->text);
      if (node == nullptr || node->type == nullptr || node->type->base != base::tacker_vdu) {
        documents_.problems().add(target->at(), "target {} of policy `{}` is no VDU{}", target->describe(), policy.name,
                                  documents_.problems().suggest(target->text, [&] { return document_.node_names(); }));
        continue;
      }
      scaling_.initial[target->text] = *least;
      aspect.node_deltas[target->text].assign(aspect.max_level, *increment);
    }
    scaling_.level = kDefaultLevel;
    scaling_.levels[scaling_.level][policy.name] = (*first - *least) / *increment;
    scaling_.aspects.push_back(std::move(aspect));
    documents_.report().map(policy.at, fmt::format("policy `{}`", policy.name),
                            fmt::format("scaling aspect of {} to {} instances", *least, *most));
  }

  Documents& documents_;
  const Document& document_;
  TackerValues values_;
  VnfModel model_;
  ServiceRequest::Vnf scaling_;                                ///< names VDUs
  std::map<std::string, std::pair<std::string, bool>> links_;  ///< virtual link -> network, whether inside the VNF
  std::map<std::string, std::string> networks_;                ///< of connection points
};

class VnffgdReader {
 public:
  VnffgdReader(Documents& documents, std::span<const Document* const> entries, std::span<const Vnfd> others)
      : documents_(documents), problems_(documents.problems()), others_(others) {
    for (const auto* entry : entries) {
      const auto& read = documents.read_topology(*entry);
      const bool has_paths = std::ranges::any_of(read.nodes, is_path);
      if (has_paths) graphs_.push_back(&read);
      if (!has_paths && !TackerVnfd::is_one(documents, read)) neither_.push_back(&read);
    }
    for (const auto& [file, document] : documents.all()) {
      if (document != nullptr && document->is_tacker() && TackerVnfd::is_one(documents, *document))
        vnfds_.emplace_back(documents, *document);
    }
  }

  ServiceRequest read() {
    if (graphs_.size() > 1) {
      for (const auto* graph : graphs_) {
        problems_.add({std::string{graph->file}, 1}, "one of {} VNFFGDs, expected one: name its file", graphs_.size());
      }
    } else if (graphs_.size() == 1) {
      read_graph(*graphs_.front());
    } else if (vnfds_.size() == 1) {
      read_alone(vnfds_.front());
    } else {
      for (const auto& vnfd : vnfds_) {
        problems_.add({std::string{vnfd.document().file}, 1},
                      "one of {} VNFDs and no VNFFGD, expected one VNFD, or a VNFFGD that joins them", vnfds_.size());
      }
    }
    for (const auto* one : neither_) {
      if (graphs_.empty() && vnfds_.empty() && problems_.empty())
        problems_.add({std::string{one->file}, 1},
                      "neither VNFFGD nor VNFD, expected node templates of {}, or of {} and {}", base::tacker_fp_v2,
                      base::tacker_vdu, base::tacker_cp);
    }
    if (!problems_.empty()) return {};
    return service_of(std::move(chain_), documents_.images(), documents_.report());
  }

 private:
  static bool is_path(const NodeTemplate& node) {
    return node.type != nullptr && (node.type->base == base::tacker_fp || node.type->base == base::tacker_fp_v2);
  }

  /// In by its first connection point that is not for management, out by the second.
  void read_alone(const TackerVnfd& vnfd) {
    chain_.name = vnfd.document().title();
    chain_.at = {std::string{vnfd.document().file}, 1};
    const auto points = vnfd.data_points();
    if (points.empty()) {
      problems_.add(chain_.at,
                    "VNFD `{}` has no connection point but for management, expected one that packets come in by",
                    chain_.name);
      return;
    }
    const auto& in = points.front()->name;
    const auto& out = points[points.size() > 1 ? 1 : 0]->name;
    chain_.vnfs.push_back(vnfd.as("vnf", chain_.at));
    chain_.paths.push_back({.name = fmt::format("{}-to-{}", in, out),
                            .in = {vnfd.network_of(in), vnfd.network_of(in)},
                            .out = {vnfd.network_of(out), vnfd.network_of(out)},
                            .hops = {{"vnf", in, out, chain_.at}},
                            .symmetric = points.size() > 1,
                            .at = chain_.at});
  }

  void read_graph(const Document& document) {
    chain_.name = document.title();
    chain_.at = {std::string{document.file}, 1};
    for (const auto& node : document.nodes) {
      if (is_path(node)) read_path(document, node);
    }
    const auto* groups = document.tree->find("topology_template", "groups");
    for (const auto& group : groups == nullptr ? std::vector<Value::Member>{} : groups->members) {
      documents_.report().map(group.key->at(), fmt::format("group `{}`", group.key->text),
                              fmt::format("service `{}`", chain_.name));
    }
    for (const auto& node : document.nodes) {
      if (node.type == nullptr || is_path(node)) continue;
      const bool known = std::ranges::any_of(chain_.vnfs, [&](const auto& vnf) { return vnf.vnf.name == node.name; });
      if (node.type->base == base::tacker_vl) {
        documents_.report().map(node.at, fmt::format("virtual link `{}`", node.name), "",
                                "paths say where packets come in and go out");
      } else if (!known) {
        documents_.report().map(node.at, fmt::format("VNF `{}`", node.name), "", "no path goes through it");
      }
    }
  }

  void read_path(const Document& document, const NodeTemplate& node) {
    TackerValues values{documents_, document};
    const auto* properties = node.value->find("properties");
    ChainPath path{.name = node.name, .symmetric = values.truth(properties, "symmetrical"), .at = node.at};
    if (const auto id = values.at(properties, "id")) {
      const auto number = values.count(properties, "id");
      if (!number || *number > kMaxSpi) {
        problems_.add(id->at(), "`id` of `{}` is {}, expected 0 to {}", node.name, id->describe(), kMaxSpi);
        return;
      }
      path.spi = number;
    }
    const auto* written = properties == nullptr ? nullptr : properties->find_member("path");
    const auto hops = written == nullptr ? nullptr : evaluate(documents_, document, node.name, written->value);
    if (hops == nullptr || !hops->is_list() || hops->items.empty()) {
      problems_.add(written == nullptr ? node.at : written->value->at(),
                    "`path` of `{}` is {}, expected a list of `forwarder` and `capability`", node.name,
                    hops == nullptr ? "not there" : hops->describe());
      return;
    }
    std::vector<Forwarder> forwarders;
    for (const auto& hop : hops->items) {
      const auto* forwarder = hop->find("forwarder");
      const auto* point = hop->find("capability");
      if (forwarder == nullptr || !forwarder->is_scalar() || point == nullptr || !point->is_scalar()) {
        problems_.add(hop->at(), "a hop of `{}` is {}, expected `forwarder: VNFD` and `capability: CONNECTION_POINT`",
                      node.name, hop->describe());
        return;
      }
      if (!forwarders.empty() && forwarders.back().name == forwarder->text && forwarders.back().points.size() == 1) {
        forwarders.back().points.push_back(point->text);
      } else {
        forwarders.push_back({forwarder->text, {point->text}, forwarder->at()});
      }
    }
    bool bound = true;
    for (const auto& forwarder : forwarders) bound = bind(document, forwarder) && bound;
    if (!bound) return;
    for (const auto& forwarder : forwarders) {
      path.hops.push_back({forwarder.name, forwarder.points.front(), forwarder.points.back(), forwarder.at});
    }
    path.in = end_of(document, path.hops.front().vnf, path.hops.front().in);
    path.out = end_of(document, path.hops.back().vnf, path.hops.back().out);
    add_paths(document, node, path);
  }

  struct Forwarder {
    std::string name;
    std::vector<std::string> points;  ///< in, or in and out
    SourcePlace at;
  };
  /// What a forwarder was bound to.
  struct Bound {
    const TackerVnfd* vnfd = nullptr;  ///< nullptr: one of SOL001
  };

  /// Chooses the VNFD that a forwarder stands for. False: reported.
  bool bind(const Document& document, const Forwarder& forwarder) {
    if (const auto known = bound_.find(forwarder.name); known != bound_.end()) {
      return !known->second.vnfd || has_points(*known->second.vnfd, forwarder);
    }
    std::set<std::string> names{forwarder.name};
    if (const auto* node = document.find_node(forwarder.name); node != nullptr && node->type != nullptr)
      names.insert(node->type->name);  // a VNF of an NSD
    std::vector<const TackerVnfd*> found;
    const auto is_named = [&](const TackerVnfd& vnfd) {
      const auto called = vnfd.names();
      return std::ranges::any_of(names, [&](const auto& name) { return called.contains(name); });
    };
    for (const auto& vnfd : vnfds_) {
      if (is_named(vnfd)) found.push_back(&vnfd);
    }
    if (found.empty()) {
      for (const auto& other : others_) {
        if (names.contains(other.descriptor_id) || names.contains(other.node_type) ||
            names.contains(other.document->title())) {
          return bind_other(other, forwarder);
        }
      }
    }
    if (found.size() != 1) {
      const auto lacks = [&](const TackerVnfd* vnfd) {
        return std::ranges::any_of(forwarder.points, [&](const auto& point) { return !vnfd->find_point(point); });
      };
      if (found.empty()) {
        for (const auto& vnfd : vnfds_) found.push_back(&vnfd);
      }
      std::erase_if(found, lacks);
    }
    if (found.size() != 1) {
      problems_.add(
          forwarder.at,
          "forwarder `{}`: no VNFD of this name is among the files, and {} with connection point {}, expected one",
          forwarder.name, found.empty() ? "none" : std::to_string(found.size()), fmt::join(forwarder.points, ", "));
      return false;
    }
    if (!has_points(*found.front(), forwarder)) return false;
    bound_[forwarder.name] = {found.front()};
    chain_.vnfs.push_back(found.front()->as(forwarder.name, forwarder.at));
    return true;
  }

  bool bind_other(const Vnfd& vnfd, const Forwarder& forwarder) {
    ChainVnf vnf{read_vnfd(documents_, vnfd, chain_.artifacts), std::nullopt};
    vnf.vnf.name = forwarder.name;
    vnf.vnf.at = forwarder.at;
    bound_[forwarder.name] = {};
    chain_.vnfs.push_back(std::move(vnf));
    return true;
  }

  bool has_points(const TackerVnfd& vnfd, const Forwarder& forwarder) {
    for (const auto& name : forwarder.points) {
      const auto* point = vnfd.find_point(name);
      if (point != nullptr && !point->external.empty()) continue;
      std::vector<std::string_view> known;
      for (const auto* one : vnfd.data_points()) known.push_back(one->name);
      problems_.add(forwarder.at, "`{}` is no connection point of forwarder `{}` that leads out of it, expected {}{}",
                    name, forwarder.name, one_of(known), problems_.suggest(name, known));
      return false;
    }
    return true;
  }

  ServiceRequest::Endpoint end_of(const Document& document, const std::string& forwarder, const std::string& point) {
    const auto* vnfd = bound_.at(forwarder).vnfd;
    auto network = vnfd == nullptr ? point : network_in_nsd(document, forwarder, vnfd->port_of(point));
    if (network.empty() && vnfd != nullptr) network = vnfd->network_of(point);
    return {network, network};
  }

  /// Of the link that an NSD puts a VNF's `port` on. Empty: none.
  std::string network_in_nsd(const Document& document, const std::string& vnf, const std::string& port) {
    const auto* node = document.find_node(vnf);
    if (node == nullptr || port.empty()) return {};
    const auto on = std::ranges::find(node->requirements, port, &Requirement::name);
    const auto* link = on == node->requirements.end() ? nullptr : document.find_node(on->target);
    if (link == nullptr) return {};
    auto network = TackerValues{documents_, document}.text(link->value->find("properties"), "network_name");
    return network.empty() ? link->name : network;
  }

  /// One path for each pair of ends that classifiers say.
  void add_paths(const Document& document, const NodeTemplate& node, const ChainPath& path) {
    TackerValues values{documents_, document};
    const auto* properties = node.value->find("properties");
    const auto* policy = properties == nullptr ? nullptr : properties->find("policy");
    const auto* criteria = policy == nullptr ? nullptr : policy->find("criteria");
    if (policy != nullptr && !policy->is_null() && (criteria == nullptr || !criteria->is_list())) {
      problems_.add(policy->at(), "`policy` of `{}` has no list `criteria`, expected one of classifiers", node.name);
      return;
    }
    auto items = criteria == nullptr ? std::vector<ValuePtr>{} : criteria->items;
    if (node.type->base == base::tacker_fp && is_one_in_pieces(items)) {
      documents_.report().map(criteria->at(), fmt::format("criteria of `{}`", node.name),
                              "one classifier: they are of one key each, and meant together");
      items = {joined(items)};
    }
    std::vector<ChainPath> paths;
    for (const auto& item : items) {
      const auto* classifier = item->find("classifier");  // since FP.TackerV2; before, the match stands there itself
      if (classifier == nullptr) classifier = item.get();
      if (!classifier->is_map()) {
        problems_.add(item->at(), "a classifier of `{}` is {}, expected a map of what packets have to have", node.name,
                      classifier->describe());
        continue;
      }
      auto classified = path;
      const auto match = read_classifier(document, node.name, *classifier, classified);
      if (!match) continue;
      auto known = std::ranges::find_if(paths, [&](const auto& other) {
        return other.in.name == classified.in.name && other.out.name == classified.out.name;
      });
      if (known == paths.end()) {
        if (!paths.empty()) classified.name = fmt::format("{}-{}", path.name, paths.size() + 1);
        if (!paths.empty()) classified.spi.reset();
        known = paths.insert(paths.end(), std::move(classified));
      }
      known->matches.push_back(*match);
    }
    if (criteria == nullptr || criteria->items.empty()) paths.push_back(path);
    for (auto& one : paths) {
      // A classifier that asks for nothing of packets takes all of them.
      if (std::ranges::find(one.matches, Match{}) != one.matches.end()) one.matches.clear();
      chain_.paths.push_back(std::move(one));
    }
  }

  /// Whether criteria are those of one classifier, a key each, as FP.Tacker had them at first.
  static bool is_one_in_pieces(const std::vector<ValuePtr>& items) {
    std::set<std::string_view> keys;
    for (const auto& item : items) {
      if (!item->is_map() || item->members.size() != 1 || item->find("classifier") != nullptr) return false;
      if (!keys.insert(item->members.front().key->text).second) return false;
    }
    return items.size() > 1;
  }
  static ValuePtr joined(const std::vector<ValuePtr>& maps) {
    auto all = std::make_shared<Value>(*maps.front());
    for (const auto& map : std::span{maps}.subspan(1)) all->members.push_back(map->members.front());
    return all;
  }

  /// nullopt: reported.
  std::optional<Match> read_classifier(const Document& document, const std::string& path, const Value& classifier,
                                       ChainPath& ends) {
    Match match;
    std::string source, destination, network;
    bool well = true;
    for (const auto& [key, written] : classifier.members) {
      if (written->is_null()) continue;
      const auto& name = key->text;
      const bool is_neutron = name.starts_with("network_");
      const auto evaluated = evaluate(documents_, document, path, written, is_neutron ? Late::allowed : Late::refused);
      if (evaluated == nullptr && !is_neutron) {
        well = false;
        continue;
      }
      // An id that is said at deployment is known by the name of its input until then.
      const auto* named = evaluated == nullptr ? written->find("get_input") : evaluated.get();
      const auto text = named != nullptr && named->is_scalar() ? named->text : std::string{};
      const auto refuse = [&](std::string_view expected) {
        problems_.add(written->at(), "`{}` of a classifier of `{}` is {}, expected {}", name, path,
                      evaluated == nullptr ? written->describe() : evaluated->describe(), expected);
        well = false;
      };
      const Criterion criterion{text, refuse};
      const auto prefix_to = [&](std::optional<IpPrefix>& place) {
        const auto before = place;
        criterion.to(place);
        if (before && place != before) refuse("the same prefix as the one before");
      };
      const auto ports_to = [&](PortRange& place) {
        const auto range = port_range(text);
        if (!range) return refuse("FIRST-LAST, from 0 to 65535");
        place = *range;
      };
      if (name == "eth_type") {
        match.ether_type = tacker_ether_type(text);
        if (!match.ether_type) refuse("an EtherType such as 0x0800");
      } else if (name == "vlan_id") {
        criterion.to(match.vlan, 4094);
      } else if (name == "ip_dscp") {
        criterion.to(match.dscp, 63);
      } else if (name == "ip_proto") {
        criterion.to(match.proto, 255);
      } else if (name == "ip_src_prefix" || name == "ipv6_src") {
        prefix_to(match.src);
      } else if (name == "ip_dst_prefix" || name == "ipv6_dst") {
        prefix_to(match.dst);
      } else if (name == "source_port_range") {
        ports_to(match.sport);
      } else if (name == "destination_port_range") {
        ports_to(match.dport);
      } else if (name == "network_src_port_id" || name == "network_dst_port_id" || name == "network_id" ||
                 name == "network_name") {
        if (text.empty()) refuse("the name or id of a port or network");
        (name == "network_src_port_id" ? source : name == "network_dst_port_id" ? destination : network) = text;
      } else if (name == "tenant_id") {
        documents_.report().map(key->at(), fmt::format("`tenant_id` of a classifier of `{}`", path), "",
                                "a graph is one tenant's");
      } else if (std::ranges::find(kUnsupportedCriteria, name) != std::end(kUnsupportedCriteria)) {
        problems_.add(key->at(),
                      "`{}` of a classifier of `{}` is not supported, expected a match on protocols, addresses, ports, "
                      "VLAN or DSCP",
                      name, path);
        well = false;
      } else {
        problems_.add(key->at(), "unknown key `{}` in a classifier of `{}`, expected {}{}", name, path,
                      one_of(kCriteria), problems_.suggest(name, kCriteria));
        well = false;
      }
    }
    if (!well) return std::nullopt;
    for (const auto& wrong : contradictions_in(match)) {
      problems_.add(classifier.at(), "a classifier of `{}` can match no packet: {}", path, wrong);
      well = false;
    }
    if (!well) return std::nullopt;
    if (source.empty()) source = network;
    if (!source.empty()) ends.in = {source, source};
    if (!destination.empty()) ends.out = {destination, destination};
    return match;
  }

  Documents& documents_;
  Problems& problems_;
  std::span<const Vnfd> others_;
  std::vector<const Document*> graphs_, neither_;
  std::vector<TackerVnfd> vnfds_;
  std::map<std::string, Bound> bound_;  ///< forwarders
  Chain chain_;
};

}  // namespace

ServiceRequest read_tacker(Documents& documents, std::span<const Document* const> entries,
                           std::span<const Vnfd> others) {
  return VnffgdReader{documents, entries, others}.read();
}

}  // namespace unf::tosca
