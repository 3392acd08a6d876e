// A stand-in for NVIDIA's driver where there is none: a library of its name, that can be opened and does nothing.
extern "C" __attribute__((visibility("default"))) int cuInit(unsigned) { return 100; }  // CUDA_ERROR_NO_DEVICE
