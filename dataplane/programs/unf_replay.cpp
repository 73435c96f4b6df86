#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "dataplane/catalog/catalog.h"
#include "dataplane/eal/eal.h"
#include "dataplane/io/capture.h"
#include "dataplane/replay/replay.h"

namespace unf::dataplane {
namespace {

/// `NIC=FILE`, or a file of the default NIC.
std::pair<NicName, std::string> nic_and_file(const std::string& word, const char* usual) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) return {NicName{usual}, word};
  return {NicName{word.substr(0, equals)}, word.substr(equals + 1)};
}

struct Input {
  NicName nic;
  CaptureReader reader;
  std::optional<CapturedFrame> next;
};

Result<nlohmann::json> run(const std::string& plan_file, bool original, const std::vector<std::string>& in,
                           const std::vector<std::string>& out) {
  std::ifstream file{plan_file};
  if (!file) return fail(Errc::unavailable, "{}: cannot be read", plan_file);
  std::ostringstream text;
  text << file.rdbuf();
  auto plan = parse_plan(text.str());
  if (!plan) return fail(plan.error().code, "{}: {}", plan_file, plan.error().message);
  if (original) plan = plan->as_original();

  if (auto started = start_private_eal(); !started) return fail(started.error());

  std::map<NicName, CaptureWriter> writers;
  for (const auto& word : out) {
    auto [nic, path] = nic_and_file(word, "out");
    auto writer = CaptureWriter::create(path);
    if (!writer) return fail(writer.error());
    writers.insert_or_assign(nic, std::move(*writer));
  }
  const auto planned = *plan;
  auto replay = Replay::make(builtin_unfs(), std::move(*plan),
                             [&](const NicName& nic, std::uint64_t time, std::span<const std::byte> frame) {
                               if (const auto writer = writers.find(nic); writer != writers.end())
                                 writer->second.write(time, frame);
                             });
  if (!replay) return fail(replay.error());

  std::vector<Input> inputs;
  for (const auto& word : in) {
    auto [nic, path] = nic_and_file(word, "in");
    if (!(*replay)->has_nic(nic)) return fail(Errc::not_found, "{}: the plan has no NIC {}", word, nic.get());
    auto reader = CaptureReader::open(path);
    if (!reader) return fail(reader.error());
    auto first = reader->next();
    if (!first) return fail(first.error());
    inputs.push_back({nic, std::move(*reader), std::move(*first)});
  }
  // In time-stamp order over all inputs, those named first going first.
  for (;;) {
    Input* earliest = nullptr;
    for (auto& input : inputs) {
      if (input.next && (earliest == nullptr || input.next->time_ns < earliest->next->time_ns)) earliest = &input;
    }
    if (earliest == nullptr) break;
    if (auto received = (*replay)->receive(earliest->nic, earliest->next->time_ns, earliest->next->bytes); !received) {
      return fail(received.error());
    }
    auto next = earliest->reader.next();
    if (!next) return fail(next.error());
    earliest->next = std::move(*next);
  }
  (*replay)->flush();
  for (auto& [nic, writer] : writers) {
    if (auto closed = writer.close(); !closed) return fail(closed.error());
  }
  auto json = to_json(planned, (*replay)->stats());
  json.update((*replay)->report());
  return json;
}

}  // namespace
}  // namespace unf::dataplane

int main(int argc, char** argv) {
  CLI::App app{
      "Runs a plan over capture files: the same uNFs, ports, Rx and Tx as on a host, without root or hugepages.",
      "unf-replay"};
  app.set_version_flag("--version", UNF_VERSION);
  std::string plan, graph = "planned";
  std::vector<std::string> in, out;
  app.add_option("PLAN", plan, "A plan, as `vnfm plan -o json` prints it")->required();
  app.add_option("--in", in, "A capture whose frames arrive at NIC (default `in`): [NIC=]FILE")->required();
  app.add_option("--out", out, "Where to write what leaves by NIC (default `out`): [NIC=]FILE");
  app.add_option("--graph", graph, "Run the graph as `planned`, or as it was asked for: `original`")
      ->check(CLI::IsMember({"planned", "original"}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  const auto result = unf::dataplane::run(plan, graph == "original", in, out);
  if (!result) {
    std::cerr << result.error().message << '\n';
    return result.error().code == unf::Errc::internal || result.error().code == unf::Errc::unavailable ? 1 : 2;
  }
  std::cout << result->dump(2) << '\n';
  return 0;
}
