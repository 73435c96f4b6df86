#pragma once

#include <memory>

#include "agent/wire/agent.h"

namespace apache::thrift {
class TProcessor;
}

namespace unf::agent {

/// The Thrift service in front of an agent, which must outlive it.
[[nodiscard]] std::shared_ptr<apache::thrift::TProcessor> make_agent_service(Agent& agent);

}  // namespace unf::agent
