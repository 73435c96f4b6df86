#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/compile/compile.h"
#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "tosca/sol001/image_map.h"
#include "tosca/text/file_set.h"

namespace unf::vnfm {

/// `--image-map` and `--unmapped`.
struct ImageOptions {
  std::string map;  ///< file; empty: none
  bool pass_unmapped = false;
};

/// What the command line asks of the signatures of packages.
struct SignatureOptions {
  std::string mode;   ///< empty: if-present with a trust, else ignore
  std::string trust;  ///< file or directory; empty: none
};

/// What a service is to be read from.
struct SourceOptions {
  std::vector<std::string> paths;
  ImageOptions images;
  SignatureOptions signatures;
  bool strict = false;                 ///< no dialects
  std::vector<std::string> inputs;     ///< NAME=VALUE
  std::vector<std::string> endpoints;  ///< NAME=NETWORK
  std::string catalog;                 ///< file; empty: the built-in one
};

struct PlanCommand {
  SourceOptions sources;
  std::string inventory;  ///< file; empty: the built-in one
  std::optional<std::string> name;
  graph::CompileOptions options;
  std::string output = "text";   ///< text, json, dot, svg
  bool check = false;            ///< say only whether it is right
  std::string rates;             ///< file: how often uNFs take their gates; empty: a prior
  std::vector<std::string> why;  ///< two uNFs: say only what became of these and why
};

/// Prints the plan of a service. Returns the exit code.
int run_plan(const PlanCommand& command);

/// The files of a service, with what the command line says of its inputs and endpoints. Errors: malformed, for one
/// without a name; as tosca::load, tosca::signature_rules and tosca::check_strict_sfc.
[[nodiscard]] Result<tosca::FileSet> load_files(const SourceOptions& options);

/// What a service is read from.
struct ServiceSources {
  tosca::FileSet files;
  Catalog catalog;  ///< with the uNFs that the files describe
  tosca::ImageMap images;
};

/// Errors: as load_files, catalog_from, catalog_with_descriptors, tosca::load_image_map.
[[nodiscard]] Result<ServiceSources> load_sources(const SourceOptions& options);

/// The plan of a service from its files.
[[nodiscard]] Result<Plan> plan_service(const tosca::FileSet& files, const std::optional<std::string>& name,
                                        const Catalog& catalog, const tosca::ImageMap& images,
                                        const Inventory& inventory, const graph::CompileOptions& options);

/// The catalogue of a file, or the built-in one if `file` is empty. Errors: malformed, unavailable.
[[nodiscard]] Result<Catalog> catalog_from(const std::string& file);

}  // namespace unf::vnfm
