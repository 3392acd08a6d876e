// From the axes of a sweep to the requests for a worker: every combination once, grouped so that one model serves all
// of its policies, ordered so that models are built as rarely as possible.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/core/records.h"
#include "profiler/core/requests.h"

namespace remat {

/// A config that was read. name, num_hidden_layers: as ModelConfig has them.
struct SweepModel {
  std::string config_path;
  std::string config_hash;  ///< contentHash of the file
  std::string name;
  std::int64_t num_hidden_layers = 0;
};

struct SweepPolicy {
  std::string text;  ///< command-line form
  std::string json;  ///< content of the file, if text is the path of one
};

/// One value of an axis that is a choice of TrainingSpec other than a size: puts it there.
using Toggle = std::function<void(TrainingSpec&)>;

/// An empty axis means the one value that `base` has (num_hidden_layers: the one that the config has).
struct SweepAxes {
  std::vector<SweepModel> models;
  std::vector<SweepPolicy> policies;
  std::vector<std::int64_t> batch_sizes;
  std::vector<std::int64_t> sequence_lengths;
  std::vector<std::int64_t> num_hidden_layers;
  std::vector<Precision> precisions;
  std::vector<Optimizer> optimizers;
  std::vector<std::string> devices;                            ///< empty: "cpu"
  std::vector<std::optional<std::int64_t>> memory_caps_bytes;  ///< empty: none
  std::vector<std::string> allocators;                         ///< empty: "default"; see allocator_settings.h
  std::vector<std::vector<Toggle>> toggles;                    ///< one axis each, the last varies fastest
  TrainingSpec base;                                           ///< everything else
};

/// More take weeks, and are a mistake in the axes.
inline constexpr std::int64_t kMostPoints = 10'000;

struct SweepPlan {
  std::vector<MeasureRequest> requests;
  std::int64_t planned_points = 0;    ///< in `requests`
  std::int64_t finished_points = 0;   ///< left out because they were measured before
  std::int64_t duplicate_points = 0;  ///< left out because an axis named a value twice
};

/// `finished`: keys to leave out, see finishedKeys(). Order: model, layers, precision, device, cap and allocator vary
/// slowest, then optimizer, toggles, sequence and batch (smallest first, so that results come early); policies vary
/// fastest. Throws Error(usage) if there is no model or no policy, for sizes below 1, and for more than kMostPoints.
[[nodiscard]] SweepPlan planSweep(const SweepAxes& axes, const TimingLimits& limits, bool timeline = true,
                                  const std::set<std::string>& finished = {});

/// 16 hexadecimal digits: FNV-1a.
[[nodiscard]] std::string contentHash(std::string_view content);

}  // namespace remat
