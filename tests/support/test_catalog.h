#pragma once

#include "graph/model/catalog.h"

namespace unf::testing_support {

/// The uNF types of the samples, and one with every kind of property; without their code.
inline Catalog test_catalog() {
  static constexpr std::string_view kRules =
      R"({"type":"object","properties":{"rules":{"type":"string","format":"unf-artifact"}},"required":["rules"],"additionalProperties":false})";
  static constexpr std::string_view kRuleSets = R"({"type":"object","properties":{
      "rules":{"type":["string","array"],"format":"unf-artifact","items":{"type":"string"},"minItems":2,"maxItems":8,
               "unf-gates":["bad","bad2","bad3"]}},"required":["rules"],"additionalProperties":false})";
  static constexpr std::string_view kCount = R"({"type":"object","properties":{
      "slots":{"type":"integer","minimum":8,"maximum":65536,"default":4096},
      "top":{"type":"integer","minimum":1,"maximum":1000,"default":10}},"additionalProperties":false})";
  static constexpr std::string_view kEverything = R"({"type":"object","properties":{
      "ratio":{"type":"number","minimum":0,"maximum":1},
      "verbose":{"type":"boolean"},
      "label":{"type":"string","minLength":1,"maxLength":8,"pattern":"^[a-z]+$"},
      "mode":{"enum":["fast","safe"]},
      "ports":{"type":"array","items":{"type":"integer","minimum":0,"maximum":65535},"maxItems":3},
      "limits":{"type":"object","properties":{"rate":{"type":"integer"}},"required":["rate"],"additionalProperties":false}}})";
  static constexpr UnfDescriptor kDescriptors[] = {
      {.type = "CheckIPHeader", .gates = {"drop", "out"}},
      {.type = "CountUrl", .gates = {"drop", "out"}, .config = kCount},
      {.type = "Everything", .gates = {"drop", "out"}, .config = kEverything},
      {.type = "Forward", .gates = {"drop", "out"}},
      {.type = "HttpClassifier", .gates = {"drop", "http", "other"}},
      {.type = "IPTtlDecrementer", .gates = {"drop", "out"}},
      {.type = "L3L4Filter", .gates = {"drop", "out"}, .config = kRules},
      {.type = "MacSwapper", .gates = {"drop", "out"}},
      {.type = "NicEgress", .gates = {"drop", "out"}},
      {.type = "NicIngress", .gates = {"drop", "out"}},
      {.type = "PacketSizeHistogram", .gates = {"drop", "out"}},
      {.type = "TcpReset", .gates = {"drop", "out"}},
      {.type = "ValidateUrl", .gates = {"drop", "ok", "bad", "bad2", "bad3"}, .config = kRuleSets},
  };
  return Catalog{kDescriptors};
}

}  // namespace unf::testing_support
