// While it lives, no file of this process can grow beyond a few bytes, as if the disk were full.
#pragma once

#include <csignal>
#include <sys/resource.h>

namespace remat {

class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes = 16) : handler_before_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_before_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  void (*handler_before_)(int);
  rlimit before_{};
};

}  // namespace remat
