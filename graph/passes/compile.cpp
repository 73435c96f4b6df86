#include "graph/passes/compile.h"

#include <set>

#include "graph/passes/emit.h"
#include "graph/passes/expand.h"
#include "graph/passes/fold.h"
#include "graph/passes/needs.h"
#include "graph/passes/optimise.h"
#include "graph/passes/place.h"
#include "graph/passes/rates.h"
#include "graph/passes/replicate.h"

namespace unf::graph {
namespace {

/// Collects lines of the report, each once: paths that share VNFs repeat each other.
class Report {
 public:
  void add(std::vector<Plan::ReportLine> lines) {
    for (auto& line : lines) {
      const bool first = seen_.emplace(line.rule, line.nodes, line.applied, line.reason).second;
      if (first) lines_.push_back(std::move(line));
    }
  }
  std::vector<Plan::ReportLine> take() { return std::move(lines_); }

 private:
  std::set<std::tuple<std::string, std::vector<NodeId>, bool, std::string>> seen_;
  std::vector<Plan::ReportLine> lines_;
};

}  // namespace

Result<Plan> compile(const ServiceRequest& request, const Catalog& catalog, const Inventory& inventory,
                     const CompileOptions& options) {
  if (options.parallelize == CompileOptions::Parallelize::on) {
    return fail(Errc::unsupported, "uNFs of a path run one after another; parallel stages cannot be asked for");
  }
  auto original = expand(request, catalog, inventory, options.host_before);
  if (!original) return fail(std::move(original.error()));
  const auto& host = *inventory.find_host((*original)[original->nodes().at(0)].host);
  Kinds kinds{catalog, host, original->artifacts};
  const Context context{catalog, inventory, kinds, *original, options.gate_shares, options.left_out};

  Report report;
  const auto asked_for = unfold(*original, context);
  Problems problems;
  check_needs(asked_for, context, problems);
  if (!problems.empty()) return fail(problems.error());
  set_rates(*original, asked_for);
  std::vector<PathGraph> paths;
  for (const auto& path : asked_for) {
    auto rewrite = splice(path, context);
    report.add(std::move(rewrite.report));
    if (options.consolidate) {
      rewrite = optimise(rewrite.graph, context);
      report.add(std::move(rewrite.report));
    }
    paths.push_back(std::move(rewrite.graph));
  }
  auto folded = fold(paths, context, options.consolidate);
  report.add(std::move(folded.report));
  auto graph = std::move(folded.graph);
  for (const Pass pass : {replicate, place}) {
    auto rewrite = pass(std::move(graph), context);
    if (!rewrite) return fail(std::move(rewrite.error()));
    graph = std::move(rewrite->graph);
    report.add(std::move(rewrite->report));
  }
  return emit(graph, *original, report.take(), options.default_action, context);
}

}  // namespace unf::graph
