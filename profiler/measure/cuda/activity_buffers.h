// The memory that CUPTI writes its records to: a bounded number of zeroed buffers. CUPTI asks for them and hands them
// back on threads of its own, so both calls take a lock; nothing is read or told to CUPTI while it is held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace remat {

class ActivityBuffers {
 public:
  struct Filled {
    std::uint8_t* bytes = nullptr;
    std::size_t valid_bytes = 0;
  };

  /// Makes `ready` of at most `most` buffers at once, so that page faults do not fall into a traced step.
  ActivityBuffers(std::size_t buffer_bytes, std::size_t most, std::size_t ready);
  ~ActivityBuffers();
  ActivityBuffers(const ActivityBuffers&) = delete;
  ActivityBuffers& operator=(const ActivityBuffers&) = delete;

  /// Null once the bound is reached: then CUPTI drops what it wanted to write.
  [[nodiscard]] std::uint8_t* request();
  void complete(std::uint8_t* bytes, std::size_t valid_bytes);

  /// What has been completed, in that order; each goes back by recycle().
  [[nodiscard]] std::vector<Filled> takeFilled();
  void recycle(const Filled& filled);

  [[nodiscard]] std::size_t bufferBytes() const { return buffer_bytes_; }
  /// Requests that got none, since the last call.
  [[nodiscard]] std::int64_t takeDeclined();

 private:
  [[nodiscard]] std::uint8_t* allocate() const;

  const std::size_t buffer_bytes_;
  const std::size_t most_;
  std::mutex mutex_;
  std::vector<std::uint8_t*> free_;
  std::vector<Filled> filled_;
  std::size_t made_ = 0;
  std::int64_t declined_ = 0;
};

}  // namespace remat
