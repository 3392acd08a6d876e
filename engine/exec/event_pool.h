// Events with timing on a device's streams, kept from step to step: making one costs more than recording it.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>

#include <c10/core/Event.h>
#include <c10/core/Stream.h>

namespace remat {

class EventPool {
 public:
  explicit EventPool(c10::DeviceType type) : type_(type) {}

  /// All events may be recorded anew.
  void restart() { used_ = 0; }

  /// Of what the stream has been given so far. Stays where it is until restart().
  const c10::Event& record(const c10::Stream& stream) {
    if (used_ == events_.size()) events_.emplace_back(type_, c10::EventFlag::BACKEND_DEFAULT);  // with timing
    c10::Event& event = events_[used_++];
    event.record(stream);
    return event;
  }

 private:
  c10::DeviceType type_;
  std::deque<c10::Event> events_;
  std::size_t used_ = 0;
};

/// Both have happened.
[[nodiscard]] inline std::int64_t nsBetween(const c10::Event& first, const c10::Event& last) {
  return std::llround(first.elapsedTime(last) * 1e6);  // torch tells milliseconds
}

}  // namespace remat
