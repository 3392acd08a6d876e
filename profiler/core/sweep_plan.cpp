#include "profiler/core/sweep_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/spec/error.h"
#include "profiler/core/units.h"

namespace remat {
namespace {

/// Applies every value of `axis` to every point so far; the points stay as they are if the axis is empty.
template <typename T, typename Apply>
void vary(std::vector<PointSpec>& points, const std::vector<T>& axis, Apply apply) {
  if (axis.empty()) return;
  std::vector<PointSpec> varied;
  varied.reserve(points.size() * axis.size());
  for (const PointSpec& point : points) {
    for (const T& value : axis) apply(varied.emplace_back(point), value);
  }
  points = std::move(varied);
}

template <typename T>
std::vector<T> sorted(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return values;
}

void checkSizes(const std::vector<std::int64_t>& sizes, const char* flag) {
  for (const std::int64_t size : sizes) {
    if (size < 1) throw Error(ErrorKind::usage, flag, "must be at least 1, got " + std::to_string(size));
  }
}

void checkCount(const SweepAxes& axes) {
  std::vector<std::pair<const char*, std::size_t>> counts = {
      {"configs", axes.models.size()},
      {"policies", axes.policies.size()},
      {"batch sizes", axes.batch_sizes.size()},
      {"sequence lengths", axes.sequence_lengths.size()},
      {"numbers of layers", axes.num_hidden_layers.size()},
      {"dtypes", axes.precisions.size()},
      {"optimizers", axes.optimizers.size()},
      {"devices", axes.devices.size()},
      {"memory caps", axes.memory_caps_bytes.size()},
      {"allocators", axes.allocators.size()},
  };
  for (const std::vector<Toggle>& toggle : axes.toggles) counts.emplace_back("choices", toggle.size());
  double points = 1;  // their product may be more than any integer holds
  std::string product;
  for (const auto& [name, count] : counts) {
    if (count < 2) continue;
    points *= static_cast<double>(count);
    product += (product.empty() ? "" : " x ") + std::to_string(count) + " " + name;
  }
  if (points > static_cast<double>(kMostPoints))
    throw Error(ErrorKind::usage, "sweep", "must have at most " + countText(kMostPoints) + " points, got " + product,
                "name fewer values, or split it into several run files, which merge by concatenation");
}

void checkAxes(const SweepAxes& axes) {
  if (axes.models.empty()) throw Error(ErrorKind::usage, "sweep", "must have at least one config, got none");
  if (axes.policies.empty()) throw Error(ErrorKind::usage, "--policy", "must name at least one policy, got none");
  checkSizes(axes.batch_sizes, "--batch");
  checkSizes(axes.sequence_lengths, "--sequence");
  checkSizes(axes.num_hidden_layers, "--layers");
  checkCount(axes);
}

/// One point per group; its policy is filled in later. What forces a new model or worker varies slowest.
std::vector<PointSpec> pointsWithoutPolicy(const SweepAxes& axes) {
  std::vector<PointSpec> points(1);
  points.front().training = axes.base;
  vary(points, axes.models, [](PointSpec& point, const SweepModel& model) {
    point.model = model.name;
    point.config_path = model.config_path;
    point.config_hash = model.config_hash;
    if (!point.training.num_hidden_layers) point.training.num_hidden_layers = model.num_hidden_layers;
  });
  vary(points, axes.devices, [](PointSpec& point, const std::string& device) { point.device = device; });
  vary(points, axes.memory_caps_bytes, [](PointSpec& point, const auto& cap) { point.memory_cap_bytes = cap; });
  vary(points, axes.allocators, [](PointSpec& point, const std::string& settings) { point.allocator = settings; });
  vary(points, sorted(axes.num_hidden_layers),
       [](PointSpec& point, std::int64_t layers) { point.training.num_hidden_layers = layers; });
  vary(points, axes.precisions, [](PointSpec& point, Precision value) { point.training.precision = value; });
  vary(points, axes.optimizers, [](PointSpec& point, Optimizer value) { point.training.optimizer = value; });
  for (const std::vector<Toggle>& toggle : axes.toggles)
    vary(points, toggle, [](PointSpec& point, const Toggle& put) { put(point.training); });
  vary(points, sorted(axes.sequence_lengths),
       [](PointSpec& point, std::int64_t length) { point.training.sequence_length = length; });
  vary(points, sorted(axes.batch_sizes), [](PointSpec& point, std::int64_t size) { point.training.batch_size = size; });
  return points;
}

}  // namespace

std::string contentHash(std::string_view content) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : content) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; hash >>= 4U) text[i] = digits[hash & 0xfU];
  return text;
}

SweepPlan planSweep(const SweepAxes& axes, const TimingLimits& limits, bool timeline,
                    const std::set<std::string>& finished) {
  checkAxes(axes);
  SweepPlan plan;
  std::set<std::string> planned;
  for (const PointSpec& group : pointsWithoutPolicy(axes)) {
    MeasureRequest request{.config_path = group.config_path, .points = {}, .limits = limits, .timeline = timeline};
    for (const SweepPolicy& policy : axes.policies) {
      PointSpec point = group;
      point.policy = policy.text;
      point.policy_json = policy.json;
      const std::string key = pointKey(point);
      if (!planned.insert(key).second) {
        ++plan.duplicate_points;
      } else if (finished.contains(key)) {
        ++plan.finished_points;
      } else {
        request.points.push_back(std::move(point));
      }
    }
    if (request.points.empty()) continue;
    plan.planned_points += static_cast<std::int64_t>(request.points.size());
    plan.requests.push_back(std::move(request));
  }
  return plan;
}

}  // namespace remat
