#include "tests/profiler/measure/cuda/fake_cupti.h"

#include <cstring>

#include "profiler/measure/cuda/activity_reader.h"

namespace remat {
namespace {

FakeCupti* fake = nullptr;

CUptiResult call(const std::string& name) {
  if (fake->calls.empty() || fake->calls.back() != name) fake->calls.push_back(name);
  const auto at = fake->failures.find(name);
  return at == fake->failures.end() ? CUPTI_SUCCESS : at->second;
}

template <typename Set, typename Key>
void put(Set& set, Key key, bool on) {
  if (on) set.insert(key);
  if (!on) set.erase(key);
}

CUptiResult CUPTIAPI setAttribute(CUpti_ActivityAttribute attribute, std::size_t* bytes, void* value) {
  std::size_t number = 0;
  std::memcpy(&number, value, *bytes);
  fake->attributes[attribute] = number;
  return call("set_attribute");
}

CUptiResult CUPTIAPI registerCallbacks(CUpti_BuffersCallbackRequestFunc requested,
                                       CUpti_BuffersCallbackCompleteFunc completed) {
  fake->requested = requested;
  fake->completed = completed;
  return call("register_callbacks");
}

CUptiResult CUPTIAPI registerClock(CUpti_TimestampCallbackFunc clock) {
  fake->clock = clock;
  return call("register_timestamp_callback");
}

CUptiResult CUPTIAPI pushId(CUpti_ExternalCorrelationKind kind, std::uint64_t id) {
  if (kind != kScopeCorrelation) return CUPTI_ERROR_INVALID_PARAMETER;
  fake->external_ids.push_back(id);
  return call("push_external_id");
}

CUptiResult CUPTIAPI popId(CUpti_ExternalCorrelationKind /*kind*/, std::uint64_t* /*last*/) {
  if (fake->external_ids.empty()) return CUPTI_ERROR_QUEUE_EMPTY;
  fake->external_ids.pop_back();
  return call("pop_external_id");
}

CUptiResult CUPTIAPI flushAll(std::uint32_t flag) {
  fake->deliver();
  return call(flag == CUPTI_ACTIVITY_FLAG_FLUSH_FORCED ? "flush_forced" : "flush");
}

CUptiResult CUPTIAPI takeDropped(CUcontext /*context*/, std::uint32_t /*stream*/, std::size_t* dropped) {
  *dropped = fake->dropped;
  fake->dropped = 0;
  return call("get_dropped_records");
}

}  // namespace

FakeCupti::FakeCupti() { fake = this; }
FakeCupti::~FakeCupti() { fake = nullptr; }

CuptiFunctions FakeCupti::functions() const {
  CuptiFunctions table;
  table.get_version = [](std::uint32_t* version) {
    *version = kOldestCuptiVersion;
    return CUPTI_SUCCESS;
  };
  table.get_error_message = [](CUptiResult, const char** text) {
    *text = "made-up error";
    return CUPTI_SUCCESS;
  };
  table.subscribe = [](CUpti_SubscriberHandle*, CUpti_CallbackFunc, void*) { return call("subscribe"); };
  table.unsubscribe = [](CUpti_SubscriberHandle) { return call("unsubscribe"); };
  table.finalize = [] { return call("finalize"); };
  table.register_timestamp_callback = registerClock;
  table.register_callbacks = registerCallbacks;
  table.set_attribute = setAttribute;
  table.enable = [](CUpti_ActivityKind kind) {
    put(fake->enabled, kind, true);
    return call("enable");
  };
  table.disable = [](CUpti_ActivityKind kind) {
    put(fake->enabled, kind, false);
    return call("disable");
  };
  table.enable_runtime_api = [](CUpti_CallbackId id, std::uint8_t on) {
    put(fake->runtime_calls, id, on != 0);
    return call("enable_runtime_api");
  };
  table.enable_driver_api = [](CUpti_CallbackId id, std::uint8_t on) {
    put(fake->driver_calls, id, on != 0);
    return call("enable_driver_api");
  };
  table.push_external_id = pushId;
  table.pop_external_id = popId;
  table.flush_all = flushAll;
  table.get_next_record = nextRecord;
  table.get_dropped_records = takeDropped;
  return table;
}

template <typename T>
void FakeCupti::write(const T& record) {
  if (used_ + sizeof(T) > capacity_) {
    deliver();
    std::size_t most_records = 0;
    requested(&buffer_, &capacity_, &most_records);
  }
  if (buffer_ == nullptr) {
    ++dropped;
    return;
  }
  std::memcpy(buffer_ + used_, &record, sizeof(T));
  used_ += sizeof(T);
}

void FakeCupti::launch(const char* kernel, std::uint64_t duration_ns, CUpti_CallbackId call) {
  ++correlation_;
  if (!enabled.contains(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL)) return;
  const bool traced = runtime_calls.contains(call) || enabled.contains(CUPTI_ACTIVITY_KIND_RUNTIME);
  if (traced && !external_ids.empty()) write(correlationRecord(correlation_, external_ids.back()));
  const std::uint64_t now = clock();
  write(kernelRecord(kernel, correlation_, now, now + duration_ns));
}

void FakeCupti::deliver() {
  if (buffer_ != nullptr && completed != nullptr) completed(nullptr, 0, buffer_, capacity_, used_);
  buffer_ = nullptr;
  capacity_ = used_ = 0;
}

}  // namespace remat
