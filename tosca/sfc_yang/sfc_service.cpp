#include "tosca/sfc_yang/sfc_service.h"

#include <utility>
#include <vector>

#include "tosca/chain/chain.h"
#include "tosca/sfc_yang/sfc_assembly.h"
#include "tosca/sfc_yang/sfc_choice.h"
#include "tosca/sfc_yang/sfc_classifiers.h"
#include "tosca/sfc_yang/sfc_functions.h"
#include "tosca/sfc_yang/sfc_leftovers.h"
#include "tosca/sfc_yang/sfc_model.h"
#include "tosca/sfc_yang/sfc_paths.h"
#include "tosca/sfc_yang/sfc_rendered_paths.h"
#include "tosca/text/json_value.h"

namespace unf::tosca {

bool is_sfc_text(std::string_view file, const std::string& text) {
  if (sfc_format(text) == SfcFormat::xml) return is_sfc_xml(text);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || text[first] != '{') return false;
  Problems ignored;
  const auto document = parse_json(file, text, ignored);
  return document != nullptr ? is_sfc_document(*document) : text.find("service-function") != std::string::npos;
}

ServiceRequest read_sfc_service(Documents& context, std::span<const ChainDocument> documents,
                                std::span<const Vnfd> others) {
  auto& report = context.report();
  const auto& problems = report.problems;
  std::vector<SfcText> texts;
  for (const auto& document : documents) texts.push_back({document.file, *document.text, sfc_format(*document.text)});
  const auto data = read_sfc(texts, false, report.problems, report.warnings);
  if (!data) return {};
  const auto& tree = *data->data;
  const SourcePlace begin{std::string{documents.front().file}, 1};
  if (data->opendaylight) {
    report.map(begin, "data of the SFC YANG modules",
               "what OpenDaylight's dialect says: names without modules, numbers and truths as texts");
  }

  const auto functions = read_sfc_functions(tree, report);
  auto paths = read_sfc_paths(tree, functions, begin, report);
  if (!problems.empty()) return {};
  paths = with_rendered_paths(std::move(paths), *data, report);
  paths = with_functions(std::move(paths), functions, report);
  if (!problems.empty()) return {};
  auto classification = read_sfc_classifiers(*data, paths, functions, report);
  if (!problems.empty()) return {};
  auto chain = assemble_sfc_chain(functions, paths, std::move(classification), others, context);
  report_sfc_leftovers(tree, functions, paths, report);
  if (!problems.empty()) return {};
  return service_of(std::move(chain), context.images(), report);
}

Result<void> check_strict_sfc(const FileSet& files) {
  std::vector<SfcText> texts;
  for (const auto& [file, text] : files.files) {
    if (is_document(file) && text.find("tosca_definitions_version") == std::string::npos && is_sfc_text(file, text))
      texts.push_back({file, text, sfc_format(text)});
  }
  Problems problems, warnings;
  if (texts.empty() || read_sfc(texts, true, problems, warnings)) return {};
  return fail(problems.error());
}

}  // namespace unf::tosca
