#pragma once

#include <string>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/service_request.h"
#include "tosca/sol001/image_map.h"
#include "tosca/sol001/vnf_model.h"
#include "tosca/text/file_set.h"
#include "tosca/text/report.h"

namespace unf::tosca {

/// The service that TOSCA files ask for: an NSD with its VNFDs, or one VNFD alone (docs/tosca.md). VDUs that
/// are no uNFs are what `images` has for them.
/// Errors: malformed, one line for each independent problem, `FILE:LINE: what is wrong and what was expected`.
[[nodiscard]] Result<ServiceRequest> read_service(const FileSet& files, const Catalog& catalog,
                                                  const ImageMap& images = {});

/// What a package says of its VNF (ETSI GS NFV-SOL 001 6.8.1).
struct VnfdInfo {
  std::string descriptor_id;
  std::string provider, product_name, software_version, descriptor_version;  ///< empty: it does not say
  std::vector<std::string> flavours;                                         ///< of deployment
  std::vector<std::string> files;                                            ///< the VNFD's own
  std::vector<SoftwareImage> images;                                         ///< of its VDUs
};

/// The VNF of a package, all of whose flavours can be deployed. Errors: as read_service; malformed, if it holds none or
/// several.
[[nodiscard]] Result<VnfdInfo> read_vnfd_info(const FileSet& files, const Catalog& catalog,
                                              const ImageMap& images = {});

/// A VNF of a package as a service of its own, in the deployment flavour `flavour`. Errors: as read_vnfd_info;
/// not_found for the flavour, and which there are.
[[nodiscard]] Result<ServiceRequest> read_vnf(const FileSet& files, const Catalog& catalog, const std::string& flavour,
                                              const ImageMap& images = {});

/// A network service, or a VNF in one of its deployment flavours, that files describe.
struct Described {
  enum class Kind { nsd, vnfd, chain };

  Kind kind = Kind::vnfd;
  std::string file;
  std::string name;           ///< of the service that it is
  std::string descriptor_id;  ///< of a VNFD
  std::string flavour;        ///< of a VNFD
  std::size_t vnfs = 0;
  std::size_t unfs = 0;
  std::size_t paths = 0;
};

/// What is to be said of files without deploying them.
struct Validation {
  std::vector<Problem> problems;    ///< by file, line and column; none: all is well
  std::string text;                 ///< the problems as read_service says them
  std::vector<Problem> warnings;    ///< what need not be mended
  std::vector<Described> services;  ///< what was found; where there are problems, as far as it could be read
  std::vector<Mapping> mappings;    ///< what became of the elements, by file and line

  [[nodiscard]] bool valid() const { return problems.empty(); }
};

/// Reads every NSD among the files, and every VNFD in all its flavours, whichever of them would be deployed.
[[nodiscard]] Validation validate(const FileSet& files, const Catalog& catalog, const ImageMap& images = {});

/// What is to be said of files that could not be loaded.
[[nodiscard]] Validation not_loaded(const Error& error);

}  // namespace unf::tosca
