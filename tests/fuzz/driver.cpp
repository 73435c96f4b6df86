#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/target.h"

/// Runs a fuzz target without libFuzzer: each input of its corpus, then mutations of them. A failure ends the program;
/// the same seed gives the same inputs. Usage: PROGRAM CORPUS_DIR [SEED]

namespace {

constexpr int kMutations = 5'000;
constexpr std::chrono::seconds kTime{3};

std::vector<std::string> read_corpus(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files{std::filesystem::directory_iterator{directory}, {}};
  std::ranges::sort(files);  // so that a seed means the same everywhere
  std::vector<std::string> inputs;
  for (const auto& file : files) {
    std::ifstream stream{file, std::ios::binary};
    inputs.emplace_back(std::istreambuf_iterator{stream}, std::istreambuf_iterator<char>{});
  }
  return inputs;
}

class Mutator {
 public:
  Mutator(const std::vector<std::string>& corpus, std::uint64_t seed) : corpus_(corpus), random_(seed) {}

  /// An input of the corpus, changed in one to eight places.
  std::string next() {
    auto input = any_input();
    for (auto changes = 1 + below(8); changes != 0; --changes) change(input);
    return input;
  }

 private:
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>{0, end - 1}(random_); }
  const std::string& any_input() { return corpus_[below(corpus_.size())]; }
  std::string part_of(const std::string& input) {
    const auto from = below(input.size() + 1);
    return input.substr(from, below(input.size() - from + 1));
  }

  void change(std::string& input) {
    constexpr std::string_view kTelling = "\"'(){}[],;:/~%=&-+.*@0129\n\xff";
    const auto at = below(input.size() + 1);
    switch (below(5)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
        break;
      case 1:
        input.insert(at, 1, kTelling[below(kTelling.size())]);
        break;
      case 2:
        input.erase(at, below(input.size() - at + 1));
        break;
      case 3:
        input.insert(at, part_of(input));
        break;
      default:
        input.insert(at, part_of(any_input()));
    }
  }

  const std::vector<std::string>& corpus_;
  std::mt19937_64 random_;
};

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  const auto corpus = read_corpus(argv[1]);
  const auto seed = argc > 2 ? std::stoull(argv[2]) : std::random_device{}();
  std::cout << corpus.size() << " inputs, then mutations by seed " << seed << std::endl;
  for (const auto& input : corpus) run(input);
  Mutator mutator{corpus, seed};
  const auto end = std::chrono::steady_clock::now() + kTime;
  int done = 0;
  for (; done < kMutations && std::chrono::steady_clock::now() < end; ++done) run(mutator.next());
  std::cout << done << " mutations" << std::endl;
}
