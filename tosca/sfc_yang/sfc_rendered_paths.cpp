#include "tosca/sfc_yang/sfc_rendered_paths.h"

#include "tosca/sfc_yang/sfc_entries.h"

namespace unf::tosca {
namespace {

/// The path that was rendered, whose names then have that of the rendered path. nullptr: there is no such path, which
/// is reported.
SfcPath* add_rendered_name(SfcPaths& paths, const Value& rendered, bool reverse, Report& report) {
  const auto parent = sfc_leaf(rendered, "parent-service-function-path");
  auto name = sfc_leaf(rendered, "name");
  const auto path = paths.names.path(parent);
  if (!path) {
    report.problems.add(sfc_place(rendered, "parent-service-function-path"),
                        "rendered path `{}` is of path `{}`, which there is not{}", name, parent,
                        report.problems.suggest(parent, [&] { return paths.names.path_names(); }));
    return nullptr;
  }
  if (name.empty()) name = parent;
  report.map(rendered.at(), fmt::format("rendered path `{}`", name),
             fmt::format("{}path `{}`", reverse ? "the other direction of " : "", parent));
  paths.names.add_rendered_path(name, {*path, reverse});
  return &paths.paths[*path];
}

/// A request to render a path.
void add_request(SfcPaths& paths, const Value& request, Report& report) {
  auto* path = add_rendered_name(paths, request, false, report);
  if (path == nullptr) return;
  if (!path->symmetric && sfc_truth(request, "symmetric") == true) path->symmetric = true;
  if (auto name = sfc_leaf(request, "classifier"); !name.empty()) path->rendered_classifiers.push_back({name, false});
  if (auto name = sfc_leaf(request, "symmetric-classifier"); !name.empty())
    path->rendered_classifiers.push_back({name, true});
}

void add_rendered_path(SfcPaths& paths, const Value& rendered, Report& report) {
  const bool reverse = sfc_truth(rendered, "reverse-path") == true;
  auto* path = add_rendered_name(paths, rendered, reverse, report);
  if (path == nullptr) return;
  if (!path->symmetric && (reverse || rendered.find("symmetric-path-id") != nullptr)) path->symmetric = true;
  if (reverse) return;
  if (const auto* id = rendered.find("path-id"); id != nullptr && !path->id)
    path->id = paths.ids.take(*id, path->name, report.problems);
  if (!path->rendered_functions.empty()) return;
  for (const auto& hop : sfc_list_by_number(rendered, "rendered-service-path-hop", "hop-number"))
    path->rendered_functions.push_back(sfc_leaf(*hop, "service-function-name"));
}

}  // namespace

SfcPaths with_rendered_paths(SfcPaths paths, const SfcData& data, Report& report) {
  for (const auto& request : data.rendered_paths) add_request(paths, *request, report);
  for (const auto& rendered : sfc_entries(*data.data, kSfcRenderedPaths)) add_rendered_path(paths, *rendered, report);
  return paths;
}

}  // namespace unf::tosca
