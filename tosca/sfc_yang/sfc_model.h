#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Service chains as instances of the SFC YANG modules (draft-penno-sfc-yang as OpenDaylight revised it, modules/).
/// All of this may be called by several threads at once; the first call loads the modules, which takes some 10 ms.

enum class SfcFormat : std::uint8_t {
  json,  ///< RFC 7951
  xml,   ///< RFC 7950
};

struct SfcText {
  std::string_view file;  ///< names it in messages, and outlives what is read of it
  const std::string& text;
  SfcFormat format = SfcFormat::json;
};

/// Whether a document is one of the SFC modules, in whichever of both dialects: a top-level member is one of them.
[[nodiscard]] bool is_sfc_document(const Value& document);
/// As is_sfc_document, of a text that may be XML: its first element is of a module's namespace. Reads that one only.
[[nodiscard]] bool is_sfc_xml(std::string_view text);

/// Whether the text is a whole and valid configuration, exactly as `yanglint -t config -i` has it with the published
/// modules; but a text is refused too that is empty, no JSON of RFC 8259 (a member twice, say), no well-formed XML,
/// beyond the limits of documents, or not in UTF-8. XML may begin with a byte order mark.
[[nodiscard]] bool validate_sfc(std::string_view file, const std::string& text, SfcFormat format, Problems& problems);

struct OpenDaylightRewrite {
  ValuePtr document;     ///< RFC 7951 by kinds and names; each value at the place of its original
  bool changed = false;  ///< it was in the dialect
};
/// Rewrites a document of OpenDaylight's RESTCONF (2014 to 2017): no module names on top-level members, numbers,
/// booleans and identities as it writes them, `input` of create-rendered-path, a list's single entry by itself, and
/// empty texts where there is no value. The modules tell what a member is. Other modules' members are left out, and
/// `warnings` says so. What is wrong otherwise stays wrong: validate what comes out.
[[nodiscard]] OpenDaylightRewrite rewrite_opendaylight(const Value& document, Problems& warnings);

/// A value as JSON.
[[nodiscard]] std::string to_json_text(const Value& value);

/// What some documents hold, with the places where they have it.
struct SfcData {
  ValuePtr data;  ///< a map, valid, all as in RFC 7951: `service-node:service-nodes`, ...; of XML also
  std::vector<ValuePtr> rendered_paths;  ///< inputs of create-rendered-path, valid
  bool opendaylight = false;             ///< some were in OpenDaylight's dialect
};

/// Reads documents as one data tree: entries of a list with the same key are one, in which no member may have two
/// values. A document by itself may lack what it refers to (leafrefs) if another one has it. Documents in
/// OpenDaylight's dialect are taken for parts of a datastore: if there is any, what is referred to may be in none of
/// them. `strict` refuses the dialect. None: `problems` says why.
[[nodiscard]] std::optional<SfcData> read_sfc(std::span<const SfcText> texts, bool strict, Problems& problems,
                                              Problems& warnings);

}  // namespace unf::tosca
