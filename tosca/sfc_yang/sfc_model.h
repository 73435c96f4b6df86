#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/sfc_yang/sfc_text.h"
#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Service chains as instances of the SFC YANG modules (draft-penno-sfc-yang as OpenDaylight revised it, modules/). Any
/// thread may call these functions at any time; the first call loads the modules, which takes some 10 ms.

/// Whether a document has a top-level member of an SFC module, in RFC 7951 or in OpenDaylight's dialect.
[[nodiscard]] bool is_sfc_document(const Value& document);
/// Whether the first element of a text is in the namespace of an SFC module. Reads no further.
[[nodiscard]] bool is_sfc_xml(std::string_view text);

/// Whether the text is a whole and valid configuration, exactly as `yanglint -t config -i` decides with the published
/// modules, with these exceptions: a text is also refused if it is empty, no JSON of RFC 8259 (such as one that has a
/// member twice), no well-formed XML, beyond the limits of documents, or not in UTF-8. XML may begin with a byte order
/// mark.
[[nodiscard]] bool validate_sfc(std::string_view file, const std::string& text, SfcFormat format, Problems& problems);

/// The data of some documents; each value knows its place in them.
struct SfcData {
  ValuePtr data;  ///< a valid map as in RFC 7951, also if read from XML: `service-node:service-nodes`, ...
  std::vector<ValuePtr> rendered_paths;  ///< valid inputs of create-rendered-path
  bool opendaylight = false;             ///< A document was in OpenDaylight's dialect.
};

/// Reads documents as one data tree: entries of a list with the same key are one entry, in which no member may have two
/// values. What one document refers to (leafrefs) may be in another. Documents in OpenDaylight's dialect are taken for
/// parts of a datastore: if there is one, what is referred to may be in no document at all. `strict` refuses the
/// dialect. nullopt: `problems` says why.
[[nodiscard]] std::optional<SfcData> read_sfc(std::span<const SfcText> texts, bool strict, Problems& problems,
                                              Problems& warnings);

}  // namespace unf::tosca
