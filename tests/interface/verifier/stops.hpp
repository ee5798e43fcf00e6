// Stops: a test fixture that collects what the verifier stops at, and lets the program go on.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

#include "interface/ndis.h"
#include "interface/ntifs.h"
#include "interface/spinlab_verifier.h"

namespace spinlab::verifier {

struct SeenStop {
  std::string code;  // E.g. 0xC4/0x1001.
  std::string rule;
  std::string lock_name;
  std::string text;
  const void* lock;
  bool stops;
};

class Stops : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(SpinlabIsVerifying());
    SpinlabSetStopHandler(see, this);
    SpinlabSetHoldLimit(0);
  }

  void TearDown() override {
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) KeLowerIrql(PASSIVE_LEVEL);
    SpinlabSetStopHandler(nullptr, nullptr);
  }

  // Since the last call.
  std::vector<std::string> codes() {
    std::vector<std::string> all;
    for (const SeenStop& stop : take()) all.push_back(stop.code);
    return all;
  }

  std::vector<SeenStop> take() {
    const std::scoped_lock guard(mutex_);
    return std::exchange(seen_, {});
  }

 private:
  static void see(const SPINLAB_STOP* stop, void* self_pointer) {
    char code[32];
    if (stop->Code == 0xC4) {
      std::snprintf(code, sizeof code, "0xC4/0x%zX", stop->Parameters[0]);
    } else {
      std::snprintf(code, sizeof code, "0x%X", stop->Code);
    }
    Stops& self = *static_cast<Stops*>(self_pointer);
    const std::scoped_lock guard(self.mutex_);
    self.seen_.push_back({code, stop->Rule, stop->LockName != nullptr ? stop->LockName : "",
                          stop->Text, stop->Lock, stop->Stops != FALSE});
  }

  std::mutex mutex_;
  std::vector<SeenStop> seen_;
};

// A lock that is initialised by the function, as storage that is used again must be.
struct InitializedLock {
  InitializedLock() { KeInitializeSpinLock(&word); }
  operator KSPIN_LOCK*() { return &word; }
  KSPIN_LOCK word;
};

// Tests of one misuse each, with two locks of their own.
class Misuse : public Stops {
 protected:
  InitializedLock lock;
  InitializedLock other;
  KIRQL old = 0;
  KIRQL older = 0;
};

}  // namespace spinlab::verifier
