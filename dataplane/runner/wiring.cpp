#include "dataplane/runner/wiring.h"

#include <algorithm>
#include <array>

#include "dataplane/ports/point_to_point.h"

namespace unf::dataplane {
namespace {

template <typename T>
std::uint64_t number(T* pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}
template <typename T>
T* pointer(const nlohmann::json& json) {
  return reinterpret_cast<T*>(json.get<std::uint64_t>());
}

void publish(SpscRing& ring, const RunnerBlock::Offered& offered) noexcept {
  if (offered.count != 0 && ring.tail() == offered.from) ring.set_tail(offered.from + offered.count);
}
void release(SpscRing& ring, std::uint32_t from, std::uint32_t count) noexcept {
  if (count != 0 && ring.head() == from) ring.set_head(from + count);
}

/// The ring of an input, or of a join behind those.
SpscRing& ring_of(const RunnerWiring& wiring, std::uint32_t input) noexcept {
  const auto inputs = wiring.inputs.size();
  return input < inputs ? *wiring.inputs[input] : wiring.joins[input - inputs]->order();
}

/// A member has published nothing but that it is done with a burst, so it was not. What it may have edited is lost.
std::uint32_t finish_member(const RunnerWiring::Membership& member_of, const RunnerBlock& block,
                            Replay replay) noexcept {
  auto& stage = *member_of.stage;
  if (block.taken == 0 || replay == Replay::safe || stage.done(member_of.member) != block.input_head) return 0;
  std::array<Verdict, kBurst> lost;
  lost.fill(Verdict::lost());
  stage.write(member_of.member, block.input_head, lost.data(), block.taken);
  stage.set_done(member_of.member, block.input_head + block.taken);
  return block.taken;
}

/// Forgets emitted packets that were never committed: they are still in the spare ring and will be handed out again.
void unlink_uncommitted(Packet& packet, std::span<Packet* const> still_spare) noexcept {
  for (Packet* at = &packet; at->next_emitted != nullptr;) {
    if (std::ranges::find(still_spare, at->next_emitted) == still_spare.end()) {
      at = at->next_emitted;
    } else {
      at->next_emitted = at->next_emitted->next_emitted;
    }
  }
}

}  // namespace

nlohmann::json to_json(const RunnerWiring& wiring) {
  nlohmann::json json{{"free", number(wiring.free)}, {"spare", number(wiring.spare)}, {"block", number(wiring.block)}};
  for (const auto* key : {"inputs", "joins", "outputs", "state", "shared"}) json[key] = nlohmann::json::array();
  for (auto* ring : wiring.inputs) json["inputs"].push_back(number(ring));
  for (auto* stage : wiring.joins) json["joins"].push_back(number(stage));
  for (auto* ring : wiring.outputs) json["outputs"].push_back(number(ring));
  json["member_of"] = {number(wiring.member_of.stage), wiring.member_of.member};
  for (const auto& state : wiring.state) json["state"].push_back({number(state.data()), state.size()});
  for (auto* shared : wiring.shared) json["shared"].push_back(number(shared));
  return json;
}

Result<RunnerWiring> wiring_from_json(const nlohmann::json& json) try {
  RunnerWiring wiring;
  for (const auto& at : json.at("inputs")) wiring.inputs.push_back(pointer<SpscRing>(at));
  for (const auto& at : json.at("joins")) wiring.joins.push_back(pointer<StageRing>(at));
  const auto& member_of = json.at("member_of");
  wiring.member_of = {pointer<StageRing>(member_of.at(0)), member_of.at(1).get<std::size_t>()};
  for (const auto& at : json.at("outputs")) wiring.outputs.push_back(pointer<SpscRing>(at));
  wiring.free = pointer<SpscRing>(json.at("free"));
  wiring.spare = pointer<SpscRing>(json.at("spare"));
  wiring.block = pointer<RunnerBlock>(json.at("block"));
  for (const auto& at : json.at("state")) {
    wiring.state.emplace_back(pointer<std::byte>(at.at(0)), at.at(1).get<std::size_t>());
  }
  for (const auto& at : json.at("shared")) wiring.shared.push_back(pointer<void>(at));
  return wiring;
} catch (const nlohmann::json::exception& e) {
  return fail(Errc::malformed, "wiring: {}", e.what());
}

std::uint32_t finish_for(const RunnerWiring& dead, Replay replay) noexcept {
  auto& block = *dead.block;
  std::uint32_t dropped = 0;
  if (dead.member_of.stage != nullptr) {
    dropped = finish_member(dead.member_of, block, replay);
  } else if (block.committed.load(std::memory_order_acquire) != 0) {
    for (std::size_t i = 0; i < dead.outputs.size(); ++i) publish(*dead.outputs[i], block.outputs[i]);
    publish(*dead.free, block.free);
    release(*dead.spare, block.spare.from, block.spare.count);
    release(ring_of(dead, block.input), block.input_head, block.taken);
  } else if (block.taken != 0 && replay != Replay::safe && ring_of(dead, block.input).head() == block.input_head) {
    std::array<Packet*, kMaxBurst> in_hand, spare;
    auto& input = ring_of(dead, block.input);
    dropped = block.taken;
    input.read(block.input_head, in_hand.data(), dropped);
    const auto spares = PointToPointIngress{*dead.spare}.peek(spare);
    for (std::uint32_t i = 0; i < dropped; ++i) unlink_uncommitted(*in_hand[i], std::span{spare}.first(spares));
    std::ignore = PointToPointEgress{*dead.free}.send(std::span{in_hand}.first(dropped));
    release(input, block.input_head, dropped);
  } else if (block.taken != 0 && ring_of(dead, block.input).head() == block.input_head) {
    std::array<Packet*, kBurst> in_hand;
    ring_of(dead, block.input).read(block.input_head, in_hand.data(), block.noted);
    for (std::uint32_t i = 0; i < block.noted; ++i) {
      in_hand[i]->edge = block.arrivals[i].edge;
      in_hand[i]->path = block.arrivals[i].path;
    }
  }
  block.taken = 0;
  block.committed.store(0, std::memory_order_release);
  return dropped;
}

}  // namespace unf::dataplane
