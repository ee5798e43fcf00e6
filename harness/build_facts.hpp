// How this binary was built, as far as its measurements depend on it.
//
// The facts are those of the translation unit that includes this. SPINLAB_COMPILE_FLAGS, a string,
// comes from the build of the harness; elsewhere the flags are not known.
// Thread safety: constants.
#pragma once

#include <string_view>

namespace spinlab {

#ifdef SPINLAB_COMPILE_FLAGS
constexpr std::string_view kCompileFlags = SPINLAB_COMPILE_FLAGS;
#else
constexpr std::string_view kCompileFlags = "";
#endif

#ifdef __clang__
constexpr std::string_view kCompiler = __VERSION__;
#else
constexpr std::string_view kCompiler = "g++ " __VERSION__;
#endif

#ifdef __OPTIMIZE__
constexpr bool kOptimised = true;
#else
constexpr bool kOptimised = false;
#endif

// g++ names its address and thread sanitizers by macros, clang by features; the flags tell the rest.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitizerMacro = true;
#elif defined(__has_feature)
constexpr bool kSanitizerMacro = __has_feature(address_sanitizer) ||
                                 __has_feature(thread_sanitizer) ||
                                 __has_feature(undefined_behavior_sanitizer);
#else
constexpr bool kSanitizerMacro = false;
#endif
constexpr bool kSanitized =
    kSanitizerMacro || kCompileFlags.find("-fsanitize=") != std::string_view::npos;

// Throws UserError, which names the command, unless times of this build say something about a lock.
void require_measuring_build(std::string_view command);

}  // namespace spinlab
