#include "tosca/osm/vnfd_vdus.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "tosca/osm/vnfd_names.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxVduImages = 64;

/// Images and computes of SOL006, which VDUs refer to by name.
struct VduResources {
  std::map<std::string, const Value*> images, computes;
};

VduResources read_vdu_resources(const Value& vnfd, const std::string& of, YangReader& reader) {
  VduResources resources;
  for (const auto* image : reader.entries(vnfd, "sw-image-desc")) {
    const auto* id = reader.id(*image, fmt::format("an image of {}", of));
    if (id != nullptr) resources.images[id->text] = image;
  }
  for (const auto* compute : reader.entries(vnfd, "virtual-compute-desc")) {
    const auto* id = reader.id(*compute, fmt::format("a `virtual-compute-desc` of {}", of));
    if (id != nullptr) resources.computes[id->text] = compute;
  }
  return resources;
}

/// A size in GB as bytes. 0: it is none.
std::uint64_t gigabytes(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && number > 0 && number < 1e9 ? static_cast<std::uint64_t>(std::llround(number * 1e9))
                                                            : 0;
}

/// The names that an image map may know the images of a VDU by: their ids, and what their descriptions call them.
std::vector<std::string> images_of_vdu(const Value& value, const VduResources& resources, YangReader& reader) {
  std::vector<std::string> images;
  for (const auto* key : {"sw-image-desc", "alternative-sw-image-desc"}) {
    for (const auto* image : reader.texts(value, key)) {
      if (images.size() >= kMaxVduImages) break;
      images.push_back(image->text);
      const auto described = resources.images.find(image->text);
      if (described == resources.images.end()) continue;  // OSM takes the name of an image that is already there
      for (const auto* name : {"name", "image"}) {
        auto text = reader.text_at(*described->second, name);
        if (!text.empty() && std::ranges::find(images, text) == images.end()) images.push_back(std::move(text));
      }
    }
  }
  return images;
}

void read_compute(const VduResources& resources, const std::string& of, YangReader& reader, OsmVdu& described) {
  auto& vdu = described.vdu;
  const auto* named = reader.text(*described.value, "virtual-compute-desc");
  if (named == nullptr) return;
  const auto found = resources.computes.find(named->text);
  if (found == resources.computes.end()) {
    reader.problems().add(named->at(), "{} has the `virtual-compute-desc` `{}`, which {} does not have{}",
                          described.what, named->text, of,
                          reader.problems().suggest(named->text, [&] { return names_in(resources.computes); }));
    return;
  }
  const auto& compute = *found->second;
  for (const auto* capability : reader.entries(compute, "request-additional-capability")) {
    auto wanted = reader.text_at(*capability, "name");
    if (!wanted.empty()) vdu.capabilities.push_back(std::move(wanted));
  }
  const auto* cpu = YangReader::find(compute, "virtual-cpu");
  const auto* memory = YangReader::find(compute, "virtual-memory");
  if (cpu != nullptr) vdu.cpus = reader.count(*cpu, "num-virtual-cpu", 1, 65535, described.what).value_or(0);
  if (memory != nullptr) vdu.memory = gigabytes(reader.text_at(*memory, "size"));
}

void read_catalogue_machine(YangReader& reader, OsmVdu& described) {
  auto& vdu = described.vdu;
  if (auto image = reader.text_at(*described.value, "image"); !image.empty()) vdu.images.push_back(std::move(image));
  for (const auto* image : reader.entries(*described.value, "alternative-images")) {
    if (auto name = reader.text_at(*image, "image"); !name.empty()) vdu.images.push_back(std::move(name));
  }
  if (const auto* flavor = YangReader::find(*described.value, "vm-flavor")) {
    vdu.cpus = reader.count(*flavor, "vcpu-count", 0, 65535, described.what).value_or(0);
    vdu.memory = std::uint64_t{reader.count(*flavor, "memory-mb", 0, UINT32_MAX, described.what).value_or(0)} << 20U;
  }
}

/// Adds a VDU with its names. False: it has none of its own, which has been reported.
bool add_vdu(const Value& value, YangReader& reader, OsmVdus& vdus) {
  const auto* id = reader.id(value, fmt::format("a VDU of {}", vdus.of));
  if (id == nullptr) return false;
  if (!vdus.names.insert(id->text).second) {
    reader.problems().add(value.at(), "a second VDU `{}` in {}, expected another `id`", id->text, vdus.of);
    return false;
  }
  vdus.all.push_back({.vdu = {.name = id->text, .title = reader.text_at(value, "name"), .at = value.at()},
                      .value = &value,
                      .what = fmt::format("VDU `{}` of {}", id->text, vdus.of)});
  return true;
}

}  // namespace

OsmVdus read_vdus(const Value& vnfd, const std::string& of, OsmDialect dialect, YangReader& reader) {
  const auto resources = dialect == OsmDialect::sol006 ? read_vdu_resources(vnfd, of, reader) : VduResources{};
  OsmVdus vdus{.of = of};
  for (const auto* value : reader.entries(vnfd, "vdu")) {
    if (!add_vdu(*value, reader, vdus)) continue;
    auto& described = vdus.all.back();
    if (const auto* pdu = YangReader::find(*value, "pdu-type")) {
      vdus.refusals.push_back(
          {pdu->at(),
           fmt::format("{} is a physical device, which is not supported, expected one with an image", described.what)});
    }
    reader.check_keys(*value, vnfd_names(dialect).vdu_keys, described.what);
    reader.ignore(*value, vnfd_ignored::kOfVdu, described.what);
    reader.report().map(value->at(), fmt::format("machine of VDU `{}`", described.vdu.name), "",
                        "uNFs run in place of it, and are placed by what they take for a packet");
    if (dialect == OsmDialect::catalogue) {
      read_catalogue_machine(reader, described);
    } else {
      described.vdu.images = images_of_vdu(*value, resources, reader);
      read_compute(resources, of, reader, described);
    }
  }
  return vdus;
}

const Value* vdu_named_by(const Value& map, std::string_view key, const std::string& what, const OsmVdus& vdus,
                          YangReader& reader) {
  const auto* vdu = reader.id(map, what, key);
  if (vdu == nullptr || vdus.names.contains(vdu->text)) return vdu;
  reader.problems().add(vdu->at(), "{} is of VDU `{}`, which {} does not have{}", what, vdu->text, vdus.of,
                        reader.problems().suggest(vdu->text, [&] { return names_in(vdus.names); }));
  return nullptr;
}

}  // namespace unf::tosca
