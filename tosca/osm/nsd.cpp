#include "tosca/osm/nsd.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "graph/model/filter_rules.h"
#include "tosca/chain/chain.h"
#include "tosca/osm/descriptors.h"
#include "tosca/osm/vnfd.h"
#include "tosca/osm/yang_reader.h"
#include "tosca/sol001/classifier.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxOsmHops = 4096;        ///< of all paths
constexpr std::size_t kMaxOsmWeight = 1U << 17;  ///< VDUs, connection points and uNFs of all VNFs
constexpr std::size_t kMaxOsmNames = 100;        ///< in a line

// clang-format off
constexpr std::string_view kNsdKeys[] = {
    "id", "designer", "version", "name", "short-name", "description", "logo", "vendor", "invariant-id", "nested-nsd-id", "vnfd-id",
    "pnfd-id", "sapd", "security-group-rule", "virtual-link-desc", "vnffgd", "autoscale-rule",
    "lifecycle-management-script", "df", "signature", "algorithm", "certificate", "ns-configuration", "juju-bundle",
    "revision", "ip-profiles", "vca-relation", "placement-groups", "parameter-pool", "key-pair"};
constexpr std::string_view kNsDfKeys[] = {
    "id", "flavour-key", "vnf-profile", "pnf-profile", "virtual-link-profile", "scaling-aspect",
    "affinity-or-anti-affinity-group", "ns-instantiation-level", "default-instantiation-level", "ns-lcm-additional-params",
    "ns-profile", "dependencies", "monitored-info", "priority", "service-availability-level", "description",
    "lcm-operations-configuration"};
constexpr std::string_view kVnfProfileKeys[] = {
    "id", "vnfd-id", "flavour-id", "instantiation-level", "min-number-of-instances", "max-number-of-instances",
    "local-affinity-or-anti-affinity-rule", "affinity-or-anti-affinity-group-id", "affinity-or-anti-affinity-group",
    "virtual-link-connectivity", "service-availability-level", "df-id", "name", "description"};
constexpr std::string_view kConnectivityKeys[] = {"virtual-link-profile-id", "constituent-cpd-id", "virtual-link-desc-id"};
constexpr std::string_view kConstituentKeys[] = {
    "constituent-base-element-id", "constituent-cpd-id", "ip-address", "mac-address", "order", "position"};
constexpr std::string_view kVirtualLinkKeys[] = {
    "id", "name", "short-name", "connectivity-type", "df", "test-access", "description", "mgmt-network",
    "vim-network-name", "vim-network-id", "provider-network", "ip-profile", "type"};
constexpr std::string_view kSapdKeys[] = {
    "id", "virtual-link-desc", "associated-cpd", "layer-protocol", "role", "description", "protocol", "trunk-mode",
    "security-group-rule-id", "name"};
constexpr std::string_view kVnffgdKeys[] = {
    "id", "vnf-profile-id", "pnf-profile-id", "nested-ns-profile-id", "virtual-link-profile-id", "nfp-position-element",
    "nfpd", "name", "description"};
constexpr std::string_view kNfpdKeys[] = {"id", "rule", "position-desc", "position-desc-id", "name", "description"};
constexpr std::string_view kPositionKeys[] = {
    "id", "nfp-position-element-id", "forwarding-behaviour", "forwarding-behavior-input-parameters", "cp-profile-id",
    "match-attributes"};
constexpr std::string_view kProfileElementKeys[] = {
    "id", "order", "constituent-base-element-id", "ingress-constituent-cpd-id", "egress-constituent-cpd-id"};
constexpr std::string_view kMatchKeys[] = {
    "id", "ip-proto", "source-ip-address", "destination-ip-address", "source-port", "destination-port",
    "constituent-base-element-id", "constituent-cpd-id"};
constexpr std::string_view kOldNsdKeys[] = {
    "id", "name", "short-name", "description", "vendor", "version", "logo", "constituent-vnfd", "vld", "connection-point",
    "vnffgd", "ip-profiles", "scaling-group-descriptor", "placement-groups", "vnf-dependency", "ns-configuration",
    "monitoring-param", "input-parameter-xpath", "parameter-pool", "key-pair", "user", "meta"};

constexpr YangReader::Ignored kIgnoredOfNsd[] = {
    {"autoscale-rule", "automatic scaling", "somebody else decides when to scale"},
    {"lifecycle-management-script", "lifecycle scripts", "scripts are not run"},
    {"security-group-rule", "security groups", "a uNF that filters does that"},
    {"ns-configuration", "configuration (charms)", "no machine is configured"},
    {"juju-bundle", "charms", "no machine is configured"},
    {"vca-relation", "relations of charms", "no machine is configured"},
    {"monitoring-param", "monitoring", "a manager has metrics of its own"},
    {"scaling-group-descriptor", "scaling groups", "VNFs scale, not the service"},
    {"vnf-dependency", "order of VNFs", "VNFs start together"},
    {"ip-profiles", "addresses", "no address is given to a uNF"}};
constexpr YangReader::Ignored kIgnoredOfNsDf[] = {
    {"ns-instantiation-level", "instantiation levels", "a VNF is there once, and its uNFs scale"},
    {"scaling-aspect", "scaling aspects", "VNFs scale, not the service"},
    {"affinity-or-anti-affinity-group", "affinity groups", "the uNFs of a service are placed together"},
    {"ns-lcm-additional-params", "additional parameters", "no operation takes them"},
    {"dependencies", "order of VNFs", "VNFs start together"},
    {"monitored-info", "monitoring", "a manager has metrics of its own"}};
// clang-format on

/// A VNF of the service: a `vnf-profile`, or a `constituent-vnfd`.
struct OsmMember {
  std::string id, vnfd_id, flavour, level;
  std::map<std::string, std::string> links;  ///< by connection point
  SourcePlace at;
  const Value* vnfd_at = nullptr;
  const OsmVnfd* vnfd = nullptr;  ///< once it is bound; nullptr: one of TOSCA
  bool bound = false, well = false;
};

struct OsmLink {
  std::string network;
  bool management = false;
  SourcePlace at;
};

/// What packets have to be like, and where they come in; empty: where the path does.
struct OsmMatch {
  Match match;
  std::string enters;
};

/// A connection point of a VNF that a path comes by.
struct OsmStep {
  std::string member, in, out;  ///< points may be empty
  SourcePlace at;
};

class OsmServiceReader {
 public:
  OsmServiceReader(Documents& context, const FileSet& files, std::span<const ChainDocument> documents,
                   std::span<const Vnfd> others)
      : context_(context),
        report_(context.report()),
        problems_(context.problems()),
        reader_(context.report()),
        files_(files),
        documents_(documents),
        others_(others) {}

  ServiceRequest read() {
    const auto found = find_descriptors(documents_, report_);
    for (const auto& descriptor : found.vnfds) {
      auto vnfd = read_osm_vnfd(descriptor, report_);
      const auto [known, is_new] = by_id_.try_emplace(vnfd.id, vnfds_.size());
      if (!is_new) problems_.add(vnfd.at, "a second VNFD `{}`, expected another `id`", vnfd.id);
      if (is_new) vnfds_.push_back(std::move(vnfd));
    }
    if (found.nsds.size() > 1) {
      for (const auto& nsd : found.nsds)
        problems_.add(nsd.value->at(), "one of {} NSDs, expected one: name its file", found.nsds.size());
    } else if (found.nsds.size() == 1) {
      document_ = found.nsds.front().document;
      if (found.nsds.front().dialect == OsmDialect::catalogue) {
        read_old_nsd(*found.nsds.front().value);
      } else {
        read_nsd(*found.nsds.front().value);
      }
    } else if (vnfds_.size() == 1) {
      read_alone(vnfds_.front());
    } else {
      for (const auto& vnfd : vnfds_) {
        problems_.add(vnfd.at, "one of {} VNFDs and no NSD, expected one VNFD, or an NSD that joins them",
                      vnfds_.size());
      }
      if (vnfds_.empty() && problems_.empty())
        problems_.add({std::string{documents_.front().file}, 1}, "neither an NSD nor a VNFD in it, expected one");
    }
    if (!problems_.empty()) return {};
    return service_of(std::move(chain_), context_.images(), report_);
  }

 private:
  void read_alone(const OsmVnfd& vnfd) {
    chain_.name = vnfd.id;
    chain_.at = vnfd.at;
    OsmMember member{.id = "vnf", .vnfd_id = vnfd.id, .at = vnfd.at};
    if (!bind(member)) return;
    const auto& points = vnfd.data;
    if (points.empty()) {
      problems_.add(vnfd.at,
                    "VNFD `{}` has no connection point but for management, expected one that packets come in by",
                    vnfd.id);
      return;
    }
    const auto& in = points.front();
    const auto& out = points[points.size() > 1 ? 1 : 0];
    chain_.paths.push_back({.name = fmt::format("{}-to-{}", in, out),
                            .in = {in, in},
                            .out = {out, out},
                            .hops = {{"vnf", in, out, vnfd.at}},
                            .symmetric = points.size() > 1,
                            .at = vnfd.at});
  }

  // What both forms have --------------------------------------------------------------------------------------------

  void begin(const Value& nsd) {
    chain_.at = nsd.at();
    const auto* id = reader_.id(nsd, "an NSD");
    chain_.name = id == nullptr ? "?" : id->text;
    what_ = fmt::format("NSD `{}`", chain_.name);
  }

  void finish(std::size_t paths) {
    if (paths == 0 && problems_.empty()) derive_path();
    balance_load();
    for (const auto& [id, member] : members_) {
      if (member.bound) continue;
      const bool is_end = endpoints_.contains(id);
      if (const auto other = runs_as_.find(id); other != runs_as_.end()) {
        report_.map(member.at, fmt::format("VNF `{}`", id), fmt::format("instances of VNF `{}`", other->second));
        continue;
      }
      report_.map(member.at, fmt::format("VNF `{}`", id), is_end ? fmt::format("endpoint `{}`", id) : "",
                  is_end ? "" : "no path goes through it");
    }
    for (const auto& [id, link] : links_) {
      report_.map(link.at, fmt::format("virtual link `{}`", id),
                  used_links_.contains(id) ? "where packets come in or go out" : "",
                  used_links_.contains(id) ? ""
                  : link.management        ? "uNFs have no address of their own"
                                           : "paths say where packets go");
    }
  }

  void add_link(const std::string& id, OsmLink link) {
    const auto at = link.at;
    if (!links_.emplace(id, std::move(link)).second)
      problems_.add(at, "a second virtual link `{}` in {}, expected another `id`", id, what_);
  }

  void add_member(OsmMember member) {
    const auto id = member.id;
    const auto at = member.at;
    if (members_.emplace(id, std::move(member)).second) {
      order_.push_back(id);
    } else {
      problems_.add(at, "a second VNF `{}` in {}, expected another `id`", id, what_);
    }
  }

  [[nodiscard]] std::vector<std::string_view> member_names() const {
    std::vector<std::string_view> names;
    for (const auto& [id, member] : members_) names.push_back(id);
    return names;
  }

  /// nullptr: reported.
  OsmMember* member_of(const Value& name, const std::string& what) {
    const auto found = members_.find(name.text);
    if (found != members_.end()) return &found->second;
    if (const auto other = others_named_.find(name.text); other != others_named_.end()) {
      problems_.add(name.at(), "{} names {} `{}`, which is not supported, expected a VNF", what, other->second,
                    name.text);
    } else {
      problems_.add(name.at(), "{} names `{}`, which is no VNF of {}{}", what, name.text, what_,
                    problems_.suggest(name.text, [&] { return member_names(); }));
    }
    return nullptr;
  }

  /// Chooses the VNFD of a VNF that a path goes through. False: reported.
  bool bind(OsmMember& member) {
    if (member.bound) return member.well;
    member.bound = true;
    ChainVnf vnf;
    if (const auto known = by_id_.find(member.vnfd_id); known != by_id_.end()) {
      member.vnfd = &vnfds_[known->second];
      const auto* flavour = flavour_of(member);
      for (const auto& [at, why] : member.vnfd->refusals) problems_.add(at, "{}", why);
      if (flavour == nullptr || !member.vnfd->refusals.empty()) return false;
      weight_ += member.vnfd->model.vdus.size() + member.vnfd->model.points.size();
      for (const auto& aspect : flavour->scaling.aspects) {
        for (const auto& [vdu, deltas] : aspect.node_deltas) weight_ += deltas.size();
      }
      vnf = {flavour->scaling, member.vnfd->model};
      leave_out(*vnf.model, *flavour);
    } else {
      const auto other = std::ranges::find_if(others_, [&](const auto& vnfd) {
        return vnfd.descriptor_id == member.vnfd_id || vnfd.document->title() == member.vnfd_id;
      });
      if (other == others_.end()) {
        problems_.add(member.vnfd_at == nullptr ? member.at : member.vnfd_at->at(),
                      "VNF `{}` is of VNFD `{}`, which is not among the files{}", member.id, member.vnfd_id,
                      problems_.suggest(member.vnfd_id, [&] {
                        std::vector<std::string_view> names;
                        for (const auto& [id, at] : by_id_) names.push_back(id);
                        return names;
                      }));
        return false;
      }
      auto [read, is_new] = read_others_.try_emplace(&*other);
      if (is_new) read->second = read_vnfd(context_, *other, chain_.artifacts);
      weight_ += read->second.graph.nodes.size();
      vnf = {read->second, std::nullopt};
    }
    if (weight_ > kMaxOsmWeight) {
      problems_.add(member.at, "too many VDUs in all, expected at most {}", kMaxOsmWeight);
      return false;
    }
    if (!member.level.empty()) {
      if (!vnf.vnf.levels.contains(member.level)) {
        std::vector<std::string_view> names;
        for (const auto& [level, scale] : vnf.vnf.levels) names.push_back(level);
        problems_.add(member.at, "VNF `{}` is at the instantiation level `{}`, expected {}{}", member.id, member.level,
                      one_of(names), problems_.suggest(member.level, names));
        return false;
      }
      vnf.vnf.level = member.level;
    }
    vnf.vnf.name = member.id;
    vnf.vnf.vnfd_id = member.vnfd_id;
    vnf.vnf.at = member.at;
    chain_.vnfs.push_back(std::move(vnf));
    member.well = true;
    return true;
  }

  /// VDUs that a flavour has no profile of, and their connection points.
  void leave_out(VnfModel& model, const OsmFlavour& flavour) {
    if (flavour.vdus.empty()) return;
    std::erase_if(model.vdus, [&](const auto& vdu) {
      if (flavour.vdus.contains(vdu.name)) return false;
      report_.map(vdu.at, fmt::format("VDU `{}`", vdu.name), "",
                  fmt::format("df `{}` has no profile of it", flavour.id));
      return true;
    });
    std::erase_if(model.points,
                  [&](const auto& point) { return !point.vdu.empty() && !flavour.vdus.contains(point.vdu); });
  }

  const OsmFlavour* flavour_of(const OsmMember& member) {
    const auto& flavours = member.vnfd->flavours;
    if (member.flavour.empty()) return &flavours.front();
    const auto found = std::ranges::find(flavours, member.flavour, &OsmFlavour::id);
    if (found != flavours.end()) return &*found;
    std::vector<std::string_view> names;
    for (const auto& flavour : flavours) names.push_back(flavour.id);
    problems_.add(member.at, "VNF `{}` is in the flavour `{}`, expected {}{}", member.id, member.flavour, one_of(names),
                  problems_.suggest(member.flavour, names));
    return nullptr;
  }

  /// Goes on with a path; of two steps at one VNF, it comes in by the first and goes out by the second. False:
  /// reported.
  bool add_step(ChainPath& path, OsmStep step) {
    auto& member = members_.at(step.member);
    if (!bind(member)) return false;
    if (++hops_ > kMaxOsmHops) {
      problems_.add(step.at, "too many VNFs on paths, expected at most {}", kMaxOsmHops);
      return false;
    }
    if (!known_point(member, step.in, step.at) || !known_point(member, step.out, step.at)) return false;
    if (member.vnfd != nullptr) {
      const auto& points = member.vnfd->data;
      const auto other_than = [&](const std::string& point) -> const std::string& {
        return points.size() == 2 && points.front() == point  ? points.back()
               : points.size() == 2 && points.back() == point ? points.front()
                                                              : point;
      };
      if (step.in.empty() && step.out.empty() && !points.empty()) {
        step.in = points.front();
        step.out = points[points.size() > 1 ? 1 : 0];
      }
      if (step.in.empty()) step.in = other_than(step.out);
      if (step.out.empty()) step.out = other_than(step.in);
      if (step.in.empty()) {
        problems_.add(step.at, "VNF `{}` has no connection point but for management, expected one", step.member);
        return false;
      }
    }
    if (!path.hops.empty() && path.hops.back().vnf == step.member && path.hops.back().in == path.hops.back().out) {
      path.hops.back().out = step.out;
      return true;
    }
    path.hops.push_back({step.member, step.in, step.out, step.at});
    return true;
  }

  bool known_point(const OsmMember& member, const std::string& point, const SourcePlace& at) {
    if (point.empty() || member.vnfd == nullptr ||
        std::ranges::find(member.vnfd->external, point) != member.vnfd->external.end())
      return true;
    std::vector<std::string_view> names;
    for (const auto& one : member.vnfd->external) {
      if (names.size() < kMaxOsmNames) names.push_back(one);
    }
    problems_.add(at, "`{}` is no connection point of VNF `{}`, expected {}{}", point, member.id, one_of(names),
                  problems_.suggest(point, names));
    return false;
  }

  /// Where a VNF's connection point leads outside: the SAP, else the virtual link, else itself.
  ServiceRequest::Endpoint end_of(const std::string& vnf, const std::string& point) {
    const auto& member = members_.at(vnf);
    const auto on = member.links.find(point);
    const auto* link = on == member.links.end() ? nullptr : &on->second;
    std::string sap;
    if (const auto of_point = sap_of_.find({member.vnfd_id, point}); of_point != sap_of_.end()) {
      sap = of_point->second;
    } else if (link != nullptr && sap_on_.contains(*link)) {
      sap = sap_on_.at(*link);
    } else if (link == nullptr && saps_.contains(point)) {
      sap = point;
    }
    if (link != nullptr) used_links_.insert(*link);
    if (!sap.empty()) used_saps_.insert(sap);
    const auto name = !sap.empty() ? sap : link != nullptr ? *link : point;
    const auto known = link == nullptr ? links_.end() : links_.find(*link);
    return {name, known == links_.end() || known->second.network.empty() ? name : known->second.network};
  }

  /// One path for each way that matches come in.
  void add_paths(ChainPath path, const std::vector<OsmMatch>& matches) {
    if (path.hops.empty()) return;  // reported
    path.in = end_of(path.hops.front().vnf, path.hops.front().in);
    path.out = end_of(path.hops.back().vnf, path.hops.back().out);
    std::vector<ChainPath> paths;
    std::map<std::string, std::size_t> by_end;
    for (const auto& [match, enters] : matches) {
      const bool elsewhere = !enters.empty() && std::ranges::find(path.hops, enters, &ChainHop::vnf) == path.hops.end();
      const auto end = elsewhere ? ServiceRequest::Endpoint{enters, enters} : path.in;
      if (elsewhere) endpoints_.insert(enters);
      const auto [known, is_new] = by_end.try_emplace(end.name, paths.size());
      if (is_new) {
        hops_ += paths.empty() ? 0 : path.hops.size();
        if (hops_ > kMaxOsmHops) {
          problems_.add(path.at, "too many VNFs on paths, expected at most {}", kMaxOsmHops);
          return;
        }
        auto& added = paths.emplace_back(path);
        added.in = end;
        if (paths.size() > 1) added.name = fmt::format("{}-{}", path.name, paths.size());
      }
      paths[known->second].matches.push_back(match);
    }
    if (matches.empty()) paths.push_back(std::move(path));
    for (auto& one : paths) {
      // A match that asks for nothing of packets takes all of them.
      if (std::ranges::find(one.matches, Match{}) != one.matches.end()) one.matches.clear();
      chain_.paths.push_back(std::move(one));
    }
  }

  /// nullopt: reported.
  std::optional<Match> match_of(const Value& attributes, const std::string& what) {
    Match match;
    bool well = true;
    const auto refuse = [&](const Value& value, std::string_view key, std::string_view expected) {
      problems_.add(value.at(), "`{}` of {} is {}, expected {}", key, what, value.describe(), expected);
      well = false;
    };
    if (const auto* proto = reader_.text(attributes, "ip-proto")) {
      match.proto = protocol_number(proto->text);
      if (!match.proto) refuse(*proto, "ip-proto", "a number from 0 to 255, or a name such as tcp");
    }
    const auto prefix_to = [&](std::string_view key, std::optional<IpPrefix>& place) {
      const auto* value = reader_.text(attributes, key);
      if (value == nullptr) return;
      const auto prefix = IpPrefix::parse(value->text);
      if (!prefix) return refuse(*value, key, "an address, or a prefix such as 10.0.0.0/24");
      place = *prefix;
    };
    const auto ports_to = [&](std::string_view key, PortRange& place) {
      const auto* value = reader_.text(attributes, key);
      if (value == nullptr || value->text == "0") return;  // any
      const auto range = port_range(value->text);
      if (!range) return refuse(*value, key, "a port, 0 for any, or FIRST-LAST, from 0 to 65535");
      place = *range;
    };
    prefix_to("source-ip-address", match.src);
    prefix_to("destination-ip-address", match.dst);
    ports_to("source-port", match.sport);
    ports_to("destination-port", match.dport);
    if (!well) return std::nullopt;
    for (const auto& wrong : contradictions_in(match)) {
      problems_.add(attributes.at(), "{} can match no packet: {}", what, wrong);
      well = false;
    }
    return well ? std::optional{match} : std::nullopt;
  }

  // SOL006 ----------------------------------------------------------------------------------------------------------

  void read_nsd(const Value& nsd) {
    begin(nsd);
    reader_.check_keys(nsd, kNsdKeys, what_);
    reader_.ignore(nsd, kIgnoredOfNsd, what_);
    for (const auto* nested : reader_.texts(nsd, "nested-nsd-id")) {
      problems_.add(nested->at(), "nested network service `{}` is not supported, expected VNFs", nested->text);
    }
    for (const auto* pnf : reader_.texts(nsd, "pnfd-id")) {
      problems_.add(pnf->at(), "PNF `{}` is not supported, expected VNFs", pnf->text);
    }
    for (const auto* link : reader_.entries(nsd, "virtual-link-desc")) {
      const auto* id = reader_.id(*link, fmt::format("a virtual link of {}", what_));
      if (id == nullptr) continue;
      reader_.check_keys(*link, kVirtualLinkKeys, fmt::format("virtual link `{}`", id->text));
      add_link(id->text, {reader_.text_at(*link, "vim-network-name"), is_true(*link, "mgmt-network"), link->at()});
    }
    const auto flavours = reader_.entries(nsd, "df");
    if (flavours.empty()) {
      problems_.add(nsd.at(), "{} has no `df`, expected one with a `vnf-profile`", what_);
      return;
    }
    for (std::size_t i = 1; i < flavours.size(); ++i) {
      report_.map(flavours[i]->at(), fmt::format("df `{}` of {}", reader_.text_at(*flavours[i], "id"), what_), "",
                  "the first is taken");
    }
    read_flavour(*flavours.front());
    for (const auto* sap : reader_.entries(nsd, "sapd")) read_sap(*sap);
    const auto graphs = reader_.entries(nsd, "vnffgd");
    std::size_t paths = 0;
    for (const auto* graph : graphs) paths += read_vnffgd(*graph);
    finish(paths);
    for (const auto& [id, at] : saps_) {
      const bool used = used_saps_.contains(id);
      report_.map(at, fmt::format("SAP `{}`", id), used ? fmt::format("endpoint `{}`", id) : "",
                  used ? "" : "no path begins or ends there");
    }
  }

  bool is_true(const Value& map, std::string_view key) {
    const auto text = reader_.text_at(map, key);
    return text == "true" || text == "True" || text == "TRUE" || text == "yes";
  }

  void read_flavour(const Value& df) {
    const auto what = fmt::format("df `{}`", reader_.text_at(df, "id"));
    reader_.check_keys(df, kNsDfKeys, what);
    reader_.ignore(df, kIgnoredOfNsDf, what);
    for (const auto& [key, kind] :
         {std::pair{"pnf-profile", "PNF"}, std::pair{"ns-profile", "nested network service"}}) {
      for (const auto* profile : reader_.entries(df, key)) {
        const auto* id = reader_.id(*profile, fmt::format("a `{}`", key));
        if (id == nullptr) continue;
        others_named_.emplace(id->text, kind);
        problems_.add(profile->at(), "{} `{}` is not supported, expected VNFs", kind, id->text);
      }
    }
    std::map<std::string, std::string> profiles;  // of virtual links
    for (const auto* profile : reader_.entries(df, "virtual-link-profile")) {
      const auto* id = reader_.id(*profile, "a `virtual-link-profile`");
      const auto* of = id == nullptr ? nullptr : reader_.text(*profile, "virtual-link-desc-id");
      if (of != nullptr) profiles[id->text] = of->text;
    }
    for (const auto* profile : reader_.entries(df, "vnf-profile")) read_member(*profile, profiles);
    if (members_.empty() && problems_.empty())
      problems_.add(df.at(), "{} has no `vnf-profile`, expected one at least", what);
  }

  void read_member(const Value& profile, const std::map<std::string, std::string>& link_profiles) {
    const auto* id = reader_.id(profile, "a `vnf-profile`");
    const auto* vnfd = id == nullptr ? nullptr : reader_.id(profile, fmt::format("VNF `{}`", id->text), "vnfd-id");
    if (vnfd == nullptr) return;
    const auto what = fmt::format("VNF `{}`", id->text);
    reader_.check_keys(profile, kVnfProfileKeys, what);
    OsmMember member{.id = id->text,
                     .vnfd_id = vnfd->text,
                     .flavour = reader_.text_at(profile, "flavour-id"),
                     .level = reader_.text_at(profile, "instantiation-level"),
                     .at = profile.at(),
                     .vnfd_at = vnfd};
    const auto least = reader_.count(profile, "min-number-of-instances", 0, UINT32_MAX, what);
    if (least.value_or(1) > 1) {
      report_.warnings.add(profile.at(), "{} is to be there {} times, expected once: its uNFs scale instead", what,
                           *least);
    }
    for (const auto* connectivity : reader_.entries(profile, "virtual-link-connectivity")) {
      reader_.check_keys(*connectivity, kConnectivityKeys, fmt::format("the connectivity of {}", what));
      const auto* named =
          reader_.id(*connectivity, fmt::format("the connectivity of {}", what), "virtual-link-profile-id");
      if (named == nullptr) continue;
      const auto profiled = link_profiles.find(named->text);
      const auto link =
          links_.contains(named->text) || profiled == link_profiles.end() ? named->text : profiled->second;
      if (!links_.contains(link)) {
        problems_.add(named->at(), "{} is on the virtual link `{}`, which {} does not have{}", what, link, what_,
                      problems_.suggest(link, [&] {
                        std::vector<std::string_view> names;
                        for (const auto& [name, one] : links_) names.push_back(name);
                        return names;
                      }));
        continue;
      }
      attach(*connectivity, member, link, what);
    }
    add_member(std::move(member));
  }

  /// ETSI lists maps, and so does OSM; a name alone is taken too.
  void attach(const Value& connectivity, OsmMember& member, const std::string& link, const std::string& what) {
    const auto* points = YangReader::find(connectivity, "constituent-cpd-id");
    if (points == nullptr) return;
    const auto take = [&](const Value& point) {
      const auto* name = &point;
      if (point.is_map()) {
        reader_.check_keys(point, kConstituentKeys, fmt::format("the connectivity of {}", what));
        name = reader_.id(point, fmt::format("the connectivity of {}", what), "constituent-cpd-id");
        const auto element = reader_.text_at(point, "constituent-base-element-id");
        if (name != nullptr && !element.empty() && element != member.id) {
          problems_.add(point.at(), "the connectivity of {} is of `{}`, expected `{}`", what, element, member.id);
          return;
        }
      }
      if (name == nullptr) return;
      if (!name->is_scalar() || name->text.empty()) {
        problems_.add(name->at(), "a connection point of {} is {}, expected its name", what, name->describe());
      } else if (const auto [known, is_new] = member.links.emplace(name->text, link);
                 !is_new && known->second != link) {
        problems_.add(name->at(), "connection point `{}` of {} is on the virtual links `{}` and `{}`, expected one",
                      name->text, what, known->second, link);
      }
    };
    if (!points->is_list()) take(*points);
    for (const auto& point : points->items) take(*point);
  }

  void read_sap(const Value& sap) {
    const auto* id = reader_.id(sap, fmt::format("a `sapd` of {}", what_));
    if (id == nullptr) return;
    reader_.check_keys(sap, kSapdKeys, fmt::format("sapd `{}`", id->text));
    if (!saps_.emplace(id->text, sap.at()).second) {
      problems_.add(sap.at(), "a second `sapd` `{}`, expected another `id`", id->text);
      return;
    }
    if (const auto* link = reader_.text(sap, "virtual-link-desc")) {
      sap_on_.emplace(link->text, id->text);
      if (!links_.contains(link->text)) {
        problems_.add(link->at(), "sapd `{}` is on the virtual link `{}`, which {} does not have{}", id->text,
                      link->text, what_, problems_.suggest(link->text, [&] {
                        std::vector<std::string_view> names;
                        for (const auto& [name, one] : links_) names.push_back(name);
                        return names;
                      }));
      }
    } else if (const auto* point = YangReader::find(sap, "associated-cpd")) {
      sap_of_.emplace(std::pair{reader_.text_at(*point, "vnfd-id"), reader_.text_at(*point, "vnf-ext-cpd")}, id->text);
    }
  }

  /// How many paths it says.
  std::size_t read_vnffgd(const Value& graph) {
    const auto* id = reader_.id(graph, fmt::format("a `vnffgd` of {}", what_));
    const auto what = fmt::format("vnffgd `{}`", id == nullptr ? "?" : id->text);
    reader_.check_keys(graph, kVnffgdKeys, what);
    for (const auto* name : reader_.texts(graph, "vnf-profile-id")) std::ignore = member_of(*name, what);
    for (const auto& [key, kind] :
         {std::pair{"pnf-profile-id", "PNF"}, std::pair{"nested-ns-profile-id", "nested network service"}}) {
      for (const auto* name : reader_.texts(graph, key)) {
        problems_.add(name->at(), "{} `{}` in {} is not supported, expected VNFs", kind, name->text, what);
      }
    }
    std::map<std::string, const Value*> elements;
    for (const auto* element : reader_.entries(graph, "nfp-position-element")) {
      const auto* name = reader_.id(*element, fmt::format("a position element of {}", what));
      if (name != nullptr) elements[name->text] = element;
    }
    const auto paths = reader_.entries(graph, "nfpd");
    if (paths.empty()) problems_.add(graph.at(), "{} has no `nfpd`, expected a path at least", what);
    for (const auto* path : paths) read_path(*path, elements, what);
    report_.map(graph.at(), what, fmt::format("paths: {}", paths.size()));
    return std::max<std::size_t>(paths.size(), 1);
  }

  void read_path(const Value& nfpd, const std::map<std::string, const Value*>& elements, const std::string& graph) {
    const auto* id = reader_.id(nfpd, fmt::format("an `nfpd` of {}", graph));
    if (id == nullptr) return;
    const auto what = fmt::format("nfpd `{}`", id->text);
    reader_.check_keys(nfpd, kNfpdKeys, what);
    ChainPath path{.name = id->text, .at = nfpd.at()};
    std::vector<OsmMatch> matches;
    bool well = read_rule(nfpd, what, matches);
    std::size_t positions = 0;
    for (const auto* key : {"position-desc-id", "position-desc"}) {
      for (const auto* position : reader_.entries(nfpd, key)) {
        ++positions;
        well = read_position(*position, elements, what, path, matches) && well;
      }
    }
    if (positions == 0)
      problems_.add(nfpd.at(), "{} has no `position-desc-id`, expected the VNFs that it goes through", what);
    if (positions != 0 && path.hops.empty() && well)
      problems_.add(nfpd.at(), "{} goes through no VNF, expected one at least", what);
    if (well) add_paths(std::move(path), matches);
  }

  /// False: reported.
  bool read_position(const Value& position, const std::map<std::string, const Value*>& elements,
                     const std::string& what, ChainPath& path, std::vector<OsmMatch>& matches) {
    const auto where = fmt::format("a position of {}", what);
    reader_.check_keys(position, kPositionKeys, where);
    bool well = true;
    const auto profiles = reader_.entries(position, "cp-profile-id");
    for (const auto* profile : profiles) well = read_profile(*profile, where, path) && well;
    if (profiles.empty()) well = read_elements(position, elements, where, path);
    for (const auto* attributes : reader_.entries(position, "match-attributes")) {
      const auto name = fmt::format("match `{}` of {}", reader_.text_at(*attributes, "id"), what);
      reader_.check_keys(*attributes, kMatchKeys, name);
      const auto match = match_of(*attributes, name);
      const auto* enters = reader_.text(*attributes, "constituent-base-element-id");
      if (!match || (enters != nullptr && member_of(*enters, name) == nullptr)) {
        well = false;
      } else {
        matches.push_back({*match, enters == nullptr ? "" : enters->text});
      }
    }
    return well;
  }

  /// OSM's: VNFs by `order`, with the connection points that packets come in and go out by.
  bool read_profile(const Value& profile, const std::string& what, ChainPath& path) {
    auto elements = reader_.entries(profile, "constituent-profile-elements");
    std::map<const Value*, std::uint32_t> order;
    bool well = true;
    std::uint32_t next = 0;
    std::set<std::uint32_t> taken;
    for (const auto* element : elements) {
      const auto said = reader_.count(*element, "order", 0, UINT16_MAX, what);
      order[element] = said.value_or(next);
      next = order[element] + 1;
      if (said && !taken.insert(*said).second) {
        problems_.add(element->at(), "a second element at `order` {} in {}, expected another", *said, what);
        well = false;
      }
    }
    std::ranges::stable_sort(elements, {}, [&](const auto* element) { return order[element]; });
    for (const auto* element : elements) {
      reader_.check_keys(*element, kProfileElementKeys, what);
      const auto* name = reader_.id(*element, fmt::format("an element of {}", what), "constituent-base-element-id");
      const auto* member = name == nullptr ? nullptr : member_of(*name, what);
      well = member != nullptr &&
             add_step(path, {name->text, reader_.text_at(*element, "ingress-constituent-cpd-id"),
                             reader_.text_at(*element, "egress-constituent-cpd-id"), element->at()}) &&
             well;
    }
    return well;
  }

  /// ETSI's: position elements, each a VNF and a connection point of it.
  bool read_elements(const Value& position, const std::map<std::string, const Value*>& elements,
                     const std::string& what, ChainPath& path) {
    auto behaviour = std::string{without_module(reader_.text_at(position, "forwarding-behaviour"))};
    std::ranges::transform(behaviour, behaviour.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::vector<OsmStep> steps;
    std::set<std::string> vnfs;
    for (const auto* name : reader_.texts(position, "nfp-position-element-id")) {
      const auto known = elements.find(name->text);
      if (known == elements.end()) {
        problems_.add(name->at(), "{} has the element `{}`, which its vnffgd does not have{}", what, name->text,
                      problems_.suggest(name->text, [&] {
                        std::vector<std::string_view> names;
                        for (const auto& [id, element] : elements) names.push_back(id);
                        return names;
                      }));
        return false;
      }
      auto step = step_of(*known->second, name->text);
      if (!step) return false;
      vnfs.insert(step->member);
      steps.push_back(std::move(*step));
    }
    if (steps.empty()) {
      problems_.add(position.at(), "{} has no element, expected `cp-profile-id` or `nfp-position-element-id`", what);
      return false;
    }
    if (vnfs.size() > 1) {
      const auto first = steps.front().member;
      if (behaviour == "lb") {
        if (!balance(position, steps, vnfs, what)) return false;
      } else if (behaviour != "ff") {
        problems_.add(position.at(),
                      "{} has the VNFs {} and `forwarding-behaviour` `{}`, which is not supported, expected lb or ff",
                      what, fmt::join(vnfs, ", "), behaviour);
        return false;
      } else {
        report_.map(position.at(), what, fmt::format("VNF `{}`, the first of {}", first, vnfs.size()));
      }
      std::erase_if(steps, [&](const auto& step) { return step.member != first; });
    }
    for (auto& step : steps) {
      if (!add_step(path, std::move(step))) return false;
    }
    return true;
  }

  /// Has the first step's VNF run instead of all of them, with the instances of all. False: reported.
  bool balance(const Value& position, const std::vector<OsmStep>& steps, const std::set<std::string>& vnfs,
               const std::string& what) {
    constexpr std::size_t kMost = 1024;
    const auto& first = members_.at(steps.front().member);
    const auto link_of = [](const OsmMember& member, const std::string& point) {
      const auto link = member.links.find(point);
      return link == member.links.end() ? std::string_view{} : std::string_view{link->second};
    };
    const bool alike = vnfs.size() <= kMost && std::ranges::all_of(steps, [&](const auto& step) {
                         const auto& member = members_.at(step.member);
                         return member.vnfd_id == first.vnfd_id && member.flavour == first.flavour &&
                                member.level == first.level && link_of(member, step.in) == link_of(first, step.in);
                       });
    if (!alike) {
      problems_.add(
          position.at(),
          "{} balances load over {}, expected VNFs with one VNFD, flavour and level, on the same virtual links", what,
          fmt::join(vnfs, ", "));
      return false;
    }
    const auto& known = *balanced_.try_emplace(first.id, vnfs).first;
    if (known.second != vnfs) {
      problems_.add(position.at(), "{} balances load over {}, and another position over {}, expected the same VNFs",
                    what, fmt::join(vnfs, ", "), fmt::join(known.second, ", "));
      return false;
    }
    for (const auto& name : vnfs) {
      if (name != first.id) runs_as_[name] = first.id;
    }
    report_.map(position.at(), what,
                fmt::format("{} instances of VNF `{}`, over which flows are dealt", vnfs.size(), first.id));
    return true;
  }

  /// Gives VNFs that run for others the instances of all.
  void balance_load() {
    for (const auto& [first, names] : balanced_) {
      for (const auto& name : names) {
        if (name != first && members_.at(name).bound) {
          problems_.add(members_.at(name).at,
                        "a path goes through VNF `{}` alone, which shares its load with `{}`, expected "
                        "a position with both",
                        name, first);
        }
      }
      const auto chained = std::ranges::find_if(chain_.vnfs, [&](const auto& vnf) { return vnf.vnf.name == first; });
      if (chained == chain_.vnfs.end()) continue;  // reported
      const auto count = static_cast<std::uint32_t>(names.size());
      std::vector<std::string> nodes;
      if (chained->model) {
        for (const auto& vdu : chained->model->vdus) nodes.push_back(vdu.name);
      }
      for (const auto& node : chained->vnf.graph.nodes) {
        if (node.type != "NicIngress" && node.type != "NicEgress") nodes.push_back(node.name);
      }
      for (const auto& node : nodes) {
        chained->vnf.initial.try_emplace(node, 1).first->second *= count;
        for (auto& [level, instances] : chained->vnf.level_instances) {
          if (const auto at = instances.find(node); at != instances.end()) at->second *= count;
        }
      }
    }
  }

  /// nullopt: reported.
  std::optional<OsmStep> step_of(const Value& element, const std::string& name) {
    const auto what = fmt::format("position element `{}`", name);
    const auto* desc = YangReader::find(element, "desc");
    if (desc == nullptr) desc = &element;
    for (const auto& [key, kind] :
         {std::pair{"pnf-profile", "PNF"}, std::pair{"ns-profile", "nested network service"}}) {
      if (const auto* other = YangReader::find(*desc, key)) {
        problems_.add(other->at(), "{} is of a {}, which is not supported, expected a VNF", what, kind);
        return std::nullopt;
      }
    }
    const auto* profile = YangReader::find(*desc, "vnf-profile");
    const auto* vnf = YangReader::find(*desc, "vnf");
    const auto* id = reader_.id(profile == nullptr ? *desc : *profile, what, "vnf-profile-id");
    const auto* member = id == nullptr ? nullptr : member_of(*id, what);
    if (member == nullptr) return std::nullopt;
    const auto* point = reader_.id(vnf == nullptr ? *desc : *vnf, what, "cpd-id");
    if (point == nullptr) return std::nullopt;
    return OsmStep{id->text, point->text, point->text, element.at()};
  }

  /// The rule of an ETSI path. False: reported.
  bool read_rule(const Value& nfpd, const std::string& what, std::vector<OsmMatch>& matches) {
    const auto* rule = reader_.text(nfpd, "rule");
    if (rule == nullptr) return true;
    const auto* text = file_of(rule->text);
    const auto& said = text == nullptr ? rule->text : *text;
    Artifact file{text == nullptr ? "rule" : rule->text, {}};
    for (std::string_view left = said; !left.empty();) {
      const auto line = left.substr(0, left.find('\n'));
      left.remove_prefix(std::min(left.size(), line.size() + 1));
      const auto first = line.find_first_not_of(" \t\r");
      file.text += first == line.npos || line[first] == '#' ? "" : "allow ";
      file.text += line;
      file.text += '\n';
    }
    const auto rules = parse_filter_rules(file, kFilterVerdicts);
    if (!rules || rules->empty()) {
      auto why = rules ? "it has no line" : rules.error().message.substr(0, rules.error().message.find('\n'));
      if (const auto words = why.find(" words, expected allow|deny"); words != why.npos) {
        const auto count = why.rfind(' ', words - 1) + 1;  // with the word that was put before them
        const auto written = std::stoul(why.substr(count)) - 1;
        why = fmt::format("{}{} word{}", why.substr(0, count), written, written == 1 ? "" : "s");
      }
      problems_.add(
          rule->at(),
          "`rule` of {} does not say what packets match ({}), expected `PROTO SRC SPORTS DST DPORTS`, `any` for "
          "each, or the name of a file in the package with such lines",
          what, why);
      return false;
    }
    for (const auto& one : *rules) matches.push_back({one.match, {}});
    return true;
  }

  /// nullptr: the package has no such file.
  [[nodiscard]] const std::string* file_of(const std::string& name) const {
    if (name.empty() || name.size() > 1024 || name.find('\n') != std::string::npos) return nullptr;
    for (const auto& from : {std::string{document_->file}, join(document_->root, "x")}) {
      const auto inside = resolve(document_->root, from, name);
      const auto found = inside ? files_.files.find(*inside) : files_.files.end();
      if (found != files_.files.end()) return &found->second;
    }
    return nullptr;
  }

  // Without a vnffgd ------------------------------------------------------------------------------------------------

  /// The one chain that the virtual links make of all VNFs: each has two connection points that are not for management.
  void derive_path() {
    struct End {
      std::string member, point;
    };
    std::map<std::string, std::vector<End>> on;              // link -> connection points
    std::map<std::string, std::vector<std::string>> points;  // member -> connection points
    if (order_.size() > kMaxOsmHops) {
      problems_.add(chain_.at, "too many VNFs without a vnffgd, expected at most {}", kMaxOsmHops);
      return;
    }
    bool well = true;
    for (const auto& id : order_) well = bind(members_.at(id)) && well;
    if (!well) return;
    for (const auto& id : order_) {
      auto& member = members_.at(id);
      if (member.vnfd == nullptr) {
        for (const auto& [point, link] : member.links) points[id].push_back(point);
      } else {
        points[id] = member.vnfd->data;
      }
      const auto is_attached = [&](const auto& point) { return member.links.contains(point); };
      if (std::ranges::any_of(points[id], is_attached))
        std::erase_if(points[id], [&](const auto& point) { return !is_attached(point); });
      std::erase_if(points[id], [&](const auto& point) {
        const auto link = member.links.find(point);
        return link != member.links.end() && links_.contains(link->second) && links_.at(link->second).management;
      });
      if (order_.size() == 1 && points[id].size() > 2) points[id].resize(2);
      if (order_.size() == 1 && points[id].size() == 1) points[id].push_back(points[id].front());
      well = well && points[id].size() == 2;
      for (const auto& point : points[id]) {
        if (is_attached(point)) on[member.links.at(point)].push_back({id, point});
      }
    }
    if (order_.size() == 1) on.clear();
    const auto follows = [&](const std::string& id, const std::string& point) -> const End* {
      const auto link = members_.at(id).links.find(point);
      if (link == members_.at(id).links.end()) return nullptr;
      for (const auto& end : on[link->second]) {
        if (end.member != id) return &end;
      }
      return nullptr;
    };
    for (const auto& [link, ends] : on)
      well = well && ends.size() <= 2 && (ends.size() < 2 || ends[0].member != ends[1].member);
    const auto first = std::ranges::find_if(order_, [&](const auto& id) {
      return well && (follows(id, points[id].front()) == nullptr || follows(id, points[id].back()) == nullptr);
    });
    ChainPath path{.name = chain_.name, .symmetric = true, .at = chain_.at};
    if (first != order_.end()) {
      auto id = *first;
      auto in = follows(id, points[id].front()) == nullptr ? points[id].front() : points[id].back();
      while (path.hops.size() < order_.size()) {
        const auto out = points[id].front() == in ? points[id].back() : points[id].front();
        path.hops.push_back({id, in, out, members_.at(id).at});
        const auto* next = follows(id, out);
        if (next == nullptr) break;
        in = next->point;
        id = next->member;
      }
    }
    if (path.hops.size() != order_.size()) {
      problems_.add(chain_.at,
                    "no vnffgd, and the virtual links do not make one chain of all VNFs, expected a vnffgd, or two "
                    "connection points of each VNF on links of two");
      return;
    }
    add_paths(std::move(path), {});
  }

  // Before SOL006 ---------------------------------------------------------------------------------------------------

  void read_old_nsd(const Value& nsd) {
    begin(nsd);
    reader_.check_keys(nsd, kOldNsdKeys, what_);
    reader_.ignore(nsd, kIgnoredOfNsd, what_);
    for (const auto* vnf : reader_.entries(nsd, "constituent-vnfd")) {
      const auto* id = reader_.id(*vnf, fmt::format("a VNF of {}", what_), "member-vnf-index");
      const auto* vnfd = id == nullptr ? nullptr : reader_.id(*vnf, fmt::format("VNF `{}`", id->text), "vnfd-id-ref");
      if (vnfd != nullptr) add_member({.id = id->text, .vnfd_id = vnfd->text, .at = vnf->at(), .vnfd_at = vnfd});
    }
    if (members_.empty() && problems_.empty())
      problems_.add(nsd.at(), "{} has no `constituent-vnfd`, expected one at least", what_);
    for (const auto* link : reader_.entries(nsd, "vld")) {
      const auto* id = reader_.id(*link, fmt::format("a `vld` of {}", what_));
      if (id == nullptr) continue;
      add_link(id->text, {reader_.text_at(*link, "vim-network-name"), is_true(*link, "mgmt-network"), link->at()});
      for (const auto* ref : reader_.entries(*link, "vnfd-connection-point-ref")) {
        const auto what = fmt::format("vld `{}`", id->text);
        const auto* vnf = reader_.id(*ref, what, "member-vnf-index-ref");
        const auto* point = vnf == nullptr ? nullptr : reader_.id(*ref, what, "vnfd-connection-point-ref");
        auto* member = point == nullptr ? nullptr : member_of(*vnf, what);
        if (member != nullptr) member->links.emplace(point->text, id->text);
      }
    }
    for (const auto* point : reader_.entries(nsd, "connection-point")) {
      const auto link = reader_.text_at(*point, "vld-id-ref");
      const auto* name = reader_.id(*point, fmt::format("a connection point of {}", what_), "name");
      if (name != nullptr && !link.empty()) sap_on_.emplace(link, name->text);
    }
    std::size_t paths = 0;
    for (const auto* graph : reader_.entries(nsd, "vnffgd")) paths += read_old_vnffgd(*graph);
    finish(paths);
  }

  std::size_t read_old_vnffgd(const Value& graph) {
    const auto what = fmt::format("vnffgd `{}`", reader_.text_at(graph, "id"));
    std::map<std::string, std::vector<OsmMatch>> matches;  // by path
    std::set<std::string> ill;
    const auto paths = reader_.entries(graph, "rsp");
    for (const auto* path : paths) {
      if (const auto* id = reader_.id(*path, fmt::format("an `rsp` of {}", what))) matches[id->text];
    }
    for (const auto* classifier : reader_.entries(graph, "classifier")) {
      const auto name = fmt::format("classifier `{}` of {}", reader_.text_at(*classifier, "id"), what);
      const auto* path = reader_.id(*classifier, name, "rsp-id-ref");
      if (path == nullptr) continue;
      const auto of = matches.find(path->text);
      if (of == matches.end()) {
        problems_.add(path->at(), "{} is for the rsp `{}`, which there is not{}", name, path->text,
                      problems_.suggest(path->text, [&] {
                        std::vector<std::string_view> names;
                        for (const auto& [id, one] : matches) names.push_back(id);
                        return names;
                      }));
        continue;
      }
      const auto* enters = reader_.text(*classifier, "member-vnf-index-ref");
      if (enters != nullptr && member_of(*enters, name) == nullptr) continue;
      const auto attributes = reader_.entries(*classifier, "match-attributes");
      if (attributes.empty()) of->second.push_back({{}, enters == nullptr ? "" : enters->text});
      for (const auto* one : attributes) {
        reader_.check_keys(*one, kMatchKeys, name);
        if (const auto match = match_of(*one, name))
          of->second.push_back({*match, enters == nullptr ? "" : enters->text});
      }
    }
    if (paths.empty()) problems_.add(graph.at(), "{} has no `rsp`, expected a path at least", what);
    for (const auto* path : paths) {
      const auto id = reader_.text_at(*path, "id");
      if (!id.empty()) read_old_path(*path, id, matches[id]);
    }
    report_.map(graph.at(), what, fmt::format("paths: {}", paths.size()));
    return std::max<std::size_t>(paths.size(), 1);
  }

  void read_old_path(const Value& rsp, const std::string& id, const std::vector<OsmMatch>& matches) {
    const auto what = fmt::format("rsp `{}`", id);
    auto refs = reader_.entries(rsp, "vnfd-connection-point-ref");
    if (refs.empty()) problems_.add(rsp.at(), "{} goes through no VNF, expected `vnfd-connection-point-ref`", what);
    std::map<const Value*, std::uint32_t> order;
    for (const auto* ref : refs) {
      const auto next = static_cast<std::uint32_t>(order.size());
      order[ref] = reader_.count(*ref, "order", 0, UINT16_MAX, what).value_or(next);
    }
    std::ranges::stable_sort(refs, {}, [&](const auto* ref) { return order[ref]; });
    ChainPath path{.name = id, .at = rsp.at()};
    bool well = true;
    for (const auto* ref : refs) {
      const auto* vnf = reader_.id(*ref, what, "member-vnf-index-ref");
      const auto* member = vnf == nullptr ? nullptr : member_of(*vnf, what);
      const auto both = reader_.text_at(*ref, "vnfd-connection-point-ref");
      auto in = reader_.text_at(*ref, "vnfd-ingress-connection-point-ref"),
           out = reader_.text_at(*ref, "vnfd-egress-connection-point-ref");
      if (in.empty() && out.empty()) in = out = both;
      well = member != nullptr && add_step(path, {vnf->text, in, out, ref->at()}) && well;
    }
    if (well) add_paths(std::move(path), matches);
  }

  Documents& context_;
  Report& report_;
  Problems& problems_;
  YangReader reader_;
  const FileSet& files_;
  std::span<const ChainDocument> documents_;
  std::span<const Vnfd> others_;
  const ChainDocument* document_ = nullptr;  ///< of the NSD
  std::deque<OsmVnfd> vnfds_;
  std::map<std::string, std::size_t> by_id_;  ///< VNFDs
  std::map<const Vnfd*, ServiceRequest::Vnf> read_others_;
  std::string what_;  ///< the NSD, for messages
  std::map<std::string, OsmMember> members_;
  std::vector<std::string> order_;                   ///< members as written
  std::map<std::string, std::string> others_named_;  ///< PNFs and nested network services -> which of them it is
  std::map<std::string, OsmLink> links_;
  std::map<std::string, SourcePlace> saps_;
  std::map<std::string, std::string> sap_on_;                          ///< virtual link -> SAP
  std::map<std::pair<std::string, std::string>, std::string> sap_of_;  ///< VNFD and connection point -> SAP
  std::map<std::string, std::string> runs_as_;                         ///< VNF -> the one that runs for it
  std::map<std::string, std::set<std::string>> balanced_;  ///< VNF -> those that it runs for, itself among them
  std::set<std::string> used_links_, used_saps_, endpoints_;
  std::size_t hops_ = 0, weight_ = 0;
  Chain chain_;
};

}  // namespace

ServiceRequest read_osm(Documents& context, const FileSet& files, std::span<const ChainDocument> documents,
                        std::span<const Vnfd> others) {
  return OsmServiceReader{context, files, documents, others}.read();
}

}  // namespace unf::tosca
