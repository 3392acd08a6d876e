// Writes the events of a Chrome trace. For chrome_trace.cpp and its tracks only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace remat {

/// A text as JSON, with its quotes; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string jsonQuoted(std::string_view text);

class TraceEvents {
 public:
  /// A track in a process.
  struct Track {
    int process = 0;
    std::int64_t thread = 0;
  };

  explicit TraceEvents(std::function<void(std::string_view)> sink);

  void nameProcess(int process, std::string_view name);
  void nameTrack(Track track, std::string_view name, int position);
  /// `name`: JSON. `args`: JSON of the members, without braces; may be empty.
  void slice(Track track, std::string_view name, std::int64_t time_ns, std::int64_t duration_ns, std::string_view args);
  void counter(int process, std::string_view name, std::int64_t time_ns, std::string_view args);
  /// Ends the document; nothing may follow.
  void finish();

 private:
  void begin(std::string_view name, char kind, int process);
  void time(std::string_view member, std::int64_t ns);
  void number(std::int64_t value);
  void end(std::string_view args);

  std::function<void(std::string_view)> sink_;
  std::string text_;
  bool first_ = true;
};

}  // namespace remat
