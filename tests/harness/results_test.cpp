// Reading results files: what is taken from them, and what is said about files that are none.
#include "harness/results.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/user_error.hpp"
#include "tests/temporary_folder.hpp"

namespace spinlab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kRunName =
    "empty/ticket/threads:2/load:saturated/placement:cores/interface:direct";

std::string context(std::string_view machine = "native", std::string_view fingerprint = "host-a",
                    std::string_view format = kResultsFormat) {
  return fmt::format(R"({{"date": "today", "num_cpus": 2, "format": "{}", "machine": "{}",
    "processor": "A Processor", "fingerprint": "{}", "topology": "core:2 pu:1",
    "contestants": [{{"name": "ticket", "title": "Ticket lock", "family": "ticket",
      "source": "Reed and Kanodia", "year": 1979, "fairness": "fifo", "words": 1, "node": "none",
      "kind": "lock"}}]}})",
                     format, machine, fingerprint);
}

std::string window(int block, std::string_view more) {
  return fmt::format(R"({{"name": "{0}", "run_name": "{0}", "run_type": "iteration",
    "repetitions": 2, "repetition_index": {1}, "threads": 2, "block": {1}, "iterations": 1,
    "real_time": 250.0, "cpu_time": 1.0, "time_unit": "ns"{2}}})",
                     kRunName, block, more);
}

std::string results(std::string_view context_text, std::string_view rows) {
  return fmt::format(R"({{"context": {}, "benchmarks": [{}]}})", context_text, rows);
}

const std::string kGood = R"(, "acquisitions_per_second": 4.0e6, "acquire_p99_ns": 310)";

class ReadResults : public testing::Test {
 protected:
  // What reading the text says is wrong.
  std::string error_of(std::string_view text) {
    return error_of_path(folder_.write("results.json", text));
  }

  static std::string error_of_path(const std::string& path) {
    try {
      read_results(path);
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr(path), Not(HasSubstr("\n"))));
      return error.what();
    }
    ADD_FAILURE() << "was read";
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(ReadResults, TakesFactsContestantsAndWindows) {
  const std::string aggregate = fmt::format(
      R"({{"name": "{0}_mean", "run_name": "{0}", "run_type": "aggregate", "real_time": 1.0}})",
      kRunName);
  const std::string failure = window(1, R"(, "error_occurred": true, "error_message": "hung")");
  const Results read = read_results(folder_.write(
      "results.json", results(context(), window(0, kGood) + "," + failure + "," + aggregate)));
  EXPECT_EQ(read.machine, "native");
  EXPECT_EQ(read.processor, "A Processor");
  EXPECT_EQ(read.fingerprint, "host-a");
  EXPECT_EQ(read.topology, "core:2 pu:1");
  EXPECT_TRUE(read.fit_for_measuring);
  ASSERT_EQ(read.contestants.size(), 1U);
  EXPECT_EQ(read.contestants[0].name, "ticket");
  EXPECT_EQ(read.contestants[0].year, 1979);
  EXPECT_EQ(read.contestants[0].kind, kKindLock);
  ASSERT_EQ(read.rows.size(), 2U);
  EXPECT_EQ(read.rows[0].cell.to_run_name(), kRunName);
  EXPECT_FALSE(read.rows[0].failed);
  EXPECT_EQ(read.rows[0].counter("acquisitions_per_second"), 4e6);
  EXPECT_EQ(read.rows[0].counter("acquire_p99_ns"), 310);
  EXPECT_EQ(read.rows[0].counter("jain"), std::nullopt);
  EXPECT_EQ(read.rows[0].counters.size(), 2U);  // Times and numbering are no counters.
  EXPECT_EQ(read.rows[1].block, 1);
  EXPECT_EQ(read.rows[1].repetition, 1);
  EXPECT_TRUE(read.rows[1].failed);
  EXPECT_EQ(read.rows[1].error, "hung");
}

TEST_F(ReadResults, LeavesOutNumbersThatAreNotFinite) {
  const Results read = read_results(folder_.write(
      "results.json", results(context(), window(0, R"(, "a": NaN, "b": -Infinity, "c": 1)"))));
  EXPECT_THAT(read.rows[0].counters, testing::ElementsAre(testing::Pair("c", 1)));
}

TEST_F(ReadResults, RefusesCountersOfAdviceThatAreNoFiniteNumbersFromZeroOn) {
  for (const char* name :
       {"acquisitions_per_second", "handovers_per_acquisition", "acquire_p99_ns"}) {
    for (const char* value : {R"("3")", "NaN", "-Infinity", "null", "true", "[1]", "-0.5"}) {
      const std::string wrong = window(1, fmt::format(R"(, "{}": {})", name, value));
      EXPECT_THAT(error_of(results(context(), window(0, kGood) + "," + wrong)),
                  AllOf(HasSubstr("row 2"), HasSubstr(name), HasSubstr(": "),
                        HasSubstr("no number from 0")))
          << value;
    }
  }
}

TEST_F(ReadResults, RefusesNumbersOfRowsThatAreNone) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> wrong{
      {"\"block\": 1", {"-1", "1e308", "1e300", "0.5", "\"1\"", "true", "99999999999"}},
      {"\"repetition_index\": 1", {"-1e308", "2147483648", "[]"}},
      {"\"iterations\": 1", {"-1", "1e300", "18446744073709551615"}},
      {"\"threads\": 2", {"\"two\"", "1e308"}},
      {"\"real_time\": 250.0", {"-1", "1e300", "\"250\""}},
      {"\"cpu_time\": 1.0", {"1e308", "{}"}},
      {"\"time_unit\": \"ns\"", {"7", "null"}}};
  for (const auto& [member, values] : wrong) {
    const std::string key = member.substr(0, member.find(':') + 1);
    for (const std::string& value : values) {
      std::string row = window(1, "");
      ASSERT_NE(row.find(member), std::string::npos) << member;
      row.replace(row.find(member), member.size(), key + " " + value);
      EXPECT_THAT(error_of(results(context(), window(0, kGood) + "," + row)),
                  AllOf(HasSubstr("row 2: "), HasSubstr(key.substr(1, key.size() - 3) + ": ")))
          << row;
    }
  }
}

TEST_F(ReadResults, RefusesCountersAndErrorsOfAnotherType) {
  for (const char* member : {R"("jain": "fair")", R"("jain": 1e300)", R"("jain": [1])",
                             R"("error_occurred": "no")", R"("error_occurred": 0)"}) {
    EXPECT_THAT(error_of(results(context(), window(1, fmt::format(", {}", member)))),
                HasSubstr("row 1: "))
        << member;
  }
}

TEST_F(ReadResults, RefusesNumbersOfTheContextThatAreNone) {
  for (const char* value : {"-1", "1e308", "1979.5", "\"1979\""}) {
    std::string text = context();
    text.replace(text.find("1979"), 4, value);
    EXPECT_THAT(error_of(results(text, window(0, kGood))), HasSubstr("context: year: ")) << value;
  }
}

TEST_F(ReadResults, RefusesJsonThatItsReadersCouldNotFollow) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_THAT(error_of(results(context(), window(0, ", \"a\": " + deep))),
              HasSubstr("nested deeper than"));
}

// A disturbed window may have had nobody acquire in most of its slices.
TEST_F(ReadResults, TakesARateOfZero) {
  const Results read = read_results(folder_.write(
      "results.json", results(context(), window(0, R"(, "acquisitions_per_second": 0.0)"))));
  EXPECT_EQ(read.rows[0].counter("acquisitions_per_second"), 0);
}

TEST_F(ReadResults, RefusesNumbersThatNoDoubleHolds) {
  EXPECT_THAT(error_of(results(context(), window(0, R"(, "acquisitions_per_second": 1e999)"))),
              HasSubstr("beyond 1e308"));
}

TEST_F(ReadResults, TellsResultsFromOtherFilesEvenIfARowIsWrong) {
  EXPECT_TRUE(claims_to_be_results(folder_.write("a.json", results(context(), "3"))));
  EXPECT_TRUE(claims_to_be_results(
      folder_.write("b.json", results(context("native", "a", "spinlab-results-2"), ""))));
  EXPECT_FALSE(claims_to_be_results(folder_.write("c.json", results("{}", ""))));
  EXPECT_FALSE(claims_to_be_results(folder_.write("d.json", "text")));
  EXPECT_FALSE(claims_to_be_results(folder_.path("none.json")));
}

TEST_F(ReadResults, SaysThatAFileIsMissing) {
  EXPECT_THAT(error_of_path(folder_.path("none.json")), HasSubstr("No such file"));
}

TEST_F(ReadResults, SaysThatAFileIsEmpty) {
  EXPECT_THAT(error_of(""), HasSubstr("is empty"));
  EXPECT_THAT(error_of("\n\n"), HasSubstr("is empty"));
}

// Wherever an interrupted copy ends, the message says so.
TEST_F(ReadResults, SaysThatAFileIsCutShort) {
  const std::string whole = results(context(), window(0, kGood));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    ASSERT_THAT(error_of(whole.substr(0, size)), HasSubstr("is cut short")) << "after " << size;
  }
}

TEST_F(ReadResults, SaysThatAFileIsNotJson) {
  EXPECT_THAT(error_of("name,value\ntas,3\n"), HasSubstr("is not JSON"));
}

TEST_F(ReadResults, SaysThatJsonIsNotResults) {
  for (const char* text : {"[]", "3", "{}", R"({"context": {}})", R"({"benchmarks": []})",
                           R"({"context": [], "benchmarks": []})"}) {
    EXPECT_THAT(error_of(text), HasSubstr("needs an object `context`")) << text;
  }
}

TEST_F(ReadResults, RefusesOtherFormatsAndVersions) {
  EXPECT_THAT(error_of(results(R"({"date": "today"})", window(0, kGood))),
              HasSubstr("does not say its format"));
  EXPECT_THAT(error_of(results(context("native", "a", "spinlab-results-2"), window(0, kGood))),
              AllOf(HasSubstr("'spinlab-results-2'"), HasSubstr("'spinlab-results-1'")));
}

TEST_F(ReadResults, RefusesAFileWithoutWindows) {
  EXPECT_THAT(error_of(results(context(), "")), HasSubstr("no windows"));
  EXPECT_THAT(error_of(results(context(), R"({"run_type": "aggregate"})")),
              HasSubstr("no windows"));
}

TEST_F(ReadResults, NamesTheRowThatIsNoCell) {
  EXPECT_THAT(error_of(results(context(), window(0, kGood) + R"(, {"run_name": "BM_lock/2"})")),
              AllOf(HasSubstr("row 2"), HasSubstr("'BM_lock/2'")));
  EXPECT_THAT(error_of(results(context(), "3")), HasSubstr("row 1: not an object"));
}

class PoolResults : public testing::Test {
 protected:
  std::string write(std::string_view name, std::string_view context_text) {
    return folder_.write(name, results(context_text, window(0, kGood) + "," + window(1, kGood)));
  }

  static std::string error_of(const std::vector<std::string>& paths) {
    try {
      read_pooled_results(paths);
    } catch (const UserError& error) {
      return error.what();
    }
    ADD_FAILURE() << "was pooled";
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(PoolResults, NumbersBlocksOn) {
  const Results pooled =
      read_pooled_results({write("a.json", context()), write("b.json", context())});
  std::vector<int> blocks;
  for (const Row& row : pooled.rows) blocks.push_back(row.block);
  EXPECT_THAT(blocks, testing::ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(pooled.contestants.size(), 1U);
}

TEST_F(PoolResults, RefusesToMixHostsOrMachines) {
  const std::string a = write("a.json", context());
  EXPECT_THAT(error_of({a, write("b.json", context("native", "host-b"))}),
              AllOf(HasSubstr("fingerprint"), HasSubstr("host-a"), HasSubstr("host-b")));
  EXPECT_THAT(error_of({a, write("c.json", context("simulated"))}),
              AllOf(HasSubstr("machine"), HasSubstr("simulated")));
}

TEST_F(PoolResults, RefusesToCountARunTwice) {
  const std::string a = write("a.json", context());
  EXPECT_THAT(error_of({a, a}), HasSubstr("are one file"));
}

}  // namespace
}  // namespace spinlab
