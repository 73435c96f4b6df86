#include "vnfm/cli/sources.h"

#include <map>
#include <nlohmann/json.hpp>

#include "agent/base/files.h"
#include "tosca/image_map_reader.h"
#include "tosca/load.h"
#include "tosca/paper/sfc_request.h"
#include "tosca/reader.h"
#include "tosca/sfc_yang/sfc_service.h"
#include "vnfm/server/builtin_catalog.h"

namespace unf::vnfm {
namespace {

void add_bindings(CLI::App& verb, SourceOptions& sources) {
  verb.add_option("--input", sources.inputs, "Value of an input of the description (repeatable)")
      ->option_text("NAME=VALUE ...")
      ->allow_extra_args(false);
  verb.add_option("--bind", sources.endpoints,
                  "Network that an endpoint of the service is on: the network's name, or HOST.NIC (repeatable)")
      ->option_text("ENDPOINT=NETWORK ...")
      ->allow_extra_args(false);
}

void add_signatures(CLI::App& verb, SignatureOptions& signatures) {
  verb.add_option("--signatures", signatures.mode, "Which packages are verified: none, the signed ones, or all")
      ->check(CLI::IsMember({"ignore", "if-present", "require"}))
      ->option_text("ignore|if-present|require [if-present with --trust, else ignore]");
  verb.add_option("--trust", signatures.trust,
                  "Certificates of those who may sign packages (a PEM file, or a directory of them)");
}

void add_images(CLI::App& verb, ImageOptions& images) {
  static const std::map<std::string, bool> kUnmapped{{"refuse", false}, {"pass-through", true}};
  verb.add_option("--image-map", images.map, "Which uNFs run in place of machine images (YAML, see docs/images.md)");
  verb.add_option("--unmapped", images.pass_unmapped,
                  "What becomes of a VDU whose image is not in the map: an error, or uNFs that let everything pass")
      ->transform(CLI::CheckedTransformer(kUnmapped))
      ->option_text("refuse|pass-through [refuse]");
}

/// Adds a document with the values that an option was given, each NAME=VALUE (tosca/sol001/bindings.h).
Result<void> add_values(const std::string& option, std::string_view section, const std::vector<std::string>& given,
                        tosca::FileSet& files) {
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
  if (given.empty()) return {};
  auto text = fmt::format("{}:\n", section);
  for (const auto& each : given) {
    const auto equals = each.find('=');
    if (equals == 0 || equals == each.npos || each.find('\n') != each.npos)
      return fail(Errc::malformed, "{}: `{}`, expected NAME=VALUE", option, each);
    const auto name = nlohmann::json(each.substr(0, equals)).dump(-1, ' ', false, kReplace);
    const auto value = each.substr(equals + 1);
    text += fmt::format("  {}: {}\n", name, value.empty() ? "''" : value);
  }
  files.paths.push_back(option);
  files.files.emplace(option, std::move(text));
  return {};
}

}  // namespace

void SourceOptions::add_to(CLI::App& verb, const char* help) {
  verb.add_option("PATH", paths, help)->required();
  add_bindings(verb, *this);
  add_signatures(verb, signatures);
  add_images(verb, images);
  verb.add_flag("--strict", strict, "Refuse OpenDaylight's dialect of the IETF's SFC YANG documents");
}

void add_catalog(CLI::App& verb, std::string& catalog) {
  verb.add_option("--catalog", catalog, "uNF types that there are (JSON; default: the built-in catalogue)");
}

Result<tosca::FileSet> load_files(const SourceOptions& options) {
  auto files = tosca::signature_rules(options.signatures.mode, options.signatures.trust)
                   .and_then([&](tosca::SignatureRules rules) {
                     return tosca::load(options.paths, {.limits = {}, .signatures = std::move(rules)});
                   });
  if (!files) return files;
  if (options.strict) {
    if (auto checked = tosca::check_strict_sfc(*files); !checked) return fail(checked.error());
  }
  auto bound = add_values("--input", "inputs", options.inputs, *files).and_then([&] {
    return add_values("--bind", "endpoints", options.endpoints, *files);
  });
  if (!bound) return fail(bound.error());
  return files;
}

Result<Catalog> catalog_from(const std::string& file) {
  if (file.empty()) return builtin_catalog();
  return agent::read_file(file)
      .and_then([](const std::string& text) { return Catalog::parse(text); })
      .map_error([&](Error e) {
        if (e.code == Errc::malformed) {  // a line a problem, each with the file's name
          std::string named = file + ": ";
          for (const char c : e.message) named += c == '\n' ? "\n" + file + ": " : std::string{c};
          e.message = std::move(named);
        }
        return e;
      });
}

Result<ServiceSources> load_sources(const SourceOptions& options) {
  auto known = catalog_from(options.catalog);
  if (!known) return fail(known.error());
  auto map = tosca::load_image_map(options.images.map, options.images.pass_unmapped, *known);
  if (!map) return fail(map.error());
  auto files = load_files(options);
  if (!files) return fail(files.error());
  auto all = tosca::catalog_with_descriptors(*files, *known);
  if (!all) return fail(all.error());
  return ServiceSources{std::move(*files), std::move(*all), std::move(*map)};
}

}  // namespace unf::vnfm
