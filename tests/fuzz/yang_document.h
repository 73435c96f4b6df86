#pragma once

#include <algorithm>
#include <array>
#include <string>

#include "graph/model/service_request_json.h"
#include "tests/fuzz/target.h"
#include "tests/support/test_catalog.h"
#include "tosca/reader.h"
#include "tosca/yang/sfc_model.h"

namespace unf::fuzz {

/// What has to hold of any text that a service is read from.
inline void check_yang_service(const std::string& text, tosca::SfcFormat format) {
  using namespace tosca;
  static const auto catalog = testing_support::test_catalog();
  static const ImageMap images{.pass_unmapped = true};
  const std::string file = format == SfcFormat::xml ? "f.xml" : "f.json";
  const FileSet files{.paths = {file}, .files = {{file, text}}};
  const auto service = read_service(files, catalog, images);
  const auto validation = validate(files, catalog, images);
  expect(validation.valid() == service.has_value(), "what is valid can be deployed");
  if (!service) {
    expect(service.error().code == Errc::malformed && service.error().message.starts_with(file),
           "what is wrong is malformed, and says where");
    return;
  }
  const auto again = read_service(files, catalog, images);
  expect(again.has_value() && to_json(*again) == to_json(*service), "reading is deterministic");
  for (const auto& path : service->paths) {
    expect(!path.hops.empty(), "a path goes through VNFs");
    for (const auto& hop : path.hops)
      expect(std::ranges::find(service->vnfs, hop, &ServiceRequest::Vnf::name) != service->vnfs.end(),
             "a path goes through VNFs of the service");
    for (const auto& end : {path.in, path.out})
      expect(std::ranges::find(service->endpoints, end, &ServiceRequest::Endpoint::name) != service->endpoints.end(),
             "a path has its endpoints");
  }
}

/// What has to hold of any text that is read as service chains.
inline void check_yang_document(const std::string& text, tosca::SfcFormat format) {
  using namespace tosca;
  check_yang_service(text, format);
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

}  // namespace unf::fuzz
