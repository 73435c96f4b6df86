#include "dataplane/catalog/catalog.h"

#include <algorithm>

#include "dataplane/unfs/alert.h"
#include "dataplane/unfs/check_ip_header.h"
#include "dataplane/unfs/count_url.h"
#include "dataplane/unfs/forward.h"
#include "dataplane/unfs/header_classifier.h"
#include "dataplane/unfs/header_rewriter.h"
#include "dataplane/unfs/http_classifier.h"
#include "dataplane/unfs/l3l4_filter.h"
#include "dataplane/unfs/mac_swapper.h"
#include "dataplane/unfs/nic.h"
#include "dataplane/unfs/packet_size_histogram.h"
#include "dataplane/unfs/tcp_reset.h"
#include "dataplane/unfs/ttl_decrementer.h"
#include "dataplane/unfs/validate_url.h"

namespace unf::dataplane {

const std::vector<UnfType>& builtin_unfs() {
  static const auto types = [] {
    std::vector<UnfType> all{
        stateful<Alert>(),
        stateless<check_ip_header::process>(check_ip_header::kDescriptor),
        stateful<CountUrl>(),
        stateless<forward::process>(forward::kDescriptor),
        stateful<HeaderClassifier>(),
        stateful<HeaderRewriter>(),
        stateless<http_classifier::process>(http_classifier::kDescriptor),
        stateful<L3L4Filter>(),
        stateless<mac_swapper::process>(mac_swapper::kDescriptor),
        stateless<nic_egress::process>(nic_egress::kDescriptor),
        stateless<nic_ingress::process>(nic_ingress::kDescriptor),
        stateful<PacketSizeHistogram>(),
        stateless<tcp_reset::process>(tcp_reset::kDescriptor),
        stateless<ttl_decrementer::process>(ttl_decrementer::kDescriptor),
        stateful<ValidateUrl>(),
    };
    std::sort(all.begin(), all.end(),
              [](const UnfType& a, const UnfType& b) { return a.descriptor.type < b.descriptor.type; });
    return all;
  }();
  return types;
}

const UnfType* find_unf(std::string_view type) {
  const auto& types = builtin_unfs();
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const UnfType& t) { return t.descriptor.type == type; });
  return found == types.end() ? nullptr : &*found;
}

const Catalog& linked_catalog() {
  static const auto descriptors = [] {
    std::vector<UnfDescriptor> all;
    for (const auto& type : builtin_unfs()) all.push_back(type.descriptor);
    return all;
  }();
  static const Catalog catalog{descriptors};
  return catalog;
}

}  // namespace unf::dataplane
