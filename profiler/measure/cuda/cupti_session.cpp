#include "profiler/measure/cuda/cupti_session.h"

#include <array>
#include <atomic>
#include <chrono>
#include <utility>

#include "profiler/measure/cuda/activity_buffers.h"
#include "profiler/measure/cuda/activity_reader.h"
#include "profiler/measure/cuda/cupti_library.h"
#include "profiler/measure/cuda/traced_calls.h"

namespace remat {
namespace {

/// CUPTI's callbacks carry no pointer of ours, so the buffers of the one open session are known to the process.
std::atomic<ActivityBuffers*> open_buffers{nullptr};

/// One clock for scopes, allocations and kernels: CUPTI converts its device times to it.
std::uint64_t CUPTIAPI hostClock() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

std::int64_t hostNow() { return static_cast<std::int64_t>(hostClock()); }

void CUPTIAPI bufferRequested(std::uint8_t** buffer, std::size_t* bytes, std::size_t* most_records) {
  ActivityBuffers* buffers = open_buffers.load();
  *most_records = 0;  // as many as fit
  *buffer = buffers == nullptr ? nullptr : buffers->request();
  *bytes = *buffer == nullptr ? 0 : buffers->bufferBytes();
}

void CUPTIAPI bufferCompleted(CUcontext /*context*/, std::uint32_t /*stream*/, std::uint8_t* buffer,
                              std::size_t /*bytes*/, std::size_t valid_bytes) {
  ActivityBuffers* buffers = open_buffers.load();
  if (buffers != nullptr && buffer != nullptr) buffers->complete(buffer, valid_bytes);
}

/// The subscription is there to claim the slot; no callback is ever switched on.
void CUPTIAPI noCallback(void* /*user*/, CUpti_CallbackDomain /*domain*/, CUpti_CallbackId /*id*/,
                         const void* /*call*/) {}

// KERNEL would serialise what runs at once; CONCURRENT_KERNEL does not.
constexpr std::array kKinds = {CUPTI_ACTIVITY_KIND_EXTERNAL_CORRELATION, CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL,
                               CUPTI_ACTIVITY_KIND_MEMCPY, CUPTI_ACTIVITY_KIND_MEMSET, CUPTI_ACTIVITY_KIND_OVERHEAD};
constexpr std::array kCallKinds = {CUPTI_ACTIVITY_KIND_RUNTIME, CUPTI_ACTIVITY_KIND_DRIVER};

constexpr std::size_t kExpectedScopes = std::size_t{1} << 16;

}  // namespace

/// What a session has of CUPTI. The first failure is kept as a sentence; later calls do no harm.
struct CuptiSession::Connection {
  Connection(const CuptiOptions& wanted, const CuptiFunctions& table)
      : options(wanted), cupti(table), buffers(wanted.buffer_bytes, wanted.most_buffers, wanted.ready_buffers) {}

  bool check(const char* call, CUptiResult result) {
    if (result != CUPTI_SUCCESS && problem.empty()) problem = cuptiProblem(cupti, call, result);
    return result == CUPTI_SUCCESS;
  }

  template <typename T>
  bool setAttribute(CUpti_ActivityAttribute attribute, T value) {
    std::size_t bytes = sizeof(value);
    return check("cuptiActivitySetAttribute", cupti.set_attribute(attribute, &bytes, &value));
  }

  bool subscribe() {
    subscribed = check("cuptiSubscribe", cupti.subscribe(&subscriber, noCallback, nullptr));
    return subscribed;
  }

  /// Clock and sizes hold for what is enabled afterwards, so they come first.
  bool prepare() {
    return check("cuptiActivityRegisterTimestampCallback", cupti.register_timestamp_callback(hostClock)) &&
           setAttribute(CUPTI_ACTIVITY_ATTR_DEVICE_BUFFER_SIZE, options.device_buffer_bytes) &&
           setAttribute(CUPTI_ACTIVITY_ATTR_DEVICE_BUFFER_POOL_LIMIT, options.most_device_buffers) &&
           setAttribute(CUPTI_ACTIVITY_ATTR_ZEROED_OUT_ACTIVITY_BUFFER, std::uint8_t{1}) &&
           check("cuptiActivityRegisterCallbacks", cupti.register_callbacks(bufferRequested, bufferCompleted));
  }

  void enable() {
    for (const CUpti_ActivityKind kind : kKinds) check("cuptiActivityEnable", cupti.enable(kind));
    if (options.calls == CuptiOptions::Calls::all) {
      for (const CUpti_ActivityKind kind : kCallKinds) check("cuptiActivityEnable", cupti.enable(kind));
    } else {
      switchCalls(1);
    }
  }

  void disable() {
    if (options.calls == CuptiOptions::Calls::all) {
      for (const CUpti_ActivityKind kind : kCallKinds) check("cuptiActivityDisable", cupti.disable(kind));
    } else {
      switchCalls(0);
    }
    for (const CUpti_ActivityKind kind : kKinds) check("cuptiActivityDisable", cupti.disable(kind));
  }

  void switchCalls(std::uint8_t on) {
    for (const CUpti_CallbackId call : tracedRuntimeCalls())
      check("cuptiActivityEnableRuntimeApi", cupti.enable_runtime_api(call, on));
    for (const CUpti_CallbackId call : tracedDriverCalls())
      check("cuptiActivityEnableDriverApi", cupti.enable_driver_api(call, on));
  }

  std::int64_t takeDropped() {
    std::size_t dropped = 0;
    check("cuptiActivityGetNumDroppedRecords", cupti.get_dropped_records(nullptr, 0, &dropped));
    return static_cast<std::int64_t>(dropped);
  }

  /// What earlier steps left behind is not of this one.
  void forgetEarlier() {
    for (const ActivityBuffers::Filled& filled : buffers.takeFilled()) buffers.recycle(filled);
    static_cast<void>(buffers.takeDeclined());
    static_cast<void>(takeDropped());
  }

  void readInto(ActivityLog& log) {
    ActivityReader reader(cupti.get_next_record);
    for (const ActivityBuffers::Filled& filled : buffers.takeFilled()) {
      reader.read(filled.bytes, filled.valid_bytes, log);
      buffers.recycle(filled);
    }
    log.dropped_records += takeDropped();
    // A declined buffer means lost records even if CUPTI counts none.
    if (buffers.takeDeclined() > 0 && log.dropped_records == 0) log.dropped_records = 1;
    log.device_buffer_bytes = static_cast<std::int64_t>(options.device_buffer_bytes * options.most_device_buffers);
  }

  void close() {
    if (subscribed) {
      cupti.flush_all(CUPTI_ACTIVITY_FLAG_FLUSH_FORCED);
      cupti.unsubscribe(subscriber);
      if (options.detach_on_close) cupti.finalize();
    }
    ActivityBuffers* own = &buffers;
    open_buffers.compare_exchange_strong(own, nullptr);
  }

  const CuptiOptions options;
  const CuptiFunctions cupti;
  ActivityBuffers buffers;
  CUpti_SubscriberHandle subscriber = nullptr;
  bool subscribed = false;
  std::string problem;
};

OpenedCupti CuptiSession::open(const CuptiOptions& options) {
  const LoadedCupti loaded = loadCupti();
  if (!loaded.functions) return {nullptr, loaded.reason};
  return open(options, *loaded.functions);
}

OpenedCupti CuptiSession::open(const CuptiOptions& options, const CuptiFunctions& functions) {
  auto connection = std::make_unique<Connection>(options, functions);
  ActivityBuffers* none = nullptr;
  if (!open_buffers.compare_exchange_strong(none, &connection->buffers)) {
    return {nullptr, "CUPTI: this process traces already; end that session first."};
  }
  if (connection->subscribe() && connection->prepare()) {
    return {std::unique_ptr<CuptiSession>(new CuptiSession(std::move(connection))), ""};
  }
  const std::string reason = connection->problem;
  connection->close();
  return {nullptr, reason};
}

CuptiSession::CuptiSession(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

CuptiSession::~CuptiSession() {
  if (tracing_) static_cast<void>(end());
  connection_->close();
}

void CuptiSession::begin() {
  connection_->problem.clear();
  connection_->forgetEarlier();
  connection_->enable();
  log_ = {};
  log_.scopes.reserve(kExpectedScopes);
  tracing_ = true;
  log_.begin_ns = hostNow();
  if (scope_ != 0) pushScope();
}

void CuptiSession::enter(const ScopeId& scope) {
  const std::uint64_t id = packed(scope);
  if (id == scope_) return;
  scope_ = id;
  if (!tracing_) return;
  popScope();
  pushScope();
}

void CuptiSession::pushScope() {
  pushed_ = connection_->check("cuptiActivityPushExternalCorrelationId",
                               connection_->cupti.push_external_id(kScopeCorrelation, scope_));
  log_.scopes.push_back({hostNow(), scope_});
}

void CuptiSession::popScope() {
  if (!pushed_) return;
  connection_->check("cuptiActivityPopExternalCorrelationId",
                     connection_->cupti.pop_external_id(kScopeCorrelation, nullptr));
  pushed_ = false;
}

ActivityLog CuptiSession::end() {
  log_.end_ns = hostNow();
  tracing_ = false;
  popScope();
  connection_->check("cuptiActivityFlushAll", connection_->cupti.flush_all(0));
  connection_->disable();
  // Records that are still incomplete would otherwise be delivered, and counted, in the next step.
  connection_->check("cuptiActivityFlushAll", connection_->cupti.flush_all(CUPTI_ACTIVITY_FLAG_FLUSH_FORCED));
  connection_->readInto(log_);
  log_.problem = connection_->problem;
  return std::move(log_);
}

}  // namespace remat
