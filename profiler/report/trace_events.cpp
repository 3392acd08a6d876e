#include "profiler/report/trace_events.h"

#include <array>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

namespace remat {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

}  // namespace

std::string jsonQuoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TraceEvents::TraceEvents(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {
  text_ = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
}

void TraceEvents::nameProcess(int process, std::string_view name) {
  begin("\"process_name\"", 'M', process);
  end("\"name\":" + jsonQuoted(name));
}

void TraceEvents::nameTrack(Track track, std::string_view name, int position) {
  begin("\"thread_name\"", 'M', track.process);
  text_ += ",\"tid\":";
  number(track.thread);
  end("\"name\":" + jsonQuoted(name));
  begin("\"thread_sort_index\"", 'M', track.process);
  text_ += ",\"tid\":";
  number(track.thread);
  end("\"sort_index\":" + std::to_string(position));
}

void TraceEvents::slice(Track track, std::string_view name, std::int64_t time_ns, std::int64_t duration_ns,
                        std::string_view args) {
  begin(name, 'X', track.process);
  text_ += ",\"tid\":";
  number(track.thread);
  time("ts", time_ns);
  time("dur", duration_ns);
  end(args);
}

void TraceEvents::counter(int process, std::string_view name, std::int64_t time_ns, std::string_view args) {
  begin(name, 'C', process);
  time("ts", time_ns);
  end(args);
}

void TraceEvents::finish() {
  text_ += "\n]}\n";
  sink_(text_);
  text_.clear();
}

void TraceEvents::begin(std::string_view name, char kind, int process) {
  text_ += first_ ? "\n{\"name\":" : ",\n{\"name\":";
  first_ = false;
  text_ += name;
  text_ += ",\"ph\":\"";
  text_ += kind;
  text_ += "\",\"pid\":";
  number(process);
}

/// Microseconds with three decimals, exactly: as a floating-point number long traces would lose nanoseconds.
void TraceEvents::time(std::string_view member, std::int64_t ns) {
  constexpr std::int64_t in_us = 1000;
  text_ += ",\"";
  text_ += member;
  text_ += "\":";
  number(ns / in_us);
  const auto rest = static_cast<int>(ns % in_us);
  text_ += {'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10),
            static_cast<char>('0' + rest % 10)};
}

void TraceEvents::number(std::int64_t value) {
  std::array<char, 24> digits{};
  text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void TraceEvents::end(std::string_view args) {
  if (!args.empty()) {
    text_ += ",\"args\":{";
    text_ += args;
    text_ += '}';
  }
  text_ += '}';
  if (text_.size() < kPieceBytes) return;
  sink_(text_);
  text_.clear();
}

}  // namespace remat
