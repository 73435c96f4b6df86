#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tosca/sol001/document.h"

namespace unf::tosca {

/// Bitrates of a virtual link [bit/s]: in all, and of each connection point.
struct LinkBitrate {
  std::uint64_t root = 0;
  std::uint64_t leaf = 0;
};

/// An image of a VDU or of its storage: sw_image_data, or an artifact of type SwImage (SOL001 6.8.3, 5.4).
struct SoftwareImage {
  std::string id;  ///< the node template's that it is of
  std::string name, version, provider;
  std::string container_format, disk_format;
  std::string checksum_algorithm, checksum;
  std::uint64_t min_disk = 0, min_ram = 0, size = 0;  ///< [byte]
  std::string file;                                   ///< as the artifact names it; empty: none
  SourcePlace at;
};

/// What a VNFD says of its VNF in terms of machines (SOL001 6.8 to 6.11), evaluated. Values that are only known at
/// instantiation are empty.
struct VnfModel {
  struct Vdu {
    std::string name;                       ///< of the node template
    std::string title;                      ///< its property `name`
    std::string type;                       ///< empty: its description has no types
    std::vector<std::string> capabilities;  ///< requested additional ones, by name
    std::vector<std::string> images;        ///< names of them, also of its storage
    std::uint32_t cpus = 0;
    std::uint64_t memory = 0;  ///< [byte]
    std::optional<std::uint32_t> min_instances, max_instances;
    SourcePlace at;
  };
  struct ConnectionPoint {
    std::string name;
    std::string vdu;   ///< that it is bound to; empty: a VnfExtCp
    std::string link;  ///< internal virtual link; empty: none
    std::optional<std::uint32_t> order;
    std::string role, vnic_type;
    std::vector<std::string> external;  ///< requirements of the VNF that are mapped to it
    SourcePlace at;
  };
  struct VirtualLink {
    std::string name;
    std::string flow_pattern;
    std::vector<std::string> layer_protocols;
    LinkBitrate max, min;
    SourcePlace at;
  };
  struct Indicator {
    std::string name;
    std::string source;  ///< vnf, em, both_vnf_and_em
    SourcePlace at;
  };
  /// An operation of an interface that something implements.
  struct Hook {
    std::string interface, operation, implementation;
    SourcePlace at;
  };

  std::vector<Vdu> vdus;  ///< all lists in the order they were written
  std::vector<ConnectionPoint> points;
  std::vector<VirtualLink> links;
  std::vector<SoftwareImage> images;
  std::vector<Indicator> indicators;
  std::vector<Hook> hooks;
  std::map<std::string, std::map<std::string, LinkBitrate>> link_levels;  ///< instantiation level -> link -> bitrates
  /// aspect -> delta -> link -> what a step by it adds
  std::map<std::string, std::map<std::string, std::map<std::string, LinkBitrate>>> link_deltas;
};

/// Whether a key of an interface is no name of an operation (TOSCA 1.3, 3.7.5).
[[nodiscard]] bool is_interface_key(std::string_view key);

/// Reads it. Of what has the wrong form nothing is taken; check_types reports it.
[[nodiscard]] VnfModel read_vnf_model(Documents& documents, const Document& document);

}  // namespace unf::tosca
