"""Projects outside the tree that have less than spinlab was built with: no C++, no Boost.

consumers_test.py PREFIX LIBRARY_FOLDER C_COMPILER CXX_COMPILER [unittest arguments]
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What spinlab itself is built with, and a user need not have.
OUR_DEPENDENCIES = ["Boost", "TBB", "benchmark", "fmt", "CLI11", "nlohmann_json", "GTest",
                    "PkgConfig"]
WITHOUT_THEM = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in OUR_DEPENDENCIES]


class Consumer(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = Path(folder.name)
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("SPINLAB_")}
        self.environment["XDG_CONFIG_HOME"] = folder.name

    def run_with(self, *command, **environment) -> subprocess.CompletedProcess:
        return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              env=self.environment | environment)

    def configure(self, project: str, *options) -> subprocess.CompletedProcess:
        return self.run_with("cmake", "-S", HERE / project, "-B", self.build,
                             f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DCMAKE_C_COMPILER={CC}", *options)

    def succeeds(self, *command, **environment) -> str:
        result = self.run_with(*command, **environment)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def builds(self, project: str, *options) -> str:
        configured = self.configure(project, *options)
        self.assertEqual(configured.returncode, 0, configured.stdout + configured.stderr)
        self.succeeds("cmake", "--build", self.build)
        return configured.stdout


class CAlone(Consumer):
    def test_every_library_of_the_c_interface_is_found_and_links_without_a_cxx_compiler(self):
        self.builds("c_alone", *WITHOUT_THEM, "-DCMAKE_CXX_COMPILER=/nonexistent")
        programs = ["ke", "ke_shared", "ke_verified", "ke_mcs", "ke_tas_mcs"]
        for program in programs:
            with self.subTest(program):
                self.succeeds(self.build / program)

    def test_the_checker_is_refused_with_the_reason_in_one_line(self):
        (self.build / "asks").mkdir()
        (self.build / "asks" / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.20)\nproject(asks LANGUAGES C)\n"
            "find_package(spinlab REQUIRED COMPONENTS ke checked)\n")
        refused = self.configure(self.build / "asks")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("component checked needs CXX among the project's languages", refused.stderr)

    def test_pkg_config_links_each_archive_dynamically_and_statically(self):
        pkg_config = {"PKG_CONFIG_PATH": f"{PREFIX}/{LIBRARIES}/pkgconfig"}
        for package in ["spinlab_ke", "spinlab_ke_verified", "spinlab_ke_mcs"]:
            flags = self.succeeds("pkg-config", "--cflags", "--libs", package, **pkg_config).split()
            for linking in [[], ["-static"]]:
                with self.subTest(package=package, linking=linking):
                    program = self.build / "program"
                    self.succeeds(CC, "-std=c11", HERE / "consumer/consumer.c", *linking, *flags,
                                  "-o", program)
                    self.succeeds(program)


class CxxAlone(Consumer):
    def configure(self, project, *options):
        return super().configure(project, f"-DCMAKE_CXX_COMPILER={CXX}", *options)

    def test_the_locks_need_nothing_that_spinlab_was_built_with(self):
        printed = self.builds("cxx_alone", *WITHOUT_THEM, "-DCOMPONENTS=locks;ke")
        self.assertIn("checked: not here", printed)
        self.assertEqual(self.succeeds(self.build / "locks"), "held\n")

    def test_without_components_what_lacks_boost_is_left_out(self):
        self.assertIn("checked: not here", self.builds("cxx_alone", *WITHOUT_THEM))

    def test_without_components_all_is_found_where_boost_is(self):
        printed = self.builds("cxx_alone")
        self.assertIn("checked: here", printed)
        self.assertIn("simulated: here", printed)

    def test_the_checker_is_found_by_its_name(self):
        self.builds("cxx_alone", "-DCOMPONENTS=checked")
        self.assertEqual(self.succeeds(self.build / "checked"), "ok, 2 executions\n")

    def test_a_component_without_its_dependency_says_which_in_one_line(self):
        for component in ["checked", "simulated"]:
            refused = self.configure("cxx_alone", *WITHOUT_THEM, f"-DCOMPONENTS={component}")
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn(f"component {component} needs Boost.Context (libboost-context-dev)",
                          refused.stderr)

    def test_an_unknown_component_is_refused_with_the_known_ones(self):
        refused = self.configure("cxx_alone", "-DCOMPONENTS=kee")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("component kee is unknown; known: ke, locks, checked, simulated",
                      refused.stderr)


if __name__ == "__main__":
    PREFIX, LIBRARIES, CC, CXX = sys.argv[1:5]
    unittest.main(argv=[sys.argv[0], *sys.argv[5:]])
