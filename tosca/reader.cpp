#include "tosca/reader.h"

#include <algorithm>

#include "tosca/chain_form.h"
#include "tosca/osm/nsd.h"
#include "tosca/package/package_list.h"
#include "tosca/paper/sfc_request.h"
#include "tosca/sfc_yang/sfc_service.h"
#include "tosca/sol001/nsd.h"
#include "tosca/sol001/type_check.h"
#include "tosca/tacker/vnffgd.h"
#include "tosca/text/element_paths.h"
#include "tosca/text/json_value.h"
#include "tosca/text/xml.h"

namespace unf::tosca {
namespace {

class ServiceReader {
 public:
  ServiceReader(const FileSet& files, const Catalog& catalog, const ImageMap& images)
      : files_(files), documents_(files, catalog, report_, images) {}

  Result<ServiceRequest> read() {
    for (const auto& path : files_.paths) open(path);
    auto service = read_entry();
    documents_.bindings().bind(service, report_);
    check_bindings();
    check_types(documents_);
    if (!problems_.empty()) return fail(problems_.error());
    return service;
  }

  Result<VnfdInfo> read_info() {
    for (const auto& path : files_.paths) open(path);
    VnfdInfo info;
    Artifacts ignored;
    for (const auto& vnfd : entry_vnfds()) {
      const SourcePlace at{std::string{vnfd.document->file}, 1};
      if (!info.descriptor_id.empty() && info.descriptor_id != vnfd.descriptor_id) {
        problems_.add(at, "the VNFD of {}, expected one of {}: a package has one VNF", vnfd.descriptor_id,
                      info.descriptor_id);
      }
      std::ignore = read_vnfd(documents_, vnfd, ignored);
      auto flavours = std::move(info.flavours);
      flavours.push_back(flavour_of(vnfd));
      auto images = std::move(info.images);
      for (auto& image : read_vnf_model(documents_, *vnfd.document).images) {  // flavours may share one
        if (std::ranges::find(images, image.id, &SoftwareImage::id) == images.end()) images.push_back(std::move(image));
      }
      info = {.descriptor_id = vnfd.descriptor_id,
              .provider = vnfd.provider,
              .product_name = vnfd.product_name,
              .software_version = vnfd.software_version,
              .descriptor_version = vnfd.descriptor_version,
              .flavours = std::move(flavours),
              .images = std::move(images)};
    }
    if (info.descriptor_id.empty() && problems_.empty()) report_no_vnfd();
    check_types(documents_);
    if (!problems_.empty()) return fail(problems_.error());
    for (const auto& [file, document] : documents_.all()) {
      if (document != nullptr && !is_normative_types_file(file)) info.files.push_back(file);
    }
    return info;
  }

  Result<ServiceRequest> read_flavour(const std::string& flavour) {
    for (const auto& path : files_.paths) open(path);
    std::vector<std::string> flavours;
    for (const auto& vnfd : entry_vnfds()) {
      if (flavour_of(vnfd) != flavour) {
        flavours.push_back(flavour_of(vnfd));
        continue;
      }
      auto service = read_single_vnf(documents_, vnfd);
      if (!problems_.empty()) return fail(problems_.error());
      return service;
    }
    if (flavours.empty() && problems_.empty()) report_no_vnfd();
    if (!problems_.empty()) return fail(problems_.error());
    return fail(Errc::not_found, "flavour {}: there is none, expected one of: {}", flavour, fmt::join(flavours, ", "));
  }

  Validation validate() {
    for (const auto& path : files_.paths) open(path);
    const auto vnfds = all_vnfds();
    Validation result;
    if (auto chain = read_chain()) {
      documents_.bindings().bind(*chain, report_);
      result.services.push_back(described(Described::Kind::chain, chain_file(*chain), *chain));
      return finish(std::move(result));
    }
    for (const auto& [file, document] : documents_.all()) {
      if (document == nullptr || !is_nsd(documents_, *document)) continue;
      auto service = read_nsd(documents_, *document, vnfds);
      documents_.bindings().bind(service, report_);
      result.services.push_back(described(Described::Kind::nsd, file, service));
    }
    const bool alone = result.services.empty();
    for (const auto& vnfd : vnfds) {
      ServiceRequest service;
      if (alone) {
        service = read_single_vnf(documents_, vnfd);
        documents_.bindings().bind(service, report_);
      } else {
        service.name = vnfd.document->title();
        service.vnfs.push_back(read_vnfd(documents_, vnfd, service.artifacts));
      }
      auto& of_vnfd =
          result.services.emplace_back(described(Described::Kind::vnfd, std::string{vnfd.document->file}, service));
      of_vnfd.descriptor_id = vnfd.descriptor_id;
      of_vnfd.flavour = flavour_of(vnfd);
    }
    if (result.services.empty() && problems_.empty()) report_no_service();
    return finish(std::move(result));
  }

 private:
  /// What is said of all that was read.
  Validation finish(Validation result) {
    check_bindings();
    check_types(documents_);
    result.mappings = report_.mappings();
    result.warnings = report_.warnings.all();
    name_elements(result.warnings);
    if (problems_.empty()) return result;
    result.problems = problems_.all();
    result.text = problems_.error().message;
    name_elements(result.problems);
    return result;
  }

  /// Reports what was given a value, or bound, that is not there.
  void check_bindings() {
    if (documents_.incomplete()) return;  // what is missing may be in what could not be read
    if (problems_.empty()) documents_.bindings().check_endpoints(problems_);
    std::vector<std::string_view> inputs;
    for (const auto& [file, document] : documents_.all()) {
      const auto* declared = document == nullptr ? nullptr : document->tree->find("topology_template", "inputs");
      if (declared == nullptr) continue;
      for (const auto& input : declared->members) inputs.push_back(input.key->text);
    }
    documents_.bindings().check_inputs(inputs, problems_);
  }

  /// The service of documents that describe a chain in another form than SOL001's. nullopt: there are none.
  std::optional<ServiceRequest> read_chain() {
    std::vector<const Document*> tacker;
    for (const auto* entry : entries_) {
      if (entry->is_tacker()) tacker.push_back(entry);
    }
    if (chains_.empty() && tacker.empty()) return std::nullopt;
    const auto vnfds = all_vnfds();
    if (chains_.empty()) return read_tacker(documents_, tacker, vnfds);
    const auto form = chains_.front().form;
    for (const auto& document : chains_) {
      if (document.form == form && tacker.empty()) continue;
      const auto other = tacker.empty() ? fmt::format("{} in {}", name_of(form), chains_.front().file)
                                        : fmt::format("Tacker's TOSCA in {}", tacker.front()->file);
      problems_.add({std::string{document.file}, 1}, "{} beside {}, expected all in one form", name_of(document.form),
                    other);
      return ServiceRequest{};
    }
    switch (form) {
      case ChainForm::paper:
        return read_sfc_request(documents_, chains_, vnfds);
      case ChainForm::osm:
        return read_osm(documents_, files_, chains_, vnfds);
      case ChainForm::sfc_yang:
        return read_sfc_service(documents_, chains_, vnfds);
    }
    return ServiceRequest{};
  }

  /// The file of a chain that says which paths there are.
  [[nodiscard]] std::string chain_file(const ServiceRequest& chain) const {
    if (!chain.paths.empty()) return chain.paths.front().at.file;
    return std::string{chains_.empty() ? entries_.front()->file : chains_.front().file};
  }

  static std::string flavour_of(const Vnfd& vnfd) { return vnfd.flavour.empty() ? "default" : vnfd.flavour; }

  /// Opens a path's documents and notes which may be the service's entry.
  void open(const std::string& path) {
    const auto root = package_root(files_, path);
    if (files_.files.contains(path)) {
      if (open_chain(path, root)) return;
      if (const auto* document = documents_.open(path, root)) entries_.push_back(document);
      return;
    }
    const auto meta = join(root, kMetaFile);
    const auto entry = files_.files.contains(meta) ? entry_of(root, meta) : std::nullopt;
    if (entry) {
      if (const auto* document = documents_.open(*entry, root)) entries_.push_back(document);
    }
    bool any = false;
    for (const auto& [name, text] : files_.files) {
      if (!root.empty() && !name.starts_with(root + "/")) continue;
      any = true;
      if (!is_document(name)) continue;
      if (is_normative_types_file(name) || open_chain(name, root)) continue;
      const auto* document = documents_.open(name, root, true);
      if (document != nullptr && !files_.files.contains(meta)) entries_.push_back(document);
    }
    if (!any) problems_.add({path.empty() ? "." : path, 0}, "no TOSCA files in it, expected a service template");
  }

  /// Takes a document that describes a chain in another form than TOSCA, or binds what is open. False: it does neither.
  bool open_chain(const std::string& name, const std::string& root) {
    const auto& [file, text] = *files_.files.find(name);
    if (text.find("tosca_definitions_version") != std::string::npos) return false;
    Problems wrong;
    auto tree = parse_by_name(file, text, wrong);
    const auto form = tree == nullptr ? std::nullopt : chain_form(*tree);
    if (!form && is_sfc_text(file, text)) {
      chains_.push_back({ChainForm::sfc_yang, file, root, nullptr, &text});
      return true;
    }
    if (tree == nullptr && (may_be_chain(text) || (is_xml(file) && is_asked_for(name)))) {
      problems_.merge(wrong);
      return true;
    }
    if (tree != nullptr && is_asked_for(name) && Bindings::is_document(*tree)) {
      documents_.bindings().add(*tree, problems_);
      return true;
    }
    if (form) {
      chains_.push_back({*form, file, root, std::move(tree)});
    } else if (is_xml(file) && is_asked_for(name)) {
      problems_.add({name, 1},
                    "no XML that is known here, expected descriptors of SOL006, or data of the SFC YANG modules");
    }
    return form.has_value() || is_xml(file);
  }

  [[nodiscard]] bool is_asked_for(const std::string& file) const {
    return std::ranges::find(files_.paths, file) != files_.paths.end();
  }

  /// TOSCA.meta's Entry-Definitions. nullopt: reported.
  std::optional<std::string> entry_of(const std::string& root, const std::string& meta) {
    const auto named = read_package_list(files_, root, problems_).entry;
    if (!named) {
      problems_.add({meta, 1}, "no `Entry-Definitions`, expected the name of a service template");
      return std::nullopt;
    }
    const auto inside = resolve(root, join(root, "x"), named->text);
    if (!named->text.empty() && inside && files_.files.contains(*inside)) return *inside;
    problems_.add(named->at, "Entry-Definitions `{}` is {}", named->text,
                  inside ? "absent, expected a file of the package" : inside.error().message);
    return std::nullopt;
  }

  ServiceRequest read_entry() {
    if (auto chain = read_chain()) return std::move(*chain);
    std::vector<const Document*> nsds;
    for (const auto* entry : entries_) {
      if (is_nsd(documents_, *entry)) nsds.push_back(entry);
    }
    if (nsds.size() == 1) return read_nsd(documents_, *nsds.front(), all_vnfds());
    if (nsds.size() > 1) {
      for (const auto* nsd : nsds) {
        problems_.add({std::string{nsd->file}, 1}, "one of {} NSDs, expected one: name its file", nsds.size());
      }
      return {};
    }
    const auto vnfds = entry_vnfds();
    if (vnfds.size() == 1) return read_single_vnf(documents_, vnfds.front());
    for (const auto& vnfd : vnfds) {
      problems_.add({std::string{vnfd.document->file}, 1},
                    "one of {} VNFDs and no NSD, expected one VNFD, or an NSD that joins them", vnfds.size());
    }
    if (vnfds.empty() && problems_.empty()) report_no_service();
    return {};
  }

  std::vector<Vnfd> all_vnfds() {
    std::vector<Vnfd> vnfds;
    for (const auto& [file, document] : documents_.all()) {
      if (document == nullptr || document->is_tacker()) continue;
      if (auto vnfd = vnfd_of(documents_, *document)) vnfds.push_back(std::move(*vnfd));
    }
    return vnfds;
  }

  static Described described(Described::Kind kind, const std::string& file, const ServiceRequest& service) {
    Described result{.kind = kind, .file = file, .name = service.name};
    result.vnfs = service.vnfs.size();
    for (const auto& vnf : service.vnfs) result.unfs += vnf.graph.nodes.size();
    result.paths = service.paths.size();
    return result;
  }

  /// Says in which element of its document each problem lies.
  void name_elements(std::vector<Problem>& problems) const {
    for (auto from = problems.begin(); from != problems.end();) {
      const auto to = std::find_if(from, problems.end(), [&](const Problem& p) { return p.at.file != from->at.file; });
      const auto file = files_.files.find(from->at.file);
      const bool has_elements = file != files_.files.end() && is_document(file->first);
      Problems known;
      auto tree = !has_elements         ? nullptr
                  : is_xml(file->first) ? parse_xml(file->first, file->second, known)
                                        : parse_yaml_with_duplicates(file->first, file->second, known);
      if (has_elements && tree == nullptr) tree = parse_json(file->first, file->second, known);  // YAML takes not all
      if (tree != nullptr) {
        const ElementPaths paths{*tree};
        std::for_each(from, to, [&](Problem& problem) { problem.path = paths.path_of(problem.at); });
      }
      from = to;
    }
  }

  /// The VNFDs of the entries and, for one that only selects a flavour, of what it imports.
  std::vector<Vnfd> entry_vnfds() {
    std::vector<Vnfd> found;
    const auto add = [&](Vnfd vnfd) {
      const bool known =
          std::any_of(found.begin(), found.end(), [&](const Vnfd& v) { return v.document == vnfd.document; });
      if (!known) found.push_back(std::move(vnfd));
    };
    for (const auto* entry : entries_) {
      if (auto vnfd = vnfd_of(documents_, *entry)) {
        add(std::move(*vnfd));
        continue;
      }
      for (const auto* imported : documents_.closure(*entry)) {
        auto vnfd = vnfd_of(documents_, *imported);
        if (!vnfd) continue;
        complete(*vnfd, *entry);
        add(std::move(*vnfd));
      }
    }
    return found;
  }

  /// What a flavour does not say of its VNF, but the document does that imports it.
  void complete(Vnfd& vnfd, const Document& top) {
    const auto& document = documents_.read_topology(top);
    for (const auto& node : document.nodes) {
      if (node.type == nullptr || !node.type->is_vnf()) continue;
      const auto fill = [&](std::string& place, std::string_view property) {
        if (place.empty()) place = vnf_property(documents_, document, node, property);
      };
      if (vnfd.descriptor_id == vnfd.node_type) vnfd.descriptor_id.clear();
      fill(vnfd.descriptor_id, "descriptor_id");
      if (vnfd.descriptor_id.empty()) vnfd.descriptor_id = vnfd.node_type;
      fill(vnfd.provider, "provider");
      fill(vnfd.product_name, "product_name");
      fill(vnfd.software_version, "software_version");
      fill(vnfd.descriptor_version, "descriptor_version");
    }
  }

  void report_no_vnfd() {
    report_no_service();
    if (problems_.empty()) problems_.add({files_.paths.front(), 0}, "holds an NSD, expected a VNFD");
  }

  void report_no_service() {
    for (const auto* entry : entries_) {
      documents_.read_topology(*entry);
      if (!problems_.empty()) continue;  // that says more
      const bool has_topology = entry->tree->find("topology_template") != nullptr;
      problems_.add({std::string{entry->file}, 1}, "neither an NSD nor a VNFD, expected {}",
                    has_topology
                        ? "substitution_mappings for a node type derived from tosca.nodes.nfv.VNF, or an NSD's nodes"
                        : "a `topology_template`");
    }
    if (entries_.empty()) {
      for (const auto& path : files_.paths)
        problems_.add({path.empty() ? "." : path, 0}, "no TOSCA in it, expected an NSD or a VNFD");
      if (files_.paths.empty()) problems_.add({"-", 0}, "nothing to read, expected an NSD or a VNFD");
    }
  }

  const FileSet& files_;
  Report report_;
  Problems& problems_ = report_.problems;
  Documents documents_;
  std::vector<const Document*> entries_;
  std::vector<ChainDocument> chains_;
};

}  // namespace

Result<ServiceRequest> read_service(const FileSet& files, const Catalog& catalog, const ImageMap& images) {
  return ServiceReader{files, catalog, images}.read();
}

Result<VnfdInfo> read_vnfd_info(const FileSet& files, const Catalog& catalog, const ImageMap& images) {
  return ServiceReader{files, catalog, images}.read_info();
}

Result<ServiceRequest> read_vnf(const FileSet& files, const Catalog& catalog, const std::string& flavour,
                                const ImageMap& images) {
  return ServiceReader{files, catalog, images}.read_flavour(flavour);
}

Validation validate(const FileSet& files, const Catalog& catalog, const ImageMap& images) {
  return ServiceReader{files, catalog, images}.validate();
}

Validation not_loaded(const Error& error) { return {.problems = problems_of(error), .text = error.message}; }

}  // namespace unf::tosca
