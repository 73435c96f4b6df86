#pragma once

#include <string>
#include <string_view>

#include "tosca/text/value.h"

namespace unf::tosca {

/// What describes service chains beside TOSCA.
enum class ChainForm {
  paper,     ///< VNF templates and an SFC request as in the paper (IV-D)
  osm,       ///< VNFDs and NSDs of SOL006, in OSM's form or ETSI's, and of OSM's older catalogue
  sfc_yang,  ///< data of the SFC YANG modules (draft-penno-sfc-yang)
};

/// A document in one of these forms.
struct ChainDocument {
  ChainForm form;
  std::string_view file;
  std::string root;                   ///< of the package it lies in
  ValuePtr tree;                      ///< nullptr: of a form that is read from its text
  const std::string* text = nullptr;  ///< of such a form
};

/// Its name, for messages.
[[nodiscard]] std::string_view name_of(ChainForm form);

}  // namespace unf::tosca
