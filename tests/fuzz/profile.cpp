#include <array>
#include <string>
#include <vector>

#include "graph/terms/config_schema.h"
#include "tests/fuzz/target.h"
#include "tests/support/test_catalog.h"
#include "tosca/reader.h"
#include "tosca/sol001/config.h"
#include "tosca/sol001/editor_schema.h"
#include "tosca/text/value.h"

namespace unf::tosca {
namespace {

using Texts = std::vector<std::string>;

const Catalog& catalog() {
  static const auto kCatalog = testing_support::test_catalog();
  return kCatalog;
}

/// A VNFD of our profile, right or nearly, as the bytes of an input choose. No bytes left: the first choice.
class Writer {
 public:
  explicit Writer(std::string_view choices) : choices_(choices) {
    for (const auto& [type, entry] : catalog().entries()) {
      if (type != "NicIngress" && type != "NicEgress") types_.push_back(&entry);
    }
  }

  std::string write() {
    std::string nodes, ports;
    const auto count = 1 + below(5);
    for (std::size_t i = 0; i < count; ++i) nodes += node(i, count);
    nodes += fmt::format("    in: {{ type: unf.nodes.NicIngress, requirements: [ {{ out: {} }} ] }}\n",
                         one({"n0", "out", "in", "lost"}));
    nodes += fmt::format("    out: {{ type: {} }}\n", one({"unf.nodes.NicEgress", "unf.nodes.NicIngress"}));
    ports = fmt::format("left: {}, right: {}", port("in"), port("out"));
    std::string text = "tosca_definitions_version: tosca_simple_yaml_1_3\n";
    text += one(
        {"",
         "node_types: { example.Mine: { derived_from: unf.nodes.CountUrl, properties: { top: { default: 3 } } } }\n",
         "node_types: { example.Mine: { derived_from: example.Mine } }\n", "metadata: { template_name: some }\n"});
    text += fmt::format("topology_template:\n  inputs: {{ count: {{ default: {} }}, none: {{}} }}\n", value());
    text += fmt::format("  substitution_mappings: {{ node_type: example.Vnf, requirements: {{ {} }} }}\n", ports);
    text += "  node_templates:\n" + nodes;
    if (const auto policies = below(6); policies != 0) {
      text += "  policies:\n";
      for (std::size_t i = 0; i < policies; ++i) text += policy(i);
    }
    return text;
  }

 private:
  std::size_t below(std::size_t end) {
    if (choices_.empty()) return 0;
    const auto choice = static_cast<unsigned char>(choices_.front());
    choices_.remove_prefix(1);
    return choice % end;
  }
  std::string one(const Texts& of) { return of[below(of.size())]; }

  std::string value(int depth = 0) {
    static const Texts kValues{"1",
                               "3",
                               "''",
                               "0",
                               "-1",
                               "x",
                               "abc",
                               "'7'",
                               "true",
                               "0.5",
                               "1e999",
                               "65536",
                               "9223372036854775808",
                               "r.rules",
                               "../r.rules",
                               "/etc/x",
                               "fast",
                               "~",
                               "\"\\n\"",
                               "{ get_input: count }",
                               "{ get_input: none }",
                               "{ get_property: [ SELF, top ] }",
                               "{ concat: [ a, { get_input: count } ] }",
                               "[ r.rules, r.rules ]"};
    const auto choice = below(kValues.size() + 2);
    if (choice < kValues.size() || depth == 3) return kValues[choice % kValues.size()];
    const bool list = choice == kValues.size();
    std::string text = list ? "[ " : "{ ";
    const auto count = below(4);
    for (std::size_t i = 0; i < count; ++i) {
      text += i > 0 ? ", " : "";
      text += list ? value(depth + 1)
                   : fmt::format("{}: {}",
                                 one({"rate", "k", "get_input", "get_property"}) + (i > 0 ? std::to_string(i) : ""),
                                 value(depth + 1));
    }
    return text + (list ? " ]" : " }");
  }

  std::string node(std::size_t number, std::size_t count) {
    const auto& entry = *types_[below(types_.size())];
    const auto& descriptor = entry.descriptor;
    std::string properties, gates;
    const auto schema = entry.config_schema.value("properties", nlohmann::json::object());
    for (const auto& [name, property] : schema.items()) {
      if (below(2) == 0 && name != "rules") continue;
      const auto given =
          property.value("format", "") == "unf-artifact" && below(4) != 0 ? std::string{"r.rules"} : value();
      properties += fmt::format("{}{}: {}", properties.empty() ? "" : ", ", name, given);
    }
    if (below(8) == 1)
      properties += fmt::format("{}{}: {}", properties.empty() ? "" : ", ", one({"name", "description"}), value());
    if (below(16) == 1) properties += fmt::format("{}other: 1", properties.empty() ? "" : ", ");
    for (std::size_t gate = 1; gate < descriptor.gates.size(); ++gate) {
      if (gate > 1 && below(2) == 0) continue;
      const auto name =
          below(16) == 1 ? one({"drop", "gate", "dependency", "out"}) : std::string{descriptor.gates[gate]};
      const auto target = below(16) == 1       ? one({"n0", "in", "lost", "''"})
                          : number + 1 < count ? fmt::format("n{}", number + 1)
                                               : std::string{"out"};
      gates += fmt::format("{}{{ {}: {} }}", gates.empty() ? "" : ", ", name,
                           below(4) == 1 ? "{ node: " + target + " }" : target);
    }
    const auto type = below(16) == 1
                          ? one({"example.Mine", "unf.nodes.MicroNF", "unf.nodes.No", "tosca.nodes.nfv.VduCp"})
                          : fmt::format("unf.nodes.{}", descriptor.type);
    return fmt::format("    n{}: {{ type: {}, properties: {{ {} }}, requirements: [ {} ] }}\n", number, type,
                       properties, gates);
  }

  std::string port(const std::string& node) {
    return one({"[ " + node + ", virtual_link ]", node, "[ " + node + " ]", "[]", "~", "[ in, virtual_link ]",
                "[ n0, virtual_link ]", "{ a: b }"});
  }

  std::string policy(std::size_t number) {
    static const Texts kInstances{"{ number_of_instances: 1 }",  "{ number_of_instances: 2 }",
                                  "{ number_of_instances: 0 }",  "{}",
                                  "{ number_of_instances: -1 }", "{ number_of_instances: 4096 }"};
    const auto aspect = one({"a", "b"});
    static constexpr std::array kTypes{
        "ScalingAspects",         "VduScalingAspectDeltas", "VduInitialDelta",  "InstantiationLevels",
        "VduInstantiationLevels", "AffinityRule",           "AntiAffinityRule", "Other"};
    const std::string type = kTypes[below(kTypes.size())];
    std::string properties;
    if (type == "ScalingAspects")
      properties = fmt::format("aspects: {{ {}: {{ max_scale_level: {}, step_deltas: [ {} ] }} }}", aspect,
                               one({"2", "0", "1024", "9999", "x"}), one({"d", "", "e, d", "[]"}));
    else if (type == "VduScalingAspectDeltas")
      properties = fmt::format("aspect: {}, deltas: {{ d: {}, e: {} }}", aspect, one(kInstances), one(kInstances));
    else if (type == "VduInitialDelta")
      properties = fmt::format("initial_delta: {}", one(kInstances));
    else if (type == "InstantiationLevels")
      properties =
          fmt::format("levels: {{ s: {{ scale_info: {{ {}: {{ scale_level: {} }} }} }}, l: {} }}, default_level: {}",
                      aspect, one({"1", "2", "-1", "x"}), one({"{}", "~", "[]"}), one({"s", "l", "m", "~"}));
    else if (type == "VduInstantiationLevels")
      properties = fmt::format("levels: {{ s: {}, l: {} }}", one(kInstances), one(kInstances));
    else if (type.ends_with("AffinityRule"))
      properties = fmt::format("scope: {}", one({"nfvi_node", "zone", "host", "~"}));
    else
      properties = fmt::format("protocol: {}", value());
    return fmt::format("    - p{}: {{ type: tosca.policies.nfv.{}, targets: [ {} ], properties: {{ {} }} }}\n", number,
                       type, one({"n0", "n0, n1", "", "lost", "in, out"}), properties);
  }

  std::string_view choices_;
  std::vector<const Catalog::Entry*> types_;
};

/// As an editor sees a document.
nlohmann::json to_json(const Value& value) {
  if (value.is_null()) return nullptr;
  if (value.is_scalar()) {
    Problems problems;
    return to_config(value, nlohmann::json::object(), "", problems).value_or(nullptr);
  }
  auto result = value.is_list() ? nlohmann::json::array() : nlohmann::json::object();
  for (const auto& item : value.items) result.push_back(to_json(*item));
  for (const auto& [key, member] : value.members) result[key->text] = to_json(*member);
  return result;
}

void check(const std::string& text) {
  static const graph::ConfigSchema schema{editor_schema(catalog())};
  const FileSet files{.paths = {"v.yaml"}, .files = {{"v.yaml", text}, {"r.rules", "allow any any any any any\n"}}};
  Problems problems;
  const auto tree = parse_yaml("v.yaml", text, problems);
  fuzz::expect(tree != nullptr || !problems.empty(), "what is no document has a problem");
  const auto validation = validate(files, catalog());
  if (!fuzz::one_in(4, text)) return;  // what follows is the same work again, and an editor's view of it
  const auto service = read_service(files, catalog());
  fuzz::expect(service.has_value() == validation.valid(), "a VNFD alone is valid if it can be read");
  if (!service) {
    fuzz::expect(service.error().message == validation.text,
                 "what is wrong with a VNFD alone is said in the same words");
    return;
  }
  const auto violations = schema.violations(to_json(*tree));
  fuzz::expect(violations.empty(),
               fmt::format("what can be read, editors take: {}{}", text, fmt::join(violations, "\n")).c_str());
}

}  // namespace
}  // namespace unf::tosca

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unf::tosca::check(unf::tosca::Writer{unf::fuzz::text_of(data, size)}.write());
  return 0;
}
