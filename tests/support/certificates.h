#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace unf::testing_support {

/// Certificates for a day, made by openssl: NAME.pem and NAME.key in a directory.
class Certificates {
 public:
  explicit Certificates(std::filesystem::path directory) : directory_(std::move(directory)) {}

  [[nodiscard]] std::filesystem::path pem(const std::string& name) const { return directory_ / (name + ".pem"); }
  [[nodiscard]] std::filesystem::path key(const std::string& name) const { return directory_ / (name + ".key"); }

  void make_ca(const std::string& name) {
    sign(name, "/CN=" + name, "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign", {"-signkey", key(name)});
  }
  /// `extension`: such as subjectAltName=DNS:a.example,URI:urn:a.
  void make(const std::string& name, const std::string& subject, const std::string& extension,
            const std::string& issuer = "ca", int days = 1) {
    sign(name, subject, extension, {"-CA", pem(issuer), "-CAkey", key(issuer), "-CAcreateserial"}, days);
  }

 private:
  void sign(const std::string& name, const std::string& subject, const std::string& extension,
            const std::vector<std::string>& by, int days = 1) {
    const std::string request = directory_ / (name + ".csr"), extensions = directory_ / "extensions";
    run({"/usr/bin/openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key(name), "-out", request, "-subj", subject});
    std::ofstream{extensions} << extension;
    std::vector<std::string> command{
        "/usr/bin/openssl",   "x509",     "-req",    "-in", request, "-out", pem(name), "-days",
        std::to_string(days), "-extfile", extensions};
    command.insert(command.end(), by.begin(), by.end());
    run(command);
  }
  void run(const std::vector<std::string>& command) {
    Program program{command, directory_};
    ASSERT_EQ(program.wait(), 0) << command[1] << program.err();
  }

  const std::filesystem::path directory_;
};

}  // namespace unf::testing_support
