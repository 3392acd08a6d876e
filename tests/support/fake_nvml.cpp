// A stand-in for NVML: a driver that answers, or fails with FAKE_NVML_ERROR.
#include <cstdio>
#include <cstdlib>

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED int nvmlInit_v2() {
  const char* error = std::getenv("FAKE_NVML_ERROR");
  return error == nullptr ? 0 : std::atoi(error);
}

EXPORTED int nvmlSystemGetDriverVersion(char* version, unsigned length) {
  std::snprintf(version, length, "580.65.06");
  return 0;
}
