// Settings of torch's caching allocator as an axis of a sweep: what the command line takes and records keep, and what
// torch is told. Only a GPU has such an allocator.
//
// On the command line settings are joined by '+', since ',' separates the values of an axis:
// "expandable_segments:True+max_split_size_mb:128". torch's own text (PYTORCH_ALLOC_CONF) has ',' between them.
#pragma once

#include <algorithm>
#include <string>

#include "profiler/core/records.h"

namespace remat {

/// The text that records keep: settings in one order, or "default", which is what torch starts with. Throws
/// Error(usage) for a setting that is unknown, twice, or has a value that torch 2.11 would refuse.
[[nodiscard]] std::string parseAllocatorSettings(const std::string& text, const std::string& where);

/// For c10::CachingAllocator::setAllocatorSettings: undoes what an earlier text has set, then what `environment`
/// (torch's text when the process started, may be empty) says, then `settings`. torch takes the last of several values.
/// Inline, because the library of CUDA devices uses it and links nothing of this folder.
[[nodiscard]] inline std::string torchAllocatorText(std::string settings, const std::string& environment) {
  // torch goes back to its defaults with every text but for these; the second one takes max_non_split_rounding_mb
  // along.
  std::string text = "expandable_segments:False,large_segment_size_mb:20";
  if (!environment.empty()) text += "," + environment;
  if (settings == kDefaultAllocator) return text;
  std::replace(settings.begin(), settings.end(), '+', ',');
  return text + "," + settings;
}

/// Throws Error(usage) if there are settings for a device that has none: the CPU.
void checkAllocatorOf(const std::string& device, const std::string& settings, const std::string& where);

}  // namespace remat
