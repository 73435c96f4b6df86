#pragma once

#include <string>
#include <vector>

#include "tosca/text/value.h"

namespace unf::tosca {

/// Names the elements of a document by where they are written: `topology_template.node_templates.fw.requirements[0]`.
/// Keys that are no plain names stand in brackets: `node_types['example.Vnf']`.
class ElementPaths {
 public:
  /// The document may be gone afterwards.
  explicit ElementPaths(const Value& root);

  /// The element that begins at `at`, else the one before it in the line; without a column, the first of the line.
  /// Empty: the document, or none.
  [[nodiscard]] std::string path_of(const SourcePlace& at) const;

 private:
  struct Element {
    std::size_t parent;
    std::string name;  ///< as a path goes on with it
  };
  struct Place {
    int line;
    int column;
    bool whole;
    std::size_t element;
  };
  class Walk;

  std::vector<Element> elements_;  ///< the first is the document
  std::vector<Place> places_;      ///< sorted
};

}  // namespace unf::tosca
