# Compiler settings, third-party libraries and the functions that declare our targets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(THREADS_PREFER_PTHREAD_FLAG ON)
# GCC takes half as long again for -O2, which inlines no more and makes prices pass no faster.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(CMAKE_CXX_FLAGS_RELEASE "-O1 -finline-small-functions -findirect-inlining -DNDEBUG")
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # It keeps what was compiled with precompiled headers only when it is told to trust them.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE_PROGRAM}")
endif()

# Beast needs over 1 GB for one translation unit: never compile two of them at once.
set_property(GLOBAL APPEND PROPERTY JOB_POOLS heavy=1)

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(ncurses REQUIRED IMPORTED_TARGET ncursesw)
# They ask for _FILE_OFFSET_BITS and _DEFAULT_SOURCE, which their interfaces do not depend on and
# precompiled headers do.
set_property(TARGET PkgConfig::hiredis PkgConfig::ncurses PROPERTY INTERFACE_COMPILE_OPTIONS)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
find_path(NLOHMANN_JSON_INCLUDE_DIR nlohmann/json.hpp REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
find_path(PROMETHEUS_INCLUDE_DIR prometheus/text_serializer.h REQUIRED)
find_library(PROMETHEUS_CORE_LIBRARY prometheus-cpp-core REQUIRED)

# Debian's CAF 0.17.6 ships no CMake configuration.
find_path(CAF_INCLUDE_DIR caf/all.hpp REQUIRED)
find_library(CAF_CORE_LIBRARY caf_core REQUIRED)
add_library(outcry_caf INTERFACE)
target_include_directories(outcry_caf SYSTEM INTERFACE "${CAF_INCLUDE_DIR}")
target_link_libraries(outcry_caf INTERFACE "${CAF_CORE_LIBRARY}" Threads::Threads)
# Every type that is sent must stand in a type-id block: a compile-time check.
target_compile_definitions(outcry_caf INTERFACE CAF_ENABLE_TYPE_ID_CHECKS)
if(OUTCRY_SANITIZE)
  # CAF 0.17 binds a reference to a null shared_ptr in detail/init_fun_factory.hpp.
  target_compile_options(outcry_caf INTERFACE -fno-sanitize=null)
endif()

add_library(outcry_options INTERFACE)
target_include_directories(outcry_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_definitions(outcry_options INTERFACE SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)
target_compile_options(
  outcry_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                           -Woverloaded-virtual -Werror)
# So that ccache sees what precompiled headers hold.
target_compile_options(
  outcry_options
  INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>
            $<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>)
# GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651).
target_compile_options(outcry_options INTERFACE $<$<CONFIG:Release>:-Wno-restrict>)
if(OUTCRY_SANITIZE)
  target_compile_options(
    outcry_options INTERFACE -O0 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined
                             -fno-sanitize-recover=undefined
                             # A third of what is to be compiled: alignment does no harm on what
                             # we run on, vptr blames what address finds, too.
                             -fno-sanitize=alignment,vptr
                             # GCC 12 warns inside <regex> when it instruments.
                             $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>)
  target_link_options(outcry_options INTERFACE -fsanitize=address,undefined)
  # Programs are large then: LLVM's linker takes a third of the time.
  find_program(LLD_PROGRAM ld.lld)
  if(LLD_PROGRAM)
    target_link_options(outcry_options INTERFACE -fuse-ld=lld)
  endif()
endif()
if(OUTCRY_FUZZ)
  target_compile_options(outcry_options INTERFACE -O1 -g1 -fsanitize=fuzzer-no-link,address,undefined)
  target_link_options(outcry_options INTERFACE -fsanitize=address,undefined)
endif()

# Ten files of a target are compiled as one: what they include and instantiate in common, most of
# the work with CAF, is done once. OFF compiles each alone, for who changes one file all day.
option(OUTCRY_UNITY "Compile several files of a target as one" ON)
set(CMAKE_UNITY_BUILD "${OUTCRY_UNITY}")
set(CMAKE_UNITY_BUILD_BATCH_SIZE 10)
if(OUTCRY_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC takes a file that is included for a header, which may have no types of its own.
  target_compile_options(outcry_options INTERFACE -Wno-subobject-linkage)
endif()

# outcry_library(NAME SOURCES ... LINKS ...): a static library of ours; LINKS are public. Those that
# link outcry_floor or outcry_actors share the former's precompiled headers.
function(outcry_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC outcry_options fmt::fmt spdlog::spdlog ${ARG_LINKS})
  if("outcry_floor" IN_LIST ARG_LINKS OR "outcry_actors" IN_LIST ARG_LINKS)
    target_precompile_headers(${name} REUSE_FROM outcry_floor)
  endif()
endfunction()

# outcry_program(NAME SOURCES ... LINKS ...): a program, put into <build>/bin.
function(outcry_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE outcry_options ${ARG_LINKS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
endfunction()

# outcry_heavy(TARGET): only one file of such targets is compiled at a time.
function(outcry_heavy name)
  set_target_properties(${name} PROPERTIES JOB_POOL_COMPILE heavy)
endfunction()

# outcry_quickly(TARGET): what is tested is optimised, tests themselves are compiled quickly.
function(outcry_quickly name)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
endfunction()

# outcry_test(NAME SOURCES ... LINKS ... [LABELS ...] [TIMEOUT s]): a Catch2 program, one ctest
# entry for each of its test cases. A test that prints "SKIPPED:" counts as skipped. All share the
# precompiled headers of outcry_test_support; those that link outcry_actor_test_support, its.
function(outcry_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE outcry_options outcry_test_support ${ARG_LINKS})
  outcry_quickly(${name})
  if("outcry_actor_test_support" IN_LIST ARG_LINKS)
    target_precompile_headers(${name} REUSE_FROM outcry_actor_test_support)
  else()
    target_precompile_headers(${name} REUSE_FROM outcry_test_support)
  endif()
  # Catch 2 calls it a success when a name matches no test case; here it is none.
  set(properties TIMEOUT ${ARG_TIMEOUT} SKIP_REGULAR_EXPRESSION "SKIPPED:"
                 FAIL_REGULAR_EXPRESSION "No tests ran")
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES ${properties})
endfunction()
