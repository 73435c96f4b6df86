#include "dataplane/io/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/frames.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

class Capture : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path); }
  const std::string path = testing::TempDir() + "capture_test.pcap";
};

TEST_F(Capture, KeepsFramesAndNanoseconds) {
  auto writer = CaptureWriter::create(path).value();
  writer.write(1'700'000'000'123'456'789, udp_frame());
  writer.write(1'700'000'000'123'456'790, arp_frame());
  ASSERT_TRUE(writer.close());
  auto reader = CaptureReader::open(path).value();
  const auto first = reader.next().value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->time_ns, 1'700'000'000'123'456'789U);
  EXPECT_EQ(first->bytes, udp_frame());
  EXPECT_EQ(reader.next().value()->bytes, arp_frame());
  EXPECT_FALSE(reader.next().value());
}

TEST_F(Capture, ACutFileEndsInAnError) {
  auto writer = CaptureWriter::create(path).value();
  writer.write(1, udp_frame());
  ASSERT_TRUE(writer.close());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 3);
  auto reader = CaptureReader::open(path).value();
  const auto next = reader.next();
  ASSERT_FALSE(next);
  EXPECT_THAT(next.error().message, testing::HasSubstr(path));
}

TEST_F(Capture, WhatIsNoCaptureIsRefused) {
  std::ofstream{path} << "not a capture at all, whatever its name says";
  EXPECT_EQ(CaptureReader::open(path).error().code, Errc::malformed);
  EXPECT_EQ(CaptureReader::open(path + ".absent").error().code, Errc::unavailable);
}

}  // namespace
}  // namespace unf::dataplane
