#pragma once

#include <rapidcheck.h>

#include <optional>
#include <span>

#include "dataplane/tables/classifier.h"
#include "tests/support/frames.h"

namespace unf::testing_support {

/// Whether a packet matches, by the words of Match's definition; slow, independent of the tables.
[[nodiscard]] bool naive_match(const Match& match, const dataplane::Packet& packet);
/// The first rule that takes the packet.
[[nodiscard]] std::optional<std::size_t> naive_first(std::span<const dataplane::ClassifierRule> rules,
                                                     const dataplane::Packet& packet);

/// Matches over a small world, so that rules overlap and packets hit them.
[[nodiscard]] rc::Gen<Match> matches();
/// Frames of that world: sound, fragmented, tagged, cut off, lying about their lengths, not IP.
[[nodiscard]] rc::Gen<Bytes> frames();
/// Sound frames of that world only.
[[nodiscard]] rc::Gen<Bytes> sound_frames();

}  // namespace unf::testing_support
