#include "tosca/package/package_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "graph/model/digest.h"
#include "graph/model/quote.h"
#include "graph/model/utf8.h"
#include "tosca/package/csar.h"

namespace unf::tosca {
namespace {
namespace fs = std::filesystem;

constexpr auto kStarterMeta = R"(TOSCA-Meta-File-Version: 1.1
CSAR-Version: 1.1
Created-By: {provider}
Entry-Definitions: Definitions/{name}.yaml
ETSI-Entry-Manifest: {name}.mf
ETSI-Entry-Certificate: {name}.cert
ETSI-Entry-Change-Log: ChangeLog.txt
)";

constexpr auto kStarterManifest = R"(metadata:
vnf_product_name: {name}
vnf_provider_id: {provider}
vnf_software_version: 1.0
vnfd_id: {id}
vnf_package_version: 1.0
vnf_release_date_time: {released}
compatible_specification_versions: 3.3.1
vnfm_info: etsivnfm:v3.3.1
)";

constexpr auto kStarterTypes = R"(tosca_definitions_version: tosca_simple_yaml_1_3
description: The node type of {name}
imports:
  - etsi_nfv_sol001_common_types.yaml
  - etsi_nfv_sol001_vnfd_types.yaml

node_types:
  {type}:
    derived_from: tosca.nodes.nfv.VNF
    properties:
      descriptor_id: {{ type: string, default: {id} }}
      descriptor_version: {{ type: string, default: '1.0' }}
      provider: {{ type: string, default: {quoted_provider} }}
      product_name: {{ type: string, default: {name} }}
      software_version: {{ type: string, default: '1.0' }}
      vnfm_info: {{ type: list, entry_schema: {{ type: string }}, default: [ 'etsivnfm:v3.3.1' ] }}
      flavour_id: {{ type: string, default: default }}
      flavour_description: {{ type: string, default: one rule file }}
    requirements:
      - virtual_link_in: {{ capability: tosca.capabilities.nfv.VirtualLinkable, occurrences: [ 0, 1 ] }}
      - virtual_link_out: {{ capability: tosca.capabilities.nfv.VirtualLinkable, occurrences: [ 0, 1 ] }}
)";

constexpr auto kStarterVnfd = R"(tosca_definitions_version: tosca_simple_yaml_1_3
description: {name} - forwards what its rules allow, one hop on
metadata:
  template_name: {name}
  template_author: {quoted_provider}
  template_version: '1.0'
imports:
  - {name}_types.yaml

topology_template:
  substitution_mappings:
    node_type: {type}
    requirements:
      virtual_link_in: [ in, virtual_link ]
      virtual_link_out: [ out, virtual_link ]
  node_templates:
    vnf:    {{ type: {type} }}
    in:     {{ type: unf.nodes.NicIngress, requirements: [ {{ out: check }} ] }}
    check:  {{ type: unf.nodes.CheckIPHeader, requirements: [ {{ out: filter }} ] }}
    filter: {{ type: unf.nodes.L3L4Filter, properties: {{ rules: ../Files/{name}.rules }}, requirements: [ {{ out: ttl }} ] }}
    ttl:    {{ type: unf.nodes.IPTtlDecrementer, requirements: [ {{ out: out }} ] }}
    out:    {{ type: unf.nodes.NicEgress }}
)";

constexpr auto kStarterRules =
    R"(# allow|deny PROTO SRC SPORTS DST DPORTS; the first match wins, what none matches is dropped.
deny  tcp any any any 23
allow any any any any any
)";

bool is_package_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && name.size() <= 63 && is_letter(name.front()) && std::ranges::all_of(name, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_printable(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

/// As YAML takes it for a string.
std::string yaml_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string{c};
  return quoted + "'";
}

/// `Acme Inc.` and `fw` are `acme_inc.fw`.
std::string type_name(std::string_view provider, std::string_view name) {
  std::string prefix;
  for (const auto c : provider) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) != 0) {
      prefix += static_cast<char>(std::tolower(byte));
    } else if (!prefix.empty() && prefix.back() != '_') {
      prefix += '_';
    }
  }
  while (prefix.ends_with('_')) prefix.pop_back();
  if (prefix.empty() || std::isdigit(static_cast<unsigned char>(prefix.front())) != 0) prefix = "provider" + prefix;
  return fmt::format("{}.{}", prefix, name);
}

/// What the package says of itself, its problems left to the check of what is made.
PackageList list_of(const PackageTexts& files) {
  Problems ignored;
  FileSet set;
  for (const auto& [name, text] : files) set.files.emplace(name, text);
  return read_package_list(set, "", ignored);
}

/// The lines of a manifest in front of the files that it lists.
std::string metadata_of(const std::string& manifest) {
  std::string lines;
  for (std::string_view left = manifest; !left.empty();) {
    const auto line = left.substr(0, std::min(left.find('\n'), left.size() - 1) + 1);
    std::string key{line.substr(0, line.find(':'))};
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::tolower(c); });
    if (key == "source" || line.starts_with("-----BEGIN ")) break;
    lines += line;
    left.remove_prefix(line.size());
  }
  while (lines.ends_with('\n') || lines.ends_with('\r')) lines.pop_back();
  return lines.empty() ? "metadata:\n\n" : lines + "\n\n";
}

}  // namespace

Result<PackageTexts> starter_package(const NewPackage& package) {
  const auto& [name, provider, id, released] = package;
  if (!is_package_name(name)) {
    return fail(Errc::malformed, "name {}: expected a letter, then letters, digits, `-` and `_`, at most 63",
                quote(name));
  }
  if (provider.empty() || provider.size() > 64 || !is_printable(provider) || provider.front() == ' ' ||
      provider.back() == ' ') {
    return fail(Errc::malformed, "provider {}: expected printable text of at most 64 bytes", quote(provider));
  }
  const auto filled = [&](const char* text) {
    return fmt::format(fmt::runtime(text), fmt::arg("name", name), fmt::arg("provider", provider), fmt::arg("id", id),
                       fmt::arg("released", released), fmt::arg("type", type_name(provider, name)),
                       fmt::arg("quoted_provider", yaml_quoted(provider)));
  };
  return PackageTexts{{std::string{kMetaFile}, filled(kStarterMeta)},
                      {name + ".mf", filled(kStarterManifest)},
                      {"ChangeLog.txt", fmt::format("1.0, {} - first version\n", released)},
                      {fmt::format("Definitions/{}.yaml", name), filled(kStarterVnfd)},
                      {fmt::format("Definitions/{}_types.yaml", name), filled(kStarterTypes)},
                      {fmt::format("Files/{}.rules", name), kStarterRules}};
}

Result<PackageTexts> signed_package(PackageTexts files, const Identity& identity, const std::string& name) {
  const auto said = list_of(files);
  const auto named = said.about.find("manifest");
  if (named == said.about.end()) {
    return fail(Errc::malformed, "{}: expected one with an ETSI-Entry-Manifest", join(name, kMetaFile));
  }
  for (const auto& [file, text] : files) {
    if (text.find("PRIVATE KEY-----") != text.npos) {
      return fail(Errc::malformed, "{}: a private key, expected none in a package", join(name, file));
    }
  }
  const auto manifest = join("", named->second.text);
  const auto certificate = said.certificate ? said.certificate->text : std::string{};
  auto text = metadata_of(files[manifest]);
  if (!certificate.empty()) files[certificate] = identity.certificate;
  for (const auto& [file, content] : files) {
    if (file == manifest || file == certificate) continue;
    text += fmt::format("Source: {}\nAlgorithm: {}\nHash: {}\n\n", file, name_of(HashFunction::sha256),
                        hash_of(content, HashFunction::sha256));
  }
  const auto signature = sign(text, identity.key, identity.certificate);
  if (!signature) return fail(signature.error());
  files[manifest] = text + *signature;
  const auto read =
      read_csar_bytes(make_zip(files), join("", name),
                      {.limits = {}, .signatures = {.mode = SignatureMode::require, .trust = identity.certificate}});
  if (!read) return fail(read.error());
  return files;
}

Result<PackageTexts> read_package_directory(const fs::path& directory) {
  PackageTexts files;
  std::uint64_t left = CsarLimits{}.max_bytes;
  std::error_code error;
  auto it = fs::recursive_directory_iterator(directory, error);
  for (; !error && it != fs::recursive_directory_iterator{}; it.increment(error)) {
    std::error_code ignored;
    const auto name = it->path().lexically_relative(directory).generic_string();
    if (it->path().filename().string().starts_with('.')) {
      if (it->is_directory(ignored)) it.disable_recursion_pending();
      continue;
    }
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) continue;
    if (!it->is_regular_file(ignored) || it->is_symlink(ignored)) {
      return fail(Errc::malformed, "{}: a link or a device, expected files and directories", it->path().string());
    }
    const auto size = it->file_size(ignored);
    if (size > left) {
      return fail(Errc::malformed, "{}: more than {} bytes", directory.string(), CsarLimits{}.max_bytes);
    }
    left -= size;
    std::ifstream in{it->path(), std::ios::binary};
    std::string text(size, '\0');
    in.read(text.data(), static_cast<std::streamsize>(size));
    if (!in) return fail(Errc::unavailable, "{}: cannot be read", it->path().string());
    files.emplace(name, std::move(text));
  }
  if (error) return fail(Errc::unavailable, "{}: {}", directory.string(), error.message());
  return files;
}

std::string certificate_of(const PackageTexts& files) {
  const auto said = list_of(files);
  return said.certificate ? said.certificate->text : std::string{};
}

}  // namespace unf::tosca
