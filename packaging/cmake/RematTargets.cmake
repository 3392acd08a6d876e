# The functions that every folder uses to declare its target, so that flags, include path, output folders and test
# registration are decided once. Sources are always listed by name.
#
#   remat_add_library(remat_core SOURCES run_file.h run_file.cpp PUBLIC remat_spec PRIVATE nlohmann_json::nlohmann_json)
#   remat_add_program(rematscope SOURCES main.cpp LIBRARIES remat_cli)
#   remat_add_test(core_tests SOURCES run_file_test.cpp LIBRARIES remat_core LABELS slow)
#   remat_add_benchmark(core_benchmarks SOURCES run_file_benchmark.cpp LIBRARIES remat_core)
#   remat_add_fuzzer(fuzz_run_file SOURCES run_file_fuzz.cpp LIBRARIES remat_core CORPUS corpus/run_file)

include_guard(GLOBAL)
include(GNUInstallDirs)
include(GoogleTest)

# ---- compiler cache ------------------------------------------------------------------------------------------------
if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(REMATSCOPE_CCACHE ccache)
  mark_as_advanced(REMATSCOPE_CCACHE)
  if(REMATSCOPE_CCACHE)
    # Sloppiness: without it ccache gives up on precompiled headers. No hash of the build folder: sources are named by
    # absolute paths, so the same object serves every build folder of a checkout.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        "${CMAKE_COMMAND}" -E env
        "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime" CCACHE_NOHASHDIR=1
        "${REMATSCOPE_CCACHE}")
  endif()
endif()

# ---- flags ---------------------------------------------------------------------------------------------------------
# Warnings as errors are CMake's own CMAKE_COMPILE_WARNING_AS_ERROR, set by the preset ci.
add_library(remat_warnings INTERFACE)
target_compile_options(
  remat_warnings
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi -Wvla
            # GCC 12 sees overlapping copies in ordinary std::string concatenation (GCC bug 105651).
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

# What precompiled headers need so that ccache can handle them.
add_library(remat_pch_flags INTERFACE)
target_compile_options(
  remat_pch_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
                            $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)

add_library(remat_flags INTERFACE)
target_link_libraries(remat_flags INTERFACE remat_warnings remat_pch_flags)
if(REMATSCOPE_SANITIZE)
  target_compile_options(remat_flags INTERFACE "-fsanitize=${REMATSCOPE_SANITIZE}" -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer)
  target_link_options(remat_flags INTERFACE "-fsanitize=${REMATSCOPE_SANITIZE}")
endif()
if(REMATSCOPE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "REMATSCOPE_FUZZ: expected Clang, which brings libFuzzer, found ${CMAKE_CXX_COMPILER_ID}; "
                        "use the preset fuzz in a build folder of its own.")
  endif()
  target_compile_options(remat_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# ---- functions -----------------------------------------------------------------------------------------------------

# Stops at an argument that a function does not know, which otherwise would vanish in silence.
macro(_remat_check_arguments function name)
  if(ARG_UNPARSED_ARGUMENTS OR ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "${function}(${name}): not understood or empty: ${ARG_UNPARSED_ARGUMENTS} ${ARG_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "${function}(${name}): SOURCES is empty")
  endif()
endmacro()

# remat_add_folder(<folder> [TORCH] [GUI]): adds a folder if it exists; one marked TORCH only if LibTorch was found, one marked
# GUI only if Qt and QCustomPlot were.
function(remat_add_folder folder)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "TORCH;GUI" "" "")
  if((ARG_TORCH AND NOT REMAT_HAVE_TORCH) OR (ARG_GUI AND NOT REMAT_HAVE_GUI))
    return()
  endif()
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
    add_subdirectory("${folder}")
  endif()
endfunction()

# remat_add_library(<name> SOURCES <.h and .cpp files...> [PUBLIC <libraries...>] [PRIVATE <libraries...>])
# A static library whose headers are included by their path from the root of the repository. PUBLIC: libraries that appear
# in its headers. With CMAKE_VERIFY_INTERFACE_HEADER_SETS=ON (preset ci) each listed header is also compiled alone.
function(remat_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;PUBLIC;PRIVATE")
  _remat_check_arguments(remat_add_library ${name})
  set(headers ${ARG_SOURCES})
  list(FILTER headers INCLUDE REGEX "\\.h$")
  list(FILTER ARG_SOURCES EXCLUDE REGEX "\\.h$")

  if(ARG_SOURCES)
    set(scope PUBLIC)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE remat_flags ${ARG_PRIVATE})
  else()
    set(scope INTERFACE) # headers only, so far
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_PRIVATE})
  endif()
  target_include_directories(${name} ${scope} "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} ${scope} ${ARG_PUBLIC})
  # Classes with signals; their moc files are compiled with the library.
  if("${ARG_PUBLIC};${ARG_PRIVATE}" MATCHES "Qt6::")
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_sources(${name} PRIVATE ${headers})
  endif()
  if(headers)
    target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${headers})
  endif()

  # A header of ATen takes seconds to compile; these targets include their own headers from their sources first instead.
  set(links ${ARG_PUBLIC} ${ARG_PRIVATE})
  if(links MATCHES "LibTorch::|remat_engine|remat_measure")
    set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS OFF)
  endif()
endfunction()

# remat_add_program(<name> SOURCES <files...> [LIBRARIES <libraries...>] [NOT_INSTALLED])
# A program in <build>/bin, installed unless it only serves the tests. An installed worker finds LibTorch where the build
# found it.
function(remat_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "NOT_INSTALLED" "" "SOURCES;LIBRARIES")
  _remat_check_arguments(remat_add_program ${name})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE remat_flags ${ARG_LIBRARIES})
  set_target_properties(${name} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  if(NOT ARG_NOT_INSTALLED)
    install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endfunction()

# remat_add_module(<name> SOURCES <files...> [LIBRARIES <libraries...>] [NOT_INSTALLED])
# A library in <build>/bin that a program beside it opens at run time; installed unless it only serves the tests.
function(remat_add_module name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "NOT_INSTALLED" "" "SOURCES;LIBRARIES")
  _remat_check_arguments(remat_add_module ${name})
  add_library(${name} MODULE ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE remat_flags ${ARG_LIBRARIES})
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin" CXX_VISIBILITY_PRESET hidden
                                           INSTALL_RPATH_USE_LINK_PATH ON)
  if(NOT ARG_NOT_INSTALLED)
    install(TARGETS ${name} LIBRARY DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endfunction()

# remat_add_test(<name> SOURCES <files...> [LIBRARIES <libraries...>] [LABELS torch|gpu|gui|slow...] [NEEDS <programs...>]
#                [ONE_PROCESS])
# A GoogleTest program; each of its tests is a ctest test named <name>.<suite>.<test>, listed when ctest runs. NEEDS: programs
# of this project that its tests start. ONE_PROCESS: the whole program is one ctest test, for tests that would otherwise
# spend their time loading LibTorch (about a second each).
# The sources see REMAT_TEST_DATA_DIR (tests/data), REMAT_SOURCE_DIR and REMAT_BINARY_DIR (<build>/bin) as string literals.
function(remat_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "ONE_PROCESS" "" "SOURCES;LIBRARIES;LABELS;NEEDS")
  _remat_check_arguments(remat_add_test ${name})
  foreach(label IN LISTS ARG_LABELS)
    if(NOT label MATCHES "^(torch|gpu|gui|slow)$")
      message(FATAL_ERROR "remat_add_test(${name}): LABELS: expected torch, gpu, gui or slow, found ${label}")
    endif()
  endforeach()

  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(
    ${name} PRIVATE REMAT_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/tests/data" REMAT_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                    REMAT_BINARY_DIR="${CMAKE_BINARY_DIR}/bin")
  set(main GTest::gtest_main)
  set(environment "")
  if("gui" IN_LIST ARG_LABELS)
    set(main remat_gui_test_main) # makes the QApplication
    set(environment ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_SCALE_FACTOR=1;QT_FONT_DPI=96;LC_ALL=C.UTF-8")
    if(REMATSCOPE_SANITIZE)
      list(APPEND environment "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/leaks_of_libraries.txt")
    endif()
  endif()
  target_link_libraries(${name} PRIVATE remat_flags ${ARG_LIBRARIES} GTest::gmock ${main})
  foreach(program IN LISTS ARG_NEEDS)
    if(TARGET ${program})
      add_dependencies(${name} ${program})
    endif()
  endforeach()

  set(timeout_s 120)
  if("slow" IN_LIST ARG_LABELS OR ARG_ONE_PROCESS)
    set(timeout_s 900)
  endif()
  if(ARG_ONE_PROCESS)
    if(environment)
      message(FATAL_ERROR "remat_add_test(${name}): gui and ONE_PROCESS do not go together")
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${timeout_s})
    # Small models gain nothing from threads, which would wait for each other while other tests run beside them.
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "OMP_NUM_THREADS=1")
  else()
    gtest_discover_tests(
      ${name}
      TEST_PREFIX "${name}."
      TEST_LIST ${name}_TESTS
      NO_PRETTY_VALUES # they may be addresses, different in every run
      DISCOVERY_MODE PRE_TEST
      DISCOVERY_TIMEOUT 60
      PROPERTIES TIMEOUT ${timeout_s} ${environment})
    if(ARG_LABELS)
      # gtest_discover_tests loses all but the first value of a list, so ctest reads the labels from a file of their own.
      set(labels_file "${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake")
      file(WRITE "${labels_file}.new" "if(${name}_TESTS)\n"
                                      "  set_tests_properties(\${${name}_TESTS} PROPERTIES LABELS \"${ARG_LABELS}\")\n"
                                      "endif()\n")
      file(COPY_FILE "${labels_file}.new" "${labels_file}" ONLY_IF_DIFFERENT)
      set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels_file}")
    endif()
  endif()
endfunction()

# remat_add_benchmark(<name> SOURCES <files...> [LIBRARIES <libraries...>])
# A Google Benchmark program in <build>/tests/bin; not a test, started by hand.
function(remat_add_benchmark name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LIBRARIES")
  _remat_check_arguments(remat_add_benchmark ${name})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(${name} PRIVATE REMAT_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/tests/data"
                                             REMAT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE remat_flags ${ARG_LIBRARIES} benchmark::benchmark benchmark::benchmark_main)
endfunction()

# remat_add_fuzzer(<name> SOURCES <files...> [LIBRARIES <libraries...>] [CORPUS <folder>])
# A libFuzzer program; nothing without REMATSCOPE_FUZZ. As a test it replays the corpus and then searches for a short while.
function(remat_add_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "CORPUS" "SOURCES;LIBRARIES")
  _remat_check_arguments(remat_add_fuzzer ${name})
  if(NOT REMATSCOPE_FUZZ)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name} PRIVATE remat_flags ${ARG_LIBRARIES})

  # New findings go to the first folder, so that the corpus in the source tree stays as it is.
  set(findings "${CMAKE_CURRENT_BINARY_DIR}/${name}_findings")
  file(MAKE_DIRECTORY "${findings}")
  set(corpus "")
  if(ARG_CORPUS)
    get_filename_component(corpus "${ARG_CORPUS}" ABSOLUTE)
  endif()
  add_test(NAME ${name} COMMAND ${name} -max_total_time=20 -timeout=10 "-artifact_prefix=${findings}/" "${findings}" ${corpus})
  set_tests_properties(${name} PROPERTIES LABELS slow TIMEOUT 120)
endfunction()
