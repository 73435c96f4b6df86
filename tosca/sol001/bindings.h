#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// What an operator says of what a description leaves open: values of inputs, networks of endpoints (docs/chains.md).
class Bindings {
 public:
  /// Whether a document says this, and nothing else: `{ inputs: { NAME: VALUE }, endpoints: { NAME: NETWORK } }`.
  [[nodiscard]] static bool is_document(const Value& tree);

  /// Takes what a document says. Reports what is no value or was said before.
  void add(const Value& tree, Problems& problems);

  /// Of the input `name`; nullptr: none was given.
  [[nodiscard]] ValuePtr input(std::string_view name) const;
  /// Reports inputs that are none of `known`.
  void check_inputs(const std::vector<std::string_view>& known, Problems& problems) const;

  /// Gives the endpoints of a service their networks.
  void bind(ServiceRequest& service, Report& report);
  /// Reports endpoints that no service had that was bound.
  void check_endpoints(Problems& problems) const;

 private:
  using Given = std::map<std::string, Value::Member, std::less<>>;

  static void take(const Value* given, Given& into, Problems& problems);
  static void report_unknown(const Given& given, std::string_view what, const std::vector<std::string_view>& known,
                             Problems& problems);

  Given inputs_;
  Given endpoints_;
  std::vector<std::string> bound_;  ///< names of endpoints that services have
};

}  // namespace unf::tosca
