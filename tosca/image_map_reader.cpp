#include "tosca/image_map_reader.h"

#include <algorithm>

#include "tosca/load.h"
#include "tosca/reader.h"
#include "tosca/sol001/unf_config.h"

namespace unf::tosca {
namespace {

class ImageMapReader {
 public:
  ImageMapReader(const FileSet& files, const Catalog& catalog)
      : files_(files), catalog_(catalog), documents_(files, catalog, report_) {}

  Result<ImageMap> read() {
    const auto& path = files_.paths.front();
    const auto file = files_.files.find(path);
    if (file == files_.files.end()) return fail(Errc::malformed, "{}: expected one file, an image map", path);
    document_.file = file->first;
    document_.root = package_root(files_, path);
    document_.tree = parse_yaml(file->first, file->second, problems_);
    if (document_.tree != nullptr) read_images();
    if (!problems_.empty()) return fail(problems_.error());
    return std::move(map_);
  }

 private:
  void read_images() {
    report_unknown_keys(*document_.tree, {"images"}, "an image map", problems_);
    const auto* images = map_at(*document_.tree, "images", problems_);
    if (images == nullptr) {
      if (problems_.empty()) problems_.add(document_.tree->at(), "no `images`, expected a map of names of images");
      return;
    }
    for (const auto& [key, value] : images->members) {
      if (value->is_scalar() && value->text == "pass-through") {
        map_.images[key->text] = pass_through();
      } else if (value->is_map()) {
        read_image(*key, *value);
      } else {
        problems_.add(value->at(), "image `{}` is {}, expected `pass-through`, or a map with `type` or `template`",
                      key->text, value->describe());
      }
    }
  }

  void read_image(const Value& key, const Value& value) {
    report_unknown_keys(value, {"type", "config", "template", "points"}, fmt::format("image `{}`", key.text),
                        problems_);
    const auto* type = scalar_at(value, "type", problems_);
    const auto* file = scalar_at(value, "template", problems_);
    if ((type == nullptr) == (file == nullptr)) {
      problems_.add(key.at(), "image `{}` has {}, expected `type` or `template`", key.text,
                    type == nullptr ? "neither" : "both");
      return;
    }
    auto graph = type != nullptr ? of_type(key, *type, value) : of_file(*file);
    if (!graph) return;
    ImageTemplate image{std::move(*graph), {}};
    read_points(key, value, image);
    map_.images[key.text] = std::move(image);
  }

  /// nullopt: reported.
  std::optional<VnfTemplate> of_type(const Value& key, const Value& type, const Value& image) {
    std::string_view name = type.text;
    if (name.starts_with(kUnfPrefix)) name.remove_prefix(kUnfPrefix.size());
    const auto* entry = catalog_.find(name);
    if (entry == nullptr || name == "NicIngress" || name == "NicEgress") {
      std::vector<std::string_view> known;
      for (const auto& [one, ignored] : catalog_.entries()) known.push_back(one);
      problems_.add(type.at(), "type `{}` of image `{}` is no uNF of the catalogue{}", type.text, key.text,
                    problems_.suggest(name, known));
      return std::nullopt;
    }
    VnfTemplate::Node unf{.name = std::string{name}, .type = std::string{name}};
    unf.at = key.at();
    auto config =
        unf_config(documents_, document_, *entry, key.text, properties_in(image.find("config")), map_.artifacts);
    if (!config) return std::nullopt;
    unf.config = std::move(*config);
    const auto& gates = entry->descriptor.gates;
    return around(std::move(unf), {gates.begin() + 1, gates.end()});
  }

  std::optional<VnfTemplate> of_file(const Value& file) {
    const auto inside = resolve(document_.root, document_.file, file.text);
    if (!inside || !files_.files.contains(*inside)) {
      problems_.add(file.at(), "template `{}` is {}", file.text,
                    inside ? "absent, expected a VNFD beside the image map" : inside.error().message);
      return std::nullopt;
    }
    auto service = read_service({.paths = {*inside}, .files = files_.files}, catalog_);
    if (!service || service->vnfs.size() != 1) {
      problems_.add(file.at(), "template `{}`: {}", file.text,
                    service ? "expected a VNFD of one VNF" : service.error().message);
      return std::nullopt;
    }
    for (const auto& edge : service->vnfs.front().graph.edges) {
      const auto is_end = [](const auto& ports, const std::string& node) {
        return std::ranges::any_of(ports, [&](const auto& port) { return port.second == node; });
      };
      const auto& graph = service->vnfs.front().graph;
      if (is_end(graph.inputs, edge.from) && is_end(graph.outputs, edge.to)) {
        problems_.add(file.at(), "template `{}` leads packets from `{}` straight to `{}`, expected a uNF between them",
                      file.text, edge.from, edge.to);
        return std::nullopt;
      }
    }
    map_.artifacts.merge(service->artifacts);
    return std::move(service->vnfs.front().graph);
  }

  void read_points(const Value& key, const Value& value, ImageTemplate& image) {
    const auto& [inputs, outputs] = std::tie(image.graph.inputs, image.graph.outputs);
    const auto* points = map_at(value, "points", problems_);
    if (points == nullptr) {
      if (inputs.size() == 1 && outputs.size() == 1) return;
      problems_.add(key.at(),
                    "image `{}` has no `points`, but {} inputs and {} outputs, expected the connection point of each",
                    key.text, inputs.size(), outputs.size());
      return;
    }
    for (const auto& [port, point] : points->members) {
      if ((!inputs.contains(port->text) && !outputs.contains(port->text)) || !point->is_scalar()) {
        std::vector<std::string_view> known;
        for (const auto& [name, node] : inputs) known.push_back(name);
        for (const auto& [name, node] : outputs) known.push_back(name);
        problems_.add(port->at(), "point `{}` of image `{}`, expected {} and an order or name of a connection point",
                      port->text, key.text, one_of(known));
        continue;
      }
      image.points[port->text] = point->text;
    }
    for (const auto& [name, node] : inputs) {
      for (const auto& [other, other_node] : inputs) {
        if (name < other && image.points.contains(name) && image.points.contains(other) &&
            image.points[name] == image.points[other]) {
          problems_.add(points->at(),
                        "inputs `{}` and `{}` of image `{}` are one connection point, expected one for each", name,
                        other, key.text);
        }
      }
    }
  }

  const FileSet& files_;
  const Catalog& catalog_;
  Report report_;
  Problems& problems_ = report_.problems;
  Documents documents_;
  Document document_;
  ImageMap map_;
};

}  // namespace

Result<ImageMap> read_image_map(const FileSet& files, const Catalog& catalog) {
  return ImageMapReader{files, catalog}.read();
}

Result<ImageMap> load_image_map(const std::string& file, bool pass_unmapped, const Catalog& catalog) {
  auto images = file.empty() ? Result<ImageMap>{} : load(std::vector{file}).and_then([&](const FileSet& files) {
    return read_image_map(files, catalog);
  });
  if (images) images->pass_unmapped = pass_unmapped;
  return images;
}

}  // namespace unf::tosca
