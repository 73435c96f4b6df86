#pragma once

#include <array>
#include <string>

#include "graph/model/service_request_json.h"
#include "tests/fuzz/service.h"
#include "tests/fuzz/target.h"
#include "tests/support/test_catalog.h"
#include "tosca/reader.h"
#include "tosca/sfc_yang/sfc_model.h"
#include "tosca/sfc_yang/yang_value.h"

namespace unf::fuzz {

/// What has to hold of the data trees of a text, by themselves.
inline void check_yang_data(const std::string& text, tosca::SfcFormat format) {
  using namespace tosca;
  Problems problems, read_problems, warnings;
  const auto valid = validate_sfc("f", text, format, problems);
  expect(valid == problems.empty(), "what is refused has a problem");
  for (const auto& problem : problems.all()) {
    expect(!problem.message.empty() && problem.at.file == "f" && problem.at.line >= 0, "a problem says what and where");
    expect(problem.message.find('\n') == std::string::npos, "a problem is one line");
  }
  const std::array texts{SfcText{"f", text, format}};
  const auto strict = read_sfc(texts, true, read_problems, warnings);
  expect(strict.has_value() == valid, "what is valid can be read");
  Problems tolerant_problems;
  const auto tolerant = read_sfc(texts, false, tolerant_problems, warnings);
  expect(tolerant.has_value() == tolerant_problems.empty(), "what cannot be read has a problem");
  expect(tolerant.has_value() || !valid, "OpenDaylight's dialect takes nothing away");
  if (!tolerant) return;
  const auto written = to_json_text(*tolerant->data);
  Problems again_problems;
  const std::array again_texts{SfcText{"f", written, SfcFormat::json}};
  const auto again = read_sfc(again_texts, !tolerant->opendaylight, again_problems, warnings);
  if (!tolerant->opendaylight) {
    expect(again.has_value(), "what was read is valid as it is written");
    expect(to_json_text(*again->data) == written, "and is the same");
  }
}

/// What has to hold of any text that is read as service chains.
inline void check_yang_document(const std::string& text, tosca::SfcFormat format) {
  using namespace tosca;
  static const auto catalog = testing_support::test_catalog();
  static const ImageMap images{.pass_unmapped = true};
  const std::string file = format == SfcFormat::xml ? "f.xml" : "f.json";
  const FileSet files{.paths = {file}, .files = {{file, text}}};
  const auto service = read_service(files, catalog, images);
  if (service) {
    check_paths(*service);
    for (const auto& path : service->paths) expect(!path.hops.empty(), "a path goes through VNFs");
  } else {
    expect(service.error().code == Errc::malformed && service.error().message.starts_with(file),
           "what is wrong is malformed, and says where");
  }
  if (!one_in(8, text)) return;  // what follows reads six times
  expect(validate(files, catalog, images).valid() == service.has_value(), "what is valid can be deployed");
  const auto again = read_service(files, catalog, images);
  expect(service ? again && to_json(*again) == to_json(*service) : !again, "reading is deterministic");
  check_yang_data(text, format);
}

}  // namespace unf::fuzz
