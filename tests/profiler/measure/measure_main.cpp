// The measuring allocator must be there before the first tensor of the process.
#include <gtest/gtest.h>

#include "engine/exec/saved_tensor_hooks.h"
#include "profiler/measure/cpu_allocator.h"

int main(int argc, char** argv) {
  remat::installCpuAllocator();
  remat::installHookEngine();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
