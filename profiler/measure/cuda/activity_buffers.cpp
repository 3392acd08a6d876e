#include "profiler/measure/cuda/activity_buffers.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace remat {
namespace {

constexpr std::align_val_t kAlignment{64};  // CUPTI asks for 8

}  // namespace

ActivityBuffers::ActivityBuffers(std::size_t buffer_bytes, std::size_t most, std::size_t ready)
    : buffer_bytes_(buffer_bytes), most_(most) {
  for (; made_ < std::min(ready, most); ++made_) free_.push_back(allocate());
}

/// Buffers that CUPTI has not handed back stay: it may still write to them.
ActivityBuffers::~ActivityBuffers() {
  for (std::uint8_t* bytes : free_) ::operator delete(bytes, kAlignment);
  for (const Filled& filled : filled_) ::operator delete(filled.bytes, kAlignment);
}

std::uint8_t* ActivityBuffers::allocate() const {
  auto* bytes = static_cast<std::uint8_t*>(::operator new(buffer_bytes_, kAlignment, std::nothrow));
  if (bytes != nullptr) std::memset(bytes, 0, buffer_bytes_);
  return bytes;
}

std::uint8_t* ActivityBuffers::request() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::uint8_t* bytes = nullptr;
  if (!free_.empty()) {
    bytes = free_.back();
    free_.pop_back();
  } else if (made_ < most_ && (bytes = allocate()) != nullptr) {
    ++made_;
  }
  declined_ += bytes == nullptr ? 1 : 0;
  return bytes;
}

void ActivityBuffers::complete(std::uint8_t* bytes, std::size_t valid_bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  filled_.push_back({bytes, std::min(valid_bytes, buffer_bytes_)});
}

std::vector<ActivityBuffers::Filled> ActivityBuffers::takeFilled() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(filled_, {});
}

void ActivityBuffers::recycle(const Filled& filled) {
  std::memset(filled.bytes, 0, filled.valid_bytes);
  const std::lock_guard<std::mutex> lock(mutex_);
  free_.push_back(filled.bytes);
}

std::int64_t ActivityBuffers::takeDeclined() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(declined_, 0);
}

}  // namespace remat
