#include "vnfm/wire/events.h"

#include "vnfm/wire/to_wire.h"

namespace unf::vnfm {
namespace {

/// Reads an entry that was put to a key with `prefix` of the tenant, and has `set` do so.
class Reader {
 public:
  Reader(const std::string& tenant, const Change& change) : tenant_(tenant), change_(change) {}

  template <typename Parse, typename Set>
  Result<void> read(std::string_view prefix, Parse parse, Set set) {
    const auto of_tenant = fmt::format("{}{}/", prefix, tenant_);
    if (!change_.key.starts_with(of_tenant)) return {};
    event.revision = change_.revision;
    is_event = true;
    if (!change_.entry) {
      event.__set_removed(change_.key.substr(of_tenant.size()));
      return {};
    }
    return parse(*change_.entry).map([&](const auto& record) { set(record); });
  }

  wire::Event event;
  bool is_event = false;

 private:
  const std::string& tenant_;
  const Change& change_;
};

Result<void> add(wire::Events& events, const std::string& tenant, const Change& change) {
  Reader reader{tenant, change};
  auto& event = reader.event;
  auto read = reader.read(kPackages, read_package, [&](const Package& it) { event.__set_vnf_package(to_wire(it)); });
  if (read) {
    read = reader.read(kServices, read_service, [&](const Service& it) { event.__set_instance(to_wire(it)); });
  }
  if (read) {
    read = reader.read(kOperations, read_operation, [&](const Operation& it) { event.__set_operation(to_wire(it)); });
  }
  if (read && reader.is_event) events.events.push_back(std::move(event));
  return read;
}

}  // namespace

Result<wire::Events> events_since(Store& store, const std::string& tenant, Revision since,
                                  std::chrono::milliseconds patience) {
  wire::Events events;
  events.cursor = since;
  if (since == 0) {
    return store.range("", 0, "").map([&](const Page& page) {
      events.cursor = page.revision + 1;
      return events;
    });
  }
  const auto watch = store.watch("", since);
  if (!watch) return fail(watch.error());
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (events.events.empty()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto changes = (*watch)->next(std::max(left, std::chrono::milliseconds{0}));
    if (!changes) return fail(changes.error());
    if (changes->empty()) break;
    for (const auto& change : *changes) {
      if (auto added = add(events, tenant, change); !added) return fail(added.error());
    }
    events.cursor = changes->back().revision + 1;
  }
  return events;
}

}  // namespace unf::vnfm
