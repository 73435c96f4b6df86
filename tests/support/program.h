#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace unf::testing_support {

/// A program that a test runs, with its outputs in files of `directory`. Killed with this value if it still runs.
class Program {
 public:
  Program(std::vector<std::string> arguments, const std::filesystem::path& directory,
          const std::map<std::string, std::string>& environment = {})
      : out_(directory / "stdout"), err_(directory / "stderr") {
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ != 0) return;
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    redirect(out_, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(err_, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ <= 0) return;
    signal(SIGKILL);
    std::ignore = wait();
  }

  void signal(int number) const { kill(pid_, number); }
  /// Its exit status once it has ended, 128 + the signal that ended it.
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  [[nodiscard]] std::string out() const { return text(out_); }
  [[nodiscard]] std::string err() const { return text(err_); }

 private:
  static void redirect(const std::filesystem::path& path, int flags, int to) {
    dup2(open(path.c_str(), flags, 0600), to);
  }
  static std::string text(const std::filesystem::path& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  pid_t pid_;
  std::filesystem::path out_;
  std::filesystem::path err_;
};

}  // namespace unf::testing_support
