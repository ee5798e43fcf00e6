// Plain data, awaits and parts of cells: exact outcomes, and the verdict when they go wrong.
#include <gmock/gmock.h>

#include "machines/checked/check.hpp"
#include "outcomes.hpp"

namespace spinlab {
namespace {

using checked::Verdict;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::UnorderedElementsAre;
using Cell = Checked::Cell<int>;
using Word = Checked::Cell<std::uint32_t>;
using enum std::memory_order;

bool is_set(int value) { return value != 0; }
constexpr auto kIsSet = [](int value) { return value != 0; };
constexpr auto kIsZero = [](int value) { return value == 0; };

// ---- plain data ----

template <memory_order kPublish>
struct PlainMessage {
  Checked::Plain<int> data{0};
  Cell flag{0};

  void run(int thread) {
    if (thread == 0) {
      data.store(1);
      flag.store(1, kPublish);
    } else if (is_set(flag.load(acquire))) {
      data.load();
    }
  }
};

TEST(PlainData, IsPassedOnByReleaseAndAcquire) {
  const Explored found = explore<PlainMessage<release>>(2);
  EXPECT_THAT(found.reads, ElementsAre("0", "1 1"));
  EXPECT_THAT(found.violations, IsEmpty());
}

TEST(PlainData, RacesWithoutThem) {
  EXPECT_THAT(explore<PlainMessage<relaxed>>(2).violations, ElementsAre(Key(Verdict::kRace)));
}

template <bool kBothRead>
struct Unordered {
  Checked::Plain<int> data{0};
  void run(int thread) {
    if (kBothRead || thread == 0) {
      data.load();
    } else {
      data.store(1);
    }
  }
};

TEST(PlainData, MayBeReadByAllWhileNobodyWrites) {
  EXPECT_THAT(explore<Unordered<true>>(3).violations, IsEmpty());
  EXPECT_THAT(explore<Unordered<false>>(2).violations, ElementsAre(Key(Verdict::kRace)));
}

// ---- awaits ----

struct AwaitedMessage {
  Cell data{0}, flag{0};
  void run(int thread) {
    if (thread == 0) {
      data.store(1, relaxed);
      flag.store(1, release);
    } else {
      flag.await(kIsSet, acquire);
      data.load(relaxed);
    }
  }
};

TEST(Await, ReturnsOnlyWhatSatisfiesIt) {
  const Explored found = explore<AwaitedMessage>(2);
  EXPECT_THAT(found.reads, ElementsAre("1 1"));
  EXPECT_THAT(found.violations, IsEmpty());
  EXPECT_EQ(found.outcome.executions, 1U);
}

struct MissedValue {
  Cell cell{0};
  void run(int thread) {
    if (thread == 0) {
      cell.store(1, relaxed);
      cell.store(2, relaxed);
    } else {
      cell.await([](int value) { return value == 1; }, relaxed);
    }
  }
};

TEST(Await, ThatMissesItsValueIsADeadlockThatNamesTheAwait) {
  const Explored found = explore<MissedValue>(2);
  EXPECT_THAT(found.reads, ElementsAre("1"));
  EXPECT_THAT(found.violations, ElementsAre(std::pair(Verdict::kDeadlock, 1)));
}

struct Crossed {
  Cell first{0}, second{0};
  void run(int thread) {
    (thread == 0 ? first : second).await(kIsSet, acquire);
    (thread == 0 ? second : first).store(1, release);
  }
};

TEST(Await, OfEachOtherIsADeadlock) {
  const Explored found = explore<Crossed>(2);
  EXPECT_EQ(found.outcome.executions, 0U);
  EXPECT_THAT(found.violations, ElementsAre(std::pair(Verdict::kDeadlock, 1)));
}

template <memory_order kRelease>
struct TestAndSet {
  Cell held{0};
  Checked::Plain<int> count{0};

  void run(int) {
    held.await_exchange(1, kIsZero, acquire);
    count.store(count.load() + 1);
    held.store(0, kRelease);
  }
};

TEST(AwaitExchange, AdmitsOneAtATime) {
  const Explored found = explore<TestAndSet<release>>(3);
  EXPECT_THAT(found.reads, ElementsAre("0 0 | 0 1 | 0 2", "0 0 | 0 2 | 0 1", "0 1 | 0 0 | 0 2",
                                       "0 1 | 0 2 | 0 0", "0 2 | 0 0 | 0 1", "0 2 | 0 1 | 0 0"));
  EXPECT_EQ(found.outcome.executions, 6U);
  EXPECT_THAT(found.violations, IsEmpty());
}

TEST(AwaitExchange, RacesIfTheHandOverIsRelaxed) {
  EXPECT_THAT(explore<TestAndSet<relaxed>>(2).violations, ElementsAre(Key(Verdict::kRace)));
}

struct NobodyReleases {
  Cell held{0};
  void run(int) { held.await_exchange(1, kIsZero, acquire); }
};

TEST(AwaitExchange, ThatNobodyEndsIsADeadlock) {
  const Explored found = explore<NobodyReleases>(2);
  EXPECT_THAT(found.violations, ElementsAre(std::pair(Verdict::kDeadlock, 2)));
  EXPECT_EQ(found.outcome.executions, 0U);
}

// ---- parts of a cell ----

struct TwoBytes {
  Word word{0};
  void run(int thread) {
    if (thread == 0) word.part<std::uint8_t, 0>().store(1, relaxed);
    if (thread == 1) word.part<std::uint8_t, 1>().store(2, relaxed);
    if (thread == 2) word.load(relaxed);
  }
};

TEST(Part, StoresMergeWithTheBytesBesideThem) {
  const Explored found = explore<TwoBytes>(3);
  EXPECT_THAT(found.finals, ElementsAre("513"));
  EXPECT_THAT(found.reads, UnorderedElementsAre("0", "1", "512", "513"));
}

struct ByteAgainstUpdate {
  Word word{0};
  void run(int thread) {
    if (thread == 0) word.fetch_add(0x100, relaxed);
    if (thread == 1) word.part<std::uint8_t, 0>().store(1, relaxed);
  }
};

TEST(Part, StoresNeverComeBetweenTheHalvesOfAnUpdate) {
  const Explored found = explore<ByteAgainstUpdate>(2);
  EXPECT_THAT(found.finals, ElementsAre("257"));
  EXPECT_THAT(found.reads, ElementsAre("0", "1"));
}

struct ByteAgainstWord {
  Word word{0};
  void run(int thread) {
    if (thread == 0) word.store(0x700, relaxed);
    if (thread == 1) word.part<std::uint8_t, 0>().store(1, relaxed);
  }
};

TEST(Part, StoresAreOverwrittenByAStoreOfTheWhole) {
  EXPECT_THAT(explore<ByteAgainstWord>(2).finals, ElementsAre("1792", "1793"));
}

template <memory_order kByte>
struct ByteBehindRelease {
  Cell data{0}, own{0};
  Word word{0};
  void run(int thread) {
    if (thread == 0) {
      data.store(1, relaxed);
      word.store(0x100, release);
    } else if (thread == 1) {
      own.store(1, relaxed);
      word.part<std::uint8_t, 0>().store(1, kByte);
    } else if (word.load(acquire) == 0x101) {
      data.load(relaxed);
      own.load(relaxed);
    }
  }
};

TEST(Part, StoresLeaveWhatTheOtherBytesRelease) {
  EXPECT_THAT(explore<ByteBehindRelease<relaxed>>(3).reads,
              UnorderedElementsAre("0", "1", "256", "257 1 0", "257 1 1"));
}

TEST(Part, StoresReleaseByTheirOwnOrder) {
  EXPECT_THAT(explore<ByteBehindRelease<release>>(3).reads,
              UnorderedElementsAre("0", "1", "256", "257 1 1"));
}

// The byte that was released is overwritten before anybody looks.
struct ByteOverRelease {
  Cell data{0};
  Word word{0};
  void run(int thread) {
    if (thread == 0) {
      data.store(1, relaxed);
      word.store(0x101, release);
    } else if (thread == 1) {
      word.part<std::uint8_t, 0>().store(2, relaxed);
    } else if (word.part<std::uint8_t, 0>().load(acquire) == 2) {
      data.load(relaxed);
    }
  }
};

TEST(Part, StoresEndTheReleaseSequenceOnTheirOwnBytes) {
  EXPECT_THAT(explore<ByteOverRelease>(3).reads, testing::Contains("258 0"));
}

struct ByteBesideRelease {
  Cell data{0};
  Word word{0};
  void run(int thread) {
    if (thread == 0) {
      data.store(1, relaxed);
      word.part<std::uint8_t, 0>().store(1, release);
    } else {
      word.part<std::uint8_t, 1>().load(acquire);
      data.load(relaxed);
    }
  }
};

TEST(Part, StoresReleaseNothingToALoadOfOtherBytes) {
  EXPECT_THAT(explore<ByteBesideRelease>(2).reads, ElementsAre("0 0", "0 1", "1 0", "1 1"));
}

struct ByteThenFence {
  Cell data{0};
  Word word{0};
  void run(int thread) {
    if (thread == 0) {
      data.store(1, relaxed);
      word.store(0x100, release);
    } else {
      word.part<std::uint8_t, 0>().store(1, relaxed);
      Checked::fence(acquire);
      data.load(relaxed);
    }
  }
};

TEST(Part, StoresReadNothingThatAFenceCouldAcquire) {
  const Explored found = explore<ByteThenFence>(2);
  EXPECT_THAT(found.reads, ElementsAre("0", "1"));
  bool merged_without_message = false;
  const checked::Program program = checked::program_of<ByteThenFence>(2);
  checked::Search search(program, {});
  search.on_execution = [&](const checked::Graph& graph) {
    const checked::Event& data = graph.newest(1);
    const checked::Event& part = graph.at(1, 1);
    if (part.value == 0x101 && data.value == 0) merged_without_message = true;
  };
  search.run();
  EXPECT_TRUE(merged_without_message);
}

TEST(Part, ExchangesAreUpdatesOfTheWhole) {
  struct World {
    Word word{0};
    void run(int thread) {
      if (thread == 2) {
        word.fetch_add(0x100, relaxed);
      } else {
        word.part<std::uint8_t, 0>().exchange(static_cast<std::uint8_t>(1 + thread), relaxed);
      }
    }
  };
  const Explored found = explore<World>(3);
  EXPECT_THAT(found.finals, ElementsAre("257", "258"));
  EXPECT_EQ(found.outcome.executions, 6U);
}

}  // namespace
}  // namespace spinlab
