# Every library from outside, found in one place, so that a bare machine is told all that is missing at once.
# Targets to link: nlohmann_json::nlohmann_json simdjson::simdjson CLI11::CLI11 fmt::fmt spdlog::spdlog Boost::headers
# mustache::mustache; in tests GTest::gtest GTest::gmock benchmark::benchmark; with Torch LibTorch::cpu (see FindLibTorch).

set(missing_packages "")

# remat_find(<name> <Debian package>): find_package in config mode that remembers what is missing.
macro(remat_find name debian_package)
  find_package(${name} CONFIG QUIET)
  if(NOT ${name}_FOUND)
    list(APPEND missing_packages ${debian_package})
  endif()
endmacro()

remat_find(nlohmann_json nlohmann-json3-dev)
remat_find(simdjson libsimdjson-dev)
remat_find(CLI11 libcli11-dev)
remat_find(fmt libfmt-dev)
remat_find(spdlog libspdlog-dev)
remat_find(Boost libboost-dev)
if(REMATSCOPE_TESTS)
  remat_find(GTest libgtest-dev)
  if(GTest_FOUND AND NOT TARGET GTest::gmock)
    list(APPEND missing_packages libgmock-dev)
  endif()
  remat_find(benchmark libbenchmark-dev)
endif()

# Debian ships this header-only library without a CMake package.
find_path(MUSTACHE_INCLUDE_DIR kainjow/mustache.hpp)
mark_as_advanced(MUSTACHE_INCLUDE_DIR)
if(MUSTACHE_INCLUDE_DIR)
  add_library(mustache::mustache INTERFACE IMPORTED GLOBAL)
  target_include_directories(mustache::mustache INTERFACE "${MUSTACHE_INCLUDE_DIR}")
else()
  list(APPEND missing_packages libkainjow-mustache-dev)
endif()

if(missing_packages)
  list(JOIN missing_packages " " missing_packages)
  message(FATAL_ERROR "Libraries are missing.\n"
                      "On Debian 12 run:  apt-get install ${missing_packages}\n"
                      "or let  packaging/setup  install everything that is needed.")
endif()

find_package(Threads REQUIRED)

# The window. QCustomPlot's package has no version file and does not look for Qt itself.
set(REMAT_HAVE_GUI OFF)
if(NOT REMATSCOPE_GUI STREQUAL "OFF")
  set(gui_required "")
  if(NOT REMATSCOPE_GUI STREQUAL "AUTO")
    set(gui_required REQUIRED)
  endif()
  find_package(Qt6 6.4 QUIET ${gui_required} COMPONENTS Core Gui Widgets PrintSupport Svg Test)
  if(Qt6_FOUND)
    find_package(QCustomPlotQt6 CONFIG QUIET ${gui_required})
  endif()
  if(Qt6_FOUND AND QCustomPlotQt6_FOUND)
    set(REMAT_HAVE_GUI ON)
  else()
    message(STATUS "Without Qt 6 or QCustomPlot: rematscope-gui is not built (Debian: qt6-base-dev qt6-svg-dev libqcustomplot-dev).")
  endif()
endif()

set(REMAT_HAVE_TORCH OFF)
if(REMATSCOPE_TORCH STREQUAL "AUTO")
  find_package(LibTorch MODULE)
  set(REMAT_HAVE_TORCH ${LibTorch_FOUND})
elseif(REMATSCOPE_TORCH)
  find_package(LibTorch MODULE REQUIRED)
  set(REMAT_HAVE_TORCH ON)
endif()

if(REMAT_HAVE_TORCH AND (REMATSCOPE_SANITIZE OR REMATSCOPE_FUZZ))
  message(FATAL_ERROR "REMATSCOPE_SANITIZE and REMATSCOPE_FUZZ are for the Torch-free part: add -DREMATSCOPE_TORCH=OFF "
                      "(the presets asan and fuzz do).")
endif()
if(NOT REMAT_HAVE_TORCH AND NOT (REMATSCOPE_SANITIZE OR REMATSCOPE_FUZZ))
  message(STATUS "Without LibTorch: rematscope-worker, the program that measures, is not built.")
endif()
