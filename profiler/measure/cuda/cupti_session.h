// The attribution pass on a GPU: one subscriber, one clock, one external id at a time.
//
//   const auto opened = CuptiSession::open({});   // after the timing pass, before the first traced step
//   if (!opened.session) tell(opened.reason);
//   synchronize(); session.begin();
//   ... the training thread runs one step; a listener of its scope calls session.enter(scope) ...
//   synchronize(); ActivityLog log = session.end();
//
// begin, enter and end belong to one thread: external ids are kept per thread, and the engine runs forward, replays and
// backward on one. Device buffers of CUPTI are memory beside the caching allocator, so bytes are measured without it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "profiler/core/kernel_activity.h"
#include "profiler/core/scope_id.h"

namespace remat {

struct CuptiFunctions;
struct OpenedCupti;

struct CuptiOptions {
  enum class Calls : std::uint8_t {
    launches,  ///< single calls that launch work: few records
    all        ///< the whole RUNTIME and DRIVER kinds: in case external ids do not come with single calls
  };
  Calls calls = Calls::launches;
  // Host memory for records: a step of ten thousand kernels needs about 4 MiB.
  std::size_t buffer_bytes = std::size_t{4} << 20;
  std::size_t most_buffers = 64;
  std::size_t ready_buffers = 4;
  // Device memory: 51.2 MB at most; CUPTI's defaults of 3.2 MB and 250 buffers would be 800 MB.
  std::size_t device_buffer_bytes = 3'200'000;
  std::size_t most_device_buffers = 16;
  /// Take CUPTI off the process again on closing: left attached it has been seen to slow later steps.
  bool detach_on_close = true;
};

class CuptiSession {
 public:
  /// Claims the process's only subscription. One session at a time.
  [[nodiscard]] static OpenedCupti open(const CuptiOptions& options);
  /// The same with functions that the caller has loaded or made up.
  [[nodiscard]] static OpenedCupti open(const CuptiOptions& options, const CuptiFunctions& functions);
  ~CuptiSession();
  CuptiSession(const CuptiSession&) = delete;
  CuptiSession& operator=(const CuptiSession&) = delete;

  /// The device must be idle. The scope entered last, if any, holds at once.
  void begin();
  /// What is launched from here on belongs to `scope`. About 100 ns while tracing, nothing else otherwise.
  void enter(const ScopeId& scope);
  /// The device must be idle again. Whatever failed since begin() is told in ActivityLog::problem.
  [[nodiscard]] ActivityLog end();

 private:
  struct Connection;  // hides the headers of CUPTI
  explicit CuptiSession(std::unique_ptr<Connection> connection);

  void pushScope();
  void popScope();

  std::unique_ptr<Connection> connection_;
  ActivityLog log_;
  std::uint64_t scope_ = 0;  ///< packed; 0: none yet
  bool tracing_ = false;
  bool pushed_ = false;
};

/// A session, or the sentence why there is none: time and memory can be measured all the same.
struct OpenedCupti {
  std::unique_ptr<CuptiSession> session;
  std::string reason{};
};

}  // namespace remat
