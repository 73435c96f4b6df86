#include "dataplane/catalog/catalog.h"

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

const UnfCatalog& builtin_unfs() {
  static const UnfCatalog catalog{{
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
  }};
  return catalog;
}

}  // namespace unf::dataplane
