# Finds LibTorch without find_package(Torch), which demands nvcc and a GPU architecture even of programs that use neither.
#
# Looked at, in this order (the first that is named must be right, it is never passed over in silence):
#   1. -DLIBTORCH_DIR=... : a .../site-packages/torch folder or an unpacked libtorch folder
#   2. the environment variable LIBTORCH_DIR, same meaning
#   3. what packaging/setup installs: ${XDG_CACHE_HOME:-~/.cache}/rematscope/libtorch-2.11.0
#
# Defines
#   LibTorch_FOUND, LibTorch_VERSION, LibTorch_ROOT (the folder that holds include/ and lib/)
#   LibTorch::cpu           libtorch_cpu and libc10, with their run path: all that the engine links
#   LibTorch::cuda_headers  headers of the CUDA runtime, of CUPTI and of c10/cuda; only if the wheel's packages have them.
#                           Nothing to link: these libraries are opened at run time when a driver is present.
#   LibTorch::cuda          libtorch_cuda and libc10_cuda, for the one library that is opened where there is a GPU; only if
#                           the wheel has them. What they need themselves is looked for when that library is opened.

set(LIBTORCH_DIR "" CACHE PATH "LibTorch: a .../site-packages/torch folder or an unpacked libtorch folder")

# The include folder of the torch::nn front end is left out on purpose: the engine uses ATen and autograd headers only.
function(_libtorch_check dir result)
  set(${result} OFF PARENT_SCOPE)
  if(EXISTS "${dir}/lib/libtorch_cpu.so" AND EXISTS "${dir}/lib/libc10.so" AND EXISTS "${dir}/include/ATen/core/Tensor.h")
    set(${result} ON PARENT_SCOPE)
  endif()
endfunction()

set(LibTorch_ROOT "")
set(_libtorch_reason "")
if(LIBTORCH_DIR)
  set(_libtorch_named "${LIBTORCH_DIR}")
  set(_libtorch_named_by "-DLIBTORCH_DIR")
elseif(DEFINED ENV{LIBTORCH_DIR} AND NOT "$ENV{LIBTORCH_DIR}" STREQUAL "")
  set(_libtorch_named "$ENV{LIBTORCH_DIR}")
  set(_libtorch_named_by "environment variable LIBTORCH_DIR")
else()
  set(_libtorch_named "")
endif()

if(_libtorch_named)
  _libtorch_check("${_libtorch_named}" _libtorch_ok)
  if(NOT _libtorch_ok)
    message(FATAL_ERROR "${_libtorch_named_by}: expected a folder with lib/libtorch_cpu.so, lib/libc10.so and include/ATen, "
                        "found ${_libtorch_named}; name a .../site-packages/torch or an unpacked libtorch folder.")
  endif()
  set(LibTorch_ROOT "${_libtorch_named}")
else()
  if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(_libtorch_cache "$ENV{XDG_CACHE_HOME}")
  else()
    set(_libtorch_cache "$ENV{HOME}/.cache")
  endif()
  set(_libtorch_cache "${_libtorch_cache}/rematscope/libtorch-2.11.0")
  file(GLOB _libtorch_candidates "${_libtorch_cache}/lib/python3*/site-packages/torch")
  foreach(_libtorch_candidate IN LISTS _libtorch_candidates)
    _libtorch_check("${_libtorch_candidate}" _libtorch_ok)
    if(_libtorch_ok AND NOT LibTorch_ROOT)
      set(LibTorch_ROOT "${_libtorch_candidate}")
    endif()
  endforeach()
  set(_libtorch_reason
      "LibTorch: not in ${_libtorch_cache} and LIBTORCH_DIR is not set. Run packaging/setup, which installs it there, \
or name an existing one with -DLIBTORCH_DIR=<.../site-packages/torch>, or build without it: -DREMATSCOPE_TORCH=OFF.")
endif()

set(LibTorch_VERSION "")
if(LibTorch_ROOT)
  foreach(_libtorch_header include/torch/headeronly/version.h include/torch/csrc/api/include/torch/version.h)
    if(NOT LibTorch_VERSION AND EXISTS "${LibTorch_ROOT}/${_libtorch_header}")
      file(STRINGS "${LibTorch_ROOT}/${_libtorch_header}" _libtorch_lines REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
      string(REGEX REPLACE "[^0-9;]" "" _libtorch_numbers "${_libtorch_lines}")
      list(JOIN _libtorch_numbers "." LibTorch_VERSION)
    endif()
  endforeach()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  LibTorch
  REQUIRED_VARS LibTorch_ROOT
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "${_libtorch_reason}")

if(LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
  set(_libtorch_lib "${LibTorch_ROOT}/lib")
  add_library(LibTorch::cpu INTERFACE IMPORTED GLOBAL)
  target_include_directories(LibTorch::cpu SYSTEM INTERFACE "${LibTorch_ROOT}/include")
  target_compile_definitions(LibTorch::cpu INTERFACE _GLIBCXX_USE_CXX11_ABI=1)

  # libtorch_cpu of the wheel needs libcudart and libcupti even on a machine without a GPU. Its own run path finds them
  # when the program starts; the linker does not follow it reliably and must be shown the folder.
  set(_libtorch_rpath_link "${_libtorch_lib}")
  get_filename_component(_libtorch_nvidia "${LibTorch_ROOT}/../nvidia/cu13" ABSOLUTE)
  if(EXISTS "${_libtorch_nvidia}/lib")
    string(APPEND _libtorch_rpath_link ":${_libtorch_nvidia}/lib")
  endif()

  # One item that CMake passes on unchanged: kernels register themselves from static initialisers, so a library of which no
  # symbol is used must stay linked all the same.
  target_link_libraries(
    LibTorch::cpu
    INTERFACE
      "-Wl,--push-state,--no-as-needed,${_libtorch_lib}/libtorch_cpu.so,${_libtorch_lib}/libc10.so,--pop-state"
      "-Wl,-rpath,${_libtorch_lib},-rpath-link,${_libtorch_rpath_link}")

  if(EXISTS "${_libtorch_nvidia}/include/cupti.h")
    add_library(LibTorch::cuda_headers INTERFACE IMPORTED GLOBAL)
    target_include_directories(LibTorch::cuda_headers SYSTEM INTERFACE "${LibTorch_ROOT}/include" "${_libtorch_nvidia}/include")
  endif()

  if(EXISTS "${_libtorch_lib}/libtorch_cuda.so" AND EXISTS "${_libtorch_lib}/libc10_cuda.so" AND TARGET LibTorch::cuda_headers)
    add_library(LibTorch::cuda INTERFACE IMPORTED GLOBAL)
    target_link_libraries(
      LibTorch::cuda
      INTERFACE
        LibTorch::cpu
        LibTorch::cuda_headers
        "-Wl,--push-state,--no-as-needed,${_libtorch_lib}/libc10_cuda.so,${_libtorch_lib}/libtorch_cuda.so,--pop-state"
        "${_libtorch_nvidia}/lib/libcudart.so.13")
  endif()
endif()
