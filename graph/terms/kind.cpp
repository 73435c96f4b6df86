#include "graph/terms/kind.h"

namespace unf::graph {
namespace {

constexpr const char* kTable = "HeaderClassifier.table";  ///< a lookup, in an inventory's cycles
constexpr CyclesPerPacket kTableCycles{35};

CyclesPerPacket measured_or(CyclesPerPacket nominal, const std::string& what, const Host& host) {
  const auto measured = host.cycles.find(what);
  return measured == host.cycles.end() ? nominal : measured->second;
}

}  // namespace

CyclesPerPacket cost_of(const Catalog::Entry& type, const RuleTables* tables, const Host& host) {
  const auto once =
      measured_or(CyclesPerPacket{type.descriptor.nominal_cycles}, std::string{type.descriptor.type}, host);
  if (tables == nullptr) return once;
  return CyclesPerPacket{once.get() + (tables->list.size() - 1) * measured_or(kTableCycles, kTable, host).get()};
}

const Kind* Kinds::of(const std::string& type, const nlohmann::json& config) {
  auto& known = config.empty() ? plain_ : configured_;
  auto key = config.empty() ? type : type + config.dump();
  if (const auto at = known.find(key); at != known.end()) return at->second;
  const auto* entry = catalog_->find(type);
  if (entry == nullptr) return nullptr;
  std::shared_ptr<const RuleTables> tables;
  if (auto read = rule_tables(type, config, artifacts)) {
    tables = std::make_shared<const RuleTables>(std::move(*read));
  }
  auto kind = std::make_unique<Kind>(Kind{.type = type,
                                          .config = config,
                                          .descriptor = &entry->descriptor,
                                          .effects = effects_of(entry->descriptor, entry->config_schema, config),
                                          .cost = cost_of(*entry, tables.get(), *host_),
                                          .tables = tables});
  if (free_.empty()) {
    free_.push_back(kinds_.size());
    kinds_.emplace_back();
  }
  kind->index = free_.back();
  free_.pop_back();
  const auto index = kind->index;
  kinds_[index] = std::move(kind);
  return known.emplace(std::move(key), kinds_[index].get()).first->second;
}

void Kinds::keep_only(const std::set<const Kind*>& used) {
  const auto unused = [&](const auto& entry) { return !used.contains(entry.second); };
  std::erase_if(plain_, unused);
  std::erase_if(configured_, unused);
  Artifacts files;
  for (const auto* kind : used) add_files(kind->config, artifacts, files);
  artifacts = std::move(files);
  for (std::size_t index = 0; index < kinds_.size(); ++index) {
    if (kinds_[index] == nullptr || used.contains(kinds_[index].get())) continue;
    kinds_[index].reset();
    free_.push_back(index);
  }
}

void add_files(const nlohmann::json& config, const Artifacts& from, Artifacts& to) {
  for (const auto& value : config) {
    if (value.is_array()) add_files(value, from, to);
    const auto file = value.is_string() ? from.find(value.get_ref<const std::string&>()) : from.end();
    if (file != from.end()) to.insert(*file);
  }
}

}  // namespace unf::graph
