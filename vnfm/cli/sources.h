#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/result.h"
#include "tosca/sol001/image_map.h"
#include "tosca/text/file_set.h"

namespace unf::vnfm {

/// `--image-map` and `--unmapped`: what runs in place of the machine images of VDUs.
struct ImageOptions {
  std::string map;  ///< file; empty: none
  bool pass_unmapped = false;
};

/// What the command line demands of the signatures of packages.
struct SignatureOptions {
  std::string mode;   ///< empty: if-present with a trust, else ignore
  std::string trust;  ///< file or directory; empty: none
};

/// What descriptions are read from, and what the command line adds to them.
struct SourceOptions {
  std::vector<std::string> paths;
  ImageOptions images;
  SignatureOptions signatures;
  bool strict = false;                 ///< dialects are refused
  std::vector<std::string> inputs;     ///< NAME=VALUE
  std::vector<std::string> endpoints;  ///< NAME=NETWORK
  std::string catalog;                 ///< file; empty: the built-in one

  /// Adds PATH, with `help`, and every option but `--catalog`.
  void add_to(CLI::App& verb, const char* help);
};

/// `--catalog`
void add_catalog(CLI::App& verb, std::string& catalog);

/// The files of a service, with what the command line says of its inputs and endpoints. Errors: malformed, for an input
/// or endpoint without a name; as tosca::load, tosca::signature_rules and tosca::check_strict_sfc.
[[nodiscard]] Result<tosca::FileSet> load_files(const SourceOptions& options);

/// What a service is read from.
struct ServiceSources {
  tosca::FileSet files;
  Catalog catalog;  ///< with the uNFs that the files describe
  tosca::ImageMap images;
};

/// Errors: as load_files, catalog_from, catalog_with_descriptors, tosca::load_image_map.
[[nodiscard]] Result<ServiceSources> load_sources(const SourceOptions& options);

/// The catalogue of a file, or the built-in one if `file` is empty. Errors: malformed, unavailable.
[[nodiscard]] Result<Catalog> catalog_from(const std::string& file);

}  // namespace unf::vnfm
