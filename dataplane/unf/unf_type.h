#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "dataplane/net/packet.h"
#include "dataplane/unf/memory.h"
#include "graph/model/artifacts.h"
#include "graph/model/descriptor.h"
#include "graph/model/result.h"

namespace unf::dataplane {

inline constexpr std::size_t kBurst = 32;             ///< packets a runner takes at a time
inline constexpr std::size_t kMaxBurst = 2 * kBurst;  ///< with those that uNFs emit on the way

/// What a uNF may ask of the runner while it works on a burst. Counts take effect once the burst is committed.
class Context {
 public:
  /// TSC at the start of the burst.
  [[nodiscard]] std::uint64_t now() const noexcept { return now_; }

  /// A fresh packet of `length` bytes, on the path and from the ingress NIC of `cause`, contents undefined; it leaves
  /// by `gate` of the calling uNF, behind `cause`. nullptr: none to be had, or `length` does not fit.
  [[nodiscard]] Packet* emit(Packet& cause, Gate gate, std::uint32_t length) noexcept {
    return emit_(*this, cause, gate, length);
  }

  /// Adds one to the descriptor's named counter `index`, because of `packet`. For a packet at most once, but for uNFs
  /// that emit: those are never in a parallel stage.
  void count(const Packet& packet, std::size_t index) noexcept {
    if (counts_ != nullptr)
      ++counts_[index];
    else
      count_(*this, packet, index);
  }

 protected:
  using EmitFunction = Packet* (*)(Context&, Packet& cause, Gate gate, std::uint32_t length) noexcept;
  using CountFunction = void (*)(Context&, const Packet& packet, std::size_t index) noexcept;
  explicit Context(EmitFunction emits, CountFunction counts = nullptr) noexcept : emit_(emits), count_(counts) {}

  std::uint64_t now_ = 0;
  std::uint64_t* counts_ = nullptr;  ///< of the uNF that is running; nullptr: the function is told

 private:
  EmitFunction emit_;
  CountFunction count_;
};

/// The mask of the first `n` packets of a burst, at most kMaxBurst.
[[nodiscard]] constexpr std::uint64_t first_bits(std::size_t n) noexcept {
  static_assert(kMaxBurst == 64);
  return n == kMaxBurst ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1;
}

/// The packets of a burst that one uNF shall work on: those whose bit is set in `mask`, lowest first. It writes the
/// gate of each to `gates`, at the packet's index, and touches nothing else there.
struct Burst {
  Packet* const* packets;
  Gate* gates;
  std::uint64_t mask;

  /// Calls `visit(index)` for each packet, in order.
  template <typename Visit>
  void each(Visit visit) const noexcept(noexcept(visit(std::size_t{}))) {
    if ((mask & (mask + 1)) == 0) {  // the first n: the common case
      const auto n = static_cast<std::size_t>(std::popcount(mask));
      for (std::size_t i = 0; i < n; ++i) visit(i);
    } else {
      for (auto left = mask; left != 0; left &= left - 1) visit(static_cast<std::size_t>(std::countr_zero(left)));
    }
  }
};

/// A uNF that runs. One thread calls it. It knows gates, and neither rings nor neighbours.
class Unf {
 public:
  Unf() = default;
  Unf(const Unf&) = delete;
  Unf& operator=(const Unf&) = delete;
  virtual ~Unf() = default;
  virtual void process(const Burst& burst, Context& context) noexcept = 0;
  /// Of a deferrable type: does to the state what process would have done, of packets that UnfType::look has left
  /// `findings` of, by their index. Neither the packets' bytes that it reads nor their order have changed.
  virtual void settle(const Burst& burst, const std::uint64_t* findings) noexcept {
    std::ignore = burst;
    std::ignore = findings;
  }
};

/// What a uNF is made from.
struct UnfSetup {
  const nlohmann::json& config;  ///< valid against its schema
  const Artifacts& artifacts;
  std::span<std::byte> state;  ///< of the size its type asked for; zero when new; outlives the process; 64-byte
                               ///< aligned; until the first packet a predecessor's may still come in its place
  void* shared = nullptr;      ///< what UnfType::build_shared made
};

/// A catalogue line: the descriptor and how to make one. The functions are called before traffic flows, never per
/// packet.
struct UnfType {
  UnfDescriptor descriptor;

  /// Makes the uNF. Errors: malformed, for rule files (`NAME:LINE: …`).
  Result<std::unique_ptr<Unf>> (*make)(const UnfSetup&);
  /// Of a deferrable type: the half of process that knows the packets alone. Writes gates, and a word a packet that
  /// Unf::settle gets, which another thread calls, later or never. nullptr: the type is not deferrable.
  void (*look)(const Burst& burst, Context& context, std::uint64_t* findings) noexcept = nullptr;
  /// Bytes of state that survive the process, kept by owner path. nullptr: none.
  std::size_t (*state_bytes)(const nlohmann::json& config) = nullptr;
  /// What the state says, for people (`vnfm show`). Called from any process that maps it, while packets flow.
  nlohmann::json (*report)(const nlohmann::json& config, std::span<const std::byte> state) = nullptr;
  /// Adds what `from` says to `state`, of the same type and any configuration: where uNFs become one, or one is
  /// replaced. Neither is in use. For states that are sums; nullptr: it is none, and is kept or copied as it is.
  void (*absorb)(std::span<std::byte> state, std::span<const std::byte> from) = nullptr;
  /// What costs time to make of the configuration, such as an ACL, for a successor to find it made: by the process that
  /// owns `memory`, on its shared heap, only used by others. Errors as for make; no_capacity.
  Result<void*> (*build_shared)(const nlohmann::json& config, const Artifacts&, Memory& memory) = nullptr;
  /// Frees what lies elsewhere than in `memory`. nullptr: all lies there.
  void (*free_shared)(void*) = nullptr;
};

namespace detail {
template <auto Process>
class Stateless final : public Unf {
 public:
  void process(const Burst& burst, Context& context) noexcept override {
    burst.each([&](std::size_t i) noexcept {
      if constexpr (std::is_invocable_v<decltype(Process), Frame>) {
        burst.gates[i] = Process(burst.packets[i]->frame());
      } else {
        burst.gates[i] = Process(*burst.packets[i], context);
      }
    });
  }
};

template <typename T>
class Stateful final : public Unf {
 public:
  explicit Stateful(T unf) : unf_(std::move(unf)) {}
  void process(const Burst& burst, Context& context) noexcept override {
    if constexpr (requires { unf_.process(burst, context); }) {
      unf_.process(burst, context);
    } else {
      burst.each([&](std::size_t i) noexcept { burst.gates[i] = unf_(*burst.packets[i], context); });
    }
  }
  void settle(const Burst& burst, const std::uint64_t* findings) noexcept override {
    if constexpr (T::kDescriptor.deferrable)
      burst.each([&](std::size_t i) noexcept { unf_.settle(*burst.packets[i], findings[i]); });
  }

 private:
  T unf_;
};
}  // namespace detail

/// The catalogue line of a uNF that is a function on one frame, or on one packet and the context.
template <auto Process>
[[nodiscard]] UnfType stateless(const UnfDescriptor& descriptor) {
  return {.descriptor = descriptor, .make = [](const UnfSetup&) -> Result<std::unique_ptr<Unf>> {
            return std::make_unique<detail::Stateless<Process>>();
          }};
}

/// The catalogue line of a uNF that is a class: `T::kDescriptor`, `static Result<T> T::make(const UnfSetup&)`,
/// `Gate T::operator()(Packet&, Context&) noexcept` or, to see whole bursts, `void T::process(const Burst&, Context&)
/// noexcept`; and, where it has them, the static functions `state_bytes`, `report`, `absorb`, `build_shared`,
/// `free_shared` of UnfType. A deferrable one also has `static Gate look(const Packet&, Context&, std::uint64_t&
/// finding) noexcept` and `void settle(const Packet&, std::uint64_t finding) noexcept`.
template <typename T>
[[nodiscard]] UnfType stateful() {
  UnfType type{.descriptor = T::kDescriptor, .make = [](const UnfSetup& setup) -> Result<std::unique_ptr<Unf>> {
                 return T::make(setup).map([](T unf) -> std::unique_ptr<Unf> {
                   return std::make_unique<detail::Stateful<T>>(std::move(unf));
                 });
               }};
  if constexpr (requires { &T::state_bytes; }) type.state_bytes = &T::state_bytes;
  if constexpr (T::kDescriptor.deferrable) {
    type.look = [](const Burst& burst, Context& context, std::uint64_t* findings) noexcept {
      burst.each([&](std::size_t i) noexcept { burst.gates[i] = T::look(*burst.packets[i], context, findings[i]); });
    };
  }
  if constexpr (requires { &T::report; }) type.report = &T::report;
  if constexpr (requires { &T::absorb; }) type.absorb = &T::absorb;
  if constexpr (requires { &T::build_shared; }) type.build_shared = &T::build_shared;
  if constexpr (requires { &T::free_shared; }) type.free_shared = &T::free_shared;
  return type;
}

}  // namespace unf::dataplane
