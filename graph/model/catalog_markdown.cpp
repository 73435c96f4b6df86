#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "graph/model/catalog.h"

namespace unf {
namespace {

constexpr std::string_view kNothing = "–";

std::string cell(const std::vector<std::string>& parts, std::string_view between = ", ") {
  return parts.empty() ? std::string{kNothing} : fmt::format("{}", fmt::join(parts, between));
}

/// A name's stem, and the number behind it.
std::pair<std::string_view, std::optional<unsigned>> numbered(std::string_view name) {
  const auto stem = name.substr(0, name.find_last_not_of("0123456789") + 1);
  unsigned number = 0;
  const auto digits = name.substr(stem.size());
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{}) return {stem, std::nullopt};
  return {stem, number};
}

bool is_next(std::string_view a, std::string_view b) {
  const auto [stem, number] = numbered(a);
  const auto [stem_of_b, number_of_b] = numbered(b);
  return stem == stem_of_b && number && number_of_b && *number_of_b == *number + 1;
}

/// The gates behind `drop`; a run of numbered ones by its first and last.
std::string gates_cell(const Names& gates) {
  std::vector<std::string> parts;
  for (std::size_t i = 1; i < gates.size(); ++i) {
    auto last = i;
    while (last + 1 < gates.size() && is_next(gates[last], gates[last + 1])) ++last;
    parts.push_back(last > i + 1 ? fmt::format("`{}` ... `{}`", gates[i], gates[last]) : fmt::format("`{}`", gates[i]));
    if (last > i + 1) i = last;
  }
  return cell(parts);
}

/// Whether a property may be a list of files.
bool takes_list(const nlohmann::json& property) { return property.value("type", nlohmann::json()).is_array(); }

std::string property_text(const std::string& name, const nlohmann::json& property) {
  auto text = fmt::format("`{}`", name);
  if (property.contains("default")) text += fmt::format(" = {}", property["default"].dump());
  if (property.value("format", "") != "unf-artifact") return text;
  if (!takes_list(property)) return text + " (file)";
  return text +
         fmt::format(" (file, or a list of {} to {})", property.at("minItems").dump(), property.at("maxItems").dump());
}

std::string configuration_cell(const nlohmann::json& schema) {
  std::vector<std::string> parts;
  for (const auto& [name, property] : schema.at("properties").items()) parts.push_back(property_text(name, property));
  return cell(parts);
}

std::string counters_cell(const Names& counters) { return cell({counters.begin(), counters.end()}); }

std::string packets_cell(const UnfDescriptor& descriptor) {
  std::vector<std::string> parts;
  if (descriptor.drops) parts.emplace_back("drops");
  if (descriptor.emits != Emits::none) parts.emplace_back("emits");
  return cell(parts);
}

/// By header: `ip: src, dst; l4: dport`.
std::string fields_cell(const FieldSet& fields) {
  std::vector<std::pair<std::string, std::vector<std::string>>> headers;
  fields.each([&](Field field) {
    const auto name = FieldSet::name(field);
    const auto dot = name.find('.');
    const std::string header{name.substr(0, dot)};
    if (headers.empty() || headers.back().first != header) headers.emplace_back(header, std::vector<std::string>{});
    headers.back().second.emplace_back(name.substr(dot + 1));
  });
  std::vector<std::string> parts;
  for (const auto& [header, names] : headers) parts.push_back(fmt::format("{}: {}", header, fmt::join(names, ", ")));
  return cell(parts, "; ");
}

}  // namespace

std::string to_markdown(const Catalog& catalog) {
  std::string text =
      "| type | gates | configuration | drops, emits | counters |\n"
      "|---|---|---|---|---|\n";
  for (const auto& [type, entry] : catalog.entries()) {
    const auto& descriptor = entry.descriptor;
    text += fmt::format("| {} | {} | {} | {} | {} |\n", type, gates_cell(descriptor.gates),
                        configuration_cell(entry.config_schema), packets_cell(descriptor),
                        counters_cell(descriptor.counters));
  }
  text +=
      "\n| type | reads | writes | cycles |\n"
      "|---|---|---|---|\n";
  for (const auto& [type, entry] : catalog.entries()) {
    const auto& descriptor = entry.descriptor;
    text += fmt::format("| {} | {} | {} | {} |\n", type, fields_cell(descriptor.reads), fields_cell(descriptor.writes),
                        descriptor.nominal_cycles);
  }
  return text;
}

}  // namespace unf
