#include "graph/model/catalog.h"

#include <deque>

#include "graph/model/json_reader.h"

namespace unf {
namespace {

constexpr std::array<std::string_view, 3> kEmits{"none", "clone", "new"};
constexpr std::array<std::string_view, 6> kStateClasses{"none", "config", "accumulator", "keyed", "ordered", "global"};
constexpr std::array<std::string_view, 3> kReplays{"safe", "marked", "batch_at_risk"};

/// The strings that the descriptors of a parsed catalogue borrow.
class Texts {
 public:
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

 private:
  std::deque<std::string> texts_;
};

Names read_names(const JsonReader& json, Texts& texts) {
  Names names;
  json.each([&](const JsonReader& name) {
    if (names.size() == Names::kCapacity) return name.problem("more than {} names", Names::kCapacity);
    names.push_back(texts.keep(name.string()));
  });
  return names;
}

Names read_gates(const JsonReader& json, Texts& texts) {
  const auto gates = read_names(json, texts);
  if (gates.empty() || gates[0] != "drop") json.problem("the first gate must be 'drop'");
  for (std::size_t i = 1; i < gates.size(); ++i) {
    if (*gates.index_of(gates[i]) != i) json.problem("gate '{}' twice", gates[i]);
  }
  return gates;
}

template <typename Set>
Set read_set(const JsonReader& json, const char* what) {
  Set set;
  json.each([&](const JsonReader& element) {
    const auto name = element.string();
    if (const auto e = Set::parse(name)) {
      set.insert(*e);
    } else {
      element.problem("no {} is called '{}'", what, name);
    }
  });
  return set;
}

template <typename Set>
nlohmann::json set_json(const Set& set) {
  auto json = nlohmann::json::array();
  set.each([&](auto e) { json.push_back(Set::name(e)); });
  return json;
}

nlohmann::json names_json(const Names& names) { return std::vector<std::string>(names.begin(), names.end()); }

Catalog::Entry read_entry(const JsonReader& json, Texts& texts) {
  Catalog::Entry entry;
  auto& d = entry.descriptor;
  const auto optional = [&](const char* name, auto read) {
    if (json.has(name)) read(json.member(name));
  };
  d.type = texts.keep(json.member("type").string());
  d.gates = read_gates(json.member("gates"), texts);
  d.reads = read_set<FieldSet>(json.member("reads"), "field");
  d.writes = read_set<FieldSet>(json.member("writes"), "field");
  d.state = json.member("state").member("class").one_of<StateClass>(kStateClasses);
  optional("version", [&](const JsonReader& v) { d.version = texts.keep(v.string()); });
  optional("drops", [&](const JsonReader& v) { d.drops = v.boolean(); });
  optional("emits", [&](const JsonReader& v) { d.emits = v.one_of<Emits>(kEmits); });
  optional("requires", [&](const JsonReader& v) { d.requires_facts = read_set<FactSet>(v, "fact"); });
  optional("establishes", [&](const JsonReader& v) { d.establishes = read_set<FactSet>(v, "fact"); });
  optional("preserves", [&](const JsonReader& v) { d.preserves = read_set<FactSet>(v, "fact"); });
  optional("only_checks", [&](const JsonReader& v) { d.only_checks = v.boolean(); });
  optional("deterministic", [&](const JsonReader& v) { d.deterministic = v.boolean(); });
  optional("replay", [&](const JsonReader& v) { d.replay = v.one_of<Replay>(kReplays); });
  optional("deferrable", [&](const JsonReader& v) { d.deferrable = v.boolean(); });
  optional("nominal_cycles", [&](const JsonReader& v) { d.nominal_cycles = v.number<std::uint32_t>(); });
  optional("counters", [&](const JsonReader& v) { d.counters = read_names(v, texts); });
  optional("config", [&](const JsonReader& v) { d.config = v.is_object() ? texts.keep(v.value().dump()) : d.config; });
  entry.config_schema = nlohmann::json::parse(d.config);
  return entry;
}

// The paper's layer-level form (IV-D.1), lifted to fields.

using F = Field;
constexpr auto kL2 = fields(F::eth_dst, F::eth_src, F::eth_type, F::eth_vlan);
constexpr auto kL3 = fields(F::ip_version, F::ip_ihl, F::ip_dscp, F::ip_len, F::ip_id, F::ip_frag, F::ip_ttl,
                            F::ip_proto, F::ip_checksum, F::ip_src, F::ip_dst, F::ip_options);
constexpr auto kL4 = fields(F::l4_sport, F::l4_dport, F::l4_checksum, F::tcp_seq, F::tcp_ack, F::tcp_flags,
                            F::tcp_window, F::tcp_options);
constexpr auto kPayload = fields(F::payload_len, F::payload_bytes);
constexpr auto kToFindL3 = fields(F::eth_type, F::eth_vlan, F::ip_version);
constexpr auto kToFindL4 = kToFindL3 | fields(F::ip_ihl, F::ip_proto, F::ip_frag, F::ip_len);

struct Layer {
  const char* key;
  FieldSet fields;
  FieldSet to_find;       ///< read on the way to it
  FieldSet also_written;  ///< by who writes it
};
constexpr std::array kLayers{
    Layer{"L2Header", kL2, {}, {}},
    Layer{"L3Header", kL3, kToFindL3, fields(F::l4_checksum)},  // its pseudo header has the addresses
    Layer{"L4Header", kL4, kToFindL4, {}},
    Layer{"Payload", kPayload, kToFindL4 | fields(F::l4_sport, F::l4_dport, F::tcp_options),
          fields(F::ip_len, F::ip_checksum, F::l4_checksum)},
};

Catalog::Entry read_layered_entry(const JsonReader& json, Texts& texts) {
  enum class Action { nop, read_only, read_write };
  constexpr std::array<std::string_view, 3> kActions{"NOP", "ReadOnly", "ReadWrite"};
  enum class Answer { no, yes };
  constexpr std::array<std::string_view, 2> kAnswers{"No", "Yes"};

  Catalog::Entry entry;
  auto& d = entry.descriptor;
  d.type = texts.keep(json.member("PacketProcessorClass").string());
  d.gates = json.has("Gates") ? read_gates(json.member("Gates"), texts) : Names{"drop", "out"};
  const bool stateful = !json.has("Stateful") || json.member("Stateful").one_of<Answer>(kAnswers) == Answer::yes;
  d.state = stateful ? StateClass::ordered : StateClass::none;
  for (const auto& layer : kLayers) {
    const auto action = json.has(layer.key) ? json.member(layer.key).one_of<Action>(kActions) : Action::nop;
    if (action == Action::nop) continue;
    d.reads = d.reads | layer.fields | layer.to_find;
    if (action == Action::read_write) d.writes = d.writes | layer.fields | layer.also_written;
  }
  if (d.writes.empty()) d.preserves = FactSet::all();
  d.replay = d.writes.empty() ? Replay::safe : Replay::marked;
  d.config = "{}";  // the form does not say what is valid
  entry.config_schema = nlohmann::json::object();
  return entry;
}

}  // namespace

Catalog::Catalog(std::span<const UnfDescriptor> descriptors) {
  auto entries = std::make_shared<std::map<std::string, Entry, std::less<>>>();
  for (const auto& d : descriptors) {
    entries->insert_or_assign(std::string{d.type}, Entry{d, nlohmann::json::parse(d.config)});
  }
  entries_ = std::move(entries);
}

Result<Catalog> Catalog::parse(std::string_view json_text) {
  const auto json = nlohmann::json::parse(json_text, nullptr, false);
  if (json.is_discarded()) return fail(Errc::malformed, "the catalogue is not JSON");

  auto texts = std::make_shared<Texts>();
  auto entries = std::make_shared<std::map<std::string, Entry, std::less<>>>();
  JsonReader::Problems problems;
  JsonReader{json, "", problems}.each([&](const JsonReader& element) {
    auto entry =
        element.has("PacketProcessorClass") ? read_layered_entry(element, *texts) : read_entry(element, *texts);
    const std::string type{entry.descriptor.type};
    if (!entries->emplace(type, std::move(entry)).second) element.problem("type '{}' twice", type);
  });

  Catalog catalog;
  catalog.text_ = std::move(texts);
  catalog.entries_ = std::move(entries);
  return unless(problems, std::move(catalog));
}

Catalog Catalog::with(const Catalog& others) const {
  auto entries = std::make_shared<std::map<std::string, Entry, std::less<>>>(*entries_);
  entries->insert(others.entries_->begin(), others.entries_->end());
  Catalog both;
  both.text_ =
      std::make_shared<const std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>>(text_, others.text_);
  both.entries_ = std::move(entries);
  return both;
}

const Catalog::Entry* Catalog::find(std::string_view type) const {
  const auto at = entries_->find(type);
  return at == entries_->end() ? nullptr : &at->second;
}

nlohmann::json to_json(const UnfDescriptor& d) {
  nlohmann::json json{{"type", d.type},
                      {"version", d.version},
                      {"gates", names_json(d.gates)},
                      {"reads", set_json(d.reads)},
                      {"writes", set_json(d.writes)},
                      {"drops", d.drops},
                      {"emits", kEmits[static_cast<std::size_t>(d.emits)]},
                      {"state", {{"class", kStateClasses[static_cast<std::size_t>(d.state)]}}},
                      {"requires", set_json(d.requires_facts)},
                      {"establishes", set_json(d.establishes)},
                      {"preserves", set_json(d.preserves)},
                      {"deterministic", d.deterministic},
                      {"replay", kReplays[static_cast<std::size_t>(d.replay)]},
                      {"nominal_cycles", d.nominal_cycles},
                      {"config", nlohmann::json::parse(d.config)},
                      {"counters", names_json(d.counters)}};
  if (d.only_checks) json["only_checks"] = true;
  if (d.deferrable) json["deferrable"] = true;
  return json;
}

nlohmann::json to_json(const Catalog& catalog) {
  auto json = nlohmann::json::array();
  for (const auto& [type, entry] : catalog.entries()) json.push_back(to_json(entry.descriptor));
  return json;
}

}  // namespace unf
