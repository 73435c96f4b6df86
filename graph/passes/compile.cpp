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
#include "graph/passes/splice.h"
#include "graph/passes/stages.h"

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

Result<Rewrite> run(std::initializer_list<Pass> passes, UnfGraph graph, const Context& context) {
  Rewrite all{std::move(graph), {}};
  for (const auto pass : passes) {
    auto rewrite = pass(std::move(all.graph), context);
    if (!rewrite) return rewrite;
    all.graph = std::move(rewrite->graph);
    all.report.insert(all.report.end(), rewrite->report.begin(), rewrite->report.end());
  }
  return all;
}

}  // namespace

Result<Plan> compile(const ServiceRequest& request, const Catalog& catalog, const Inventory& inventory,
                     const CompileOptions& options) {
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
  if (options.parallelize == CompileOptions::Parallelize::on) {
    auto staged = run({parallelise, replicate, place}, folded.graph, context);
    if (staged) {
      report.add(std::move(staged->report));
      return emit(staged->graph, *original, report.take(), options.default_action, context);
    }
    report.add({{.rule = "R13", .applied = false, .reason = staged.error().message}});
  }
  auto placed = run({replicate, place}, std::move(folded.graph), context);
  if (!placed) return fail(std::move(placed.error()));
  report.add(std::move(placed->report));
  return emit(placed->graph, *original, report.take(), options.default_action, context);
}

}  // namespace unf::graph
