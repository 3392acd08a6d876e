#include "profiler/measure/cuda/allocation_trace.h"

namespace remat {

void AllocationTrace::allocated(std::uintptr_t address, std::int64_t bytes) {
  if (!listener_) return;
  numbers_[address] = ++last_;  // an address that is used again is another allocation
  listener_->allocated(last_, bytes);
}

void AllocationTrace::released(std::uintptr_t address, std::int64_t bytes) {
  if (!listener_) return;
  const std::int64_t number = numberOf(address);
  numbers_.erase(address);
  listener_->released(number, bytes);
}

void AllocationTrace::refused(std::int64_t bytes) {
  if (listener_) listener_->refused(bytes);
}

std::int64_t AllocationTrace::numberOf(std::uintptr_t address) {
  if (address == 0) return -1;
  const auto [entry, added] = numbers_.try_emplace(address, last_ + 1);
  if (added) ++last_;
  return entry->second;
}

}  // namespace remat
