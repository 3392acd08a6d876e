#include "profiler/report/peak_findings.h"

#include <algorithm>
#include <cmath>

#include "profiler/core/units.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

/// Less than this part of the peak is not worth a word.
constexpr double kNoticeableRatio = 0.02;

std::int64_t splitBytes(const Memory& memory, std::initializer_list<Category> categories) {
  std::int64_t bytes = 0;
  for (const CategoryBytes& part : memory.peak_split) {
    if (std::find(categories.begin(), categories.end(), part.category) != categories.end()) bytes += part.bytes;
  }
  return bytes;
}

double shareOf(std::int64_t bytes, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(bytes) / static_cast<double>(whole);
}

std::string shareText(std::int64_t bytes, std::int64_t whole) {
  return bytesText(bytes) + " (" + percentText(shareOf(bytes, whole)) + ")";
}

/// "parameters 475 MiB (21.6%), ...", largest first, without what is not there and without one category, if given.
std::string splitText(const Memory& memory, std::optional<Category> without = {}) {
  auto split = memory.peak_split;
  std::stable_sort(split.begin(), split.end(), [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  std::vector<std::string> parts;
  for (const CategoryBytes& part : split) {
    if (part.bytes <= 0 || part.category == without) continue;
    parts.push_back(categoryText(part.category) + " " + shareText(part.bytes, memory.peak_allocated_bytes));
  }
  return listed(parts);
}

std::string largestTensors(const Memory& memory, std::size_t count) {
  std::vector<std::string> parts;
  for (const LiveTensor& tensor : memory.live_at_peak) {
    if (parts.size() == count || tensor.tensors > 1) break;
    parts.push_back(tensor.name + " (" + bytesText(tensor.bytes) + ")");
  }
  return listed(parts);
}

std::string peakText(const PointResult& point) {
  const Memory& memory = *point.memory;
  std::string text = "The peak of " + quoted(point.spec().policy) + ", " + bytesText(memory.peak_allocated_bytes) +
                     ", is reached " + instantText(memory.peak_instant) + ".";
  if (!memory.peak_split.empty()) text += " Alive then: " + splitText(memory) + ".";
  if (!memory.live_at_peak.empty()) text += " Largest tensors: " + largestTensors(memory, 4) + ".";
  return text;
}

bool isLayer(const std::string& block) { return block.starts_with("layer"); }

/// What of the model besides its layers the peak consists of, judged by the large tensors that are alive.
struct Culprits {
  bool head_activations = false;  ///< logits and what the loss makes of them
  bool large_gradient = false;    ///< one gradient that is a noticeable part of the peak
  std::string largest_gradient{};
};

Culprits culpritsOf(const Memory& memory) {
  Culprits culprits;
  for (const LiveTensor& tensor : memory.live_at_peak) {
    const bool noticeable =
        tensor.tensors == 1 && shareOf(tensor.bytes, memory.peak_allocated_bytes) >= kNoticeableRatio;
    const bool made_in_step = tensor.category != Category::parameters && tensor.category != Category::optimizer_state;
    if (!noticeable || !made_in_step) continue;
    if (tensor.category == Category::gradients) {
      if (!culprits.large_gradient) culprits.largest_gradient = tensor.name;
      culprits.large_gradient = true;
    } else if (tensor.block == "head") {
      culprits.head_activations = true;
    }
  }
  return culprits;
}

std::string remedyText(const PointResult& point, const PointResult& baseline) {
  std::string text;
  for (const std::string& remedy : peakRemedies(point)) {
    text += (text.empty() ? " What would lower it: " : "; ") + remedy;
  }
  if (!text.empty()) text += ".";
  const TrainingSpec& training = baseline.spec().training;
  const std::int64_t tokens = training.batch_size * training.sequence_length;
  if (baseline.finished->retained_bytes && tokens > 0) {
    text += " Retained activations grow with the tokens of a step (" +
            bytesText(*baseline.finished->retained_bytes / tokens) + " per token under `store_all`), parameters and" +
            " optimizer state do not: with a larger batch or longer sequences activations weigh more, and so does" +
            " checkpointing.";
  }
  return text;
}

std::string noEffectText(const PointResult& point, const PointResult& baseline, const std::vector<std::string>& alike) {
  const PointFinished& now = *point.finished;
  const PointFinished& before = *baseline.finished;
  std::string text = "Checkpointing does not lower the peak here: " + quoted(point.spec().policy) + " retains " +
                     bytesText(*now.retained_bytes) + " instead of " + bytesText(*before.retained_bytes) + " (" +
                     differenceText(differenceRatio(*now.retained_bytes, *before.retained_bytes)) +
                     "), yet the peak is " + bytesText(*now.peak_allocated_bytes) + " against " +
                     bytesText(*before.peak_allocated_bytes) + " under `store_all` (" +
                     differenceText(differenceRatio(*now.peak_allocated_bytes, *before.peak_allocated_bytes)) + ").";
  if (!alike.empty()) text += " The same holds for " + listed(alike) + ".";
  if (!point.memory) return text;
  const Memory& memory = *point.memory;
  text += " The peak is reached " + instantText(memory.peak_instant);
  if (!memory.peak_split.empty()) {
    const std::int64_t activations = splitBytes(memory, {Category::activations});
    text += ", when " + shareText(activations, memory.peak_allocated_bytes) + " of it are retained activations, the" +
            " only part that a policy decides about. The rest is " + splitText(memory, Category::activations);
  }
  text += ".";
  if (!memory.live_at_peak.empty()) text += " Largest tensors: " + largestTensors(memory, 4) + ".";
  return text + remedyText(point, baseline);
}

/// `full` if it is among them, since that is what people call gradient checkpointing; else the one that retains least.
const PointResult* exampleOf(const std::vector<const PointResult*>& points) {
  const PointResult* example = nullptr;
  for (const PointResult* point : points) {
    if (point->spec().policy == "full") return point;
    if (example == nullptr || *point->finished->retained_bytes < *example->finished->retained_bytes) example = point;
  }
  return example;
}

/// Of what is alive at the peak no matter which policy is chosen.
std::string standingText(const Memory& memory) {
  const std::int64_t bytes =
      splitBytes(memory, {Category::parameters, Category::optimizer_state, Category::gradients, Category::inputs});
  const bool has_state = splitBytes(memory, {Category::optimizer_state}) > 0;
  return shareText(bytes, memory.peak_allocated_bytes) + " are parameters" +
         (has_state ? ", gradients and optimizer state" : " and gradients") + ", which no policy changes";
}

}  // namespace

std::string peakReason(const PointResult& point) {
  if (!point.memory) return "";
  const Memory& memory = *point.memory;
  std::string text = "The peak is reached " + instantText(memory.peak_instant) + ".";
  if (memory.peak_split.empty()) return text;
  const std::int64_t activations = splitBytes(memory, {Category::activations});
  const bool is_small = shareOf(activations, memory.peak_allocated_bytes) < 0.1;
  text += " Of it, " + std::string(is_small ? "only " : "") + shareText(activations, memory.peak_allocated_bytes) +
          " are retained activations, the part that a policy decides about; " + standingText(memory);
  const std::int64_t recomputed = splitBytes(memory, {Category::recomputed});
  if (shareOf(recomputed, memory.peak_allocated_bytes) >= kNoticeableRatio)
    text += "; " + shareText(recomputed, memory.peak_allocated_bytes) + " are activations that were just recomputed";
  const std::int64_t temporaries = splitBytes(memory, {Category::temporaries});
  if (shareOf(temporaries, memory.peak_allocated_bytes) >= kNoticeableRatio)
    text += "; " + shareText(temporaries, memory.peak_allocated_bytes) + " are temporaries of that moment";
  return text + ".";
}

std::vector<std::string> peakRemedies(const PointResult& point) {
  std::vector<std::string> remedies;
  if (!point.memory) return remedies;
  const Memory& memory = *point.memory;
  const Culprits culprits = culpritsOf(memory);
  if (memory.peak_instant.phase == Phase::optimizer) {
    remedies.emplace_back("an optimizer with less state, since the peak is in its step");
  }
  if (culprits.head_activations)
    remedies.emplace_back("a head that computes the loss in chunks, or a smaller vocabulary");
  if (culprits.large_gradient && !culprits.head_activations) {
    remedies.push_back("a smaller vocabulary or parameters in fewer bytes (" + culprits.largest_gradient +
                       " is alive)");
  }
  const std::int64_t recomputed = splitBytes(memory, {Category::recomputed});
  if (isLayer(memory.peak_instant.block) && shareOf(recomputed, memory.peak_allocated_bytes) >= 0.1) {
    remedies.push_back("a policy that replays less at a time, since " + bytesText(recomputed) +
                       " of recomputed activations are alive");
  }
  return remedies;
}

bool hasNoEffect(const PointResult& point, const PointResult& baseline) {
  if (!point.completed() || !baseline.completed()) return false;
  const PointFinished& now = *point.finished;
  const PointFinished& before = *baseline.finished;
  if (!now.peak_allocated_bytes || !before.peak_allocated_bytes || !now.retained_bytes || !before.retained_bytes) {
    return false;
  }
  return std::abs(differenceRatio(*now.peak_allocated_bytes, *before.peak_allocated_bytes)) <= kEqualPeakRatio &&
         differenceRatio(*now.retained_bytes, *before.retained_bytes) <= -kDroppedRatio;
}

void addNoEffectFinding(const Run& run, const PointGroup& group, std::vector<Finding>& findings) {
  if (!group.baseline) return;
  const PointResult& baseline = run.points[*group.baseline];
  std::vector<const PointResult*> without_effect;
  for (const std::size_t index : group.points) {
    if (hasNoEffect(run.points[index], baseline)) without_effect.push_back(&run.points[index]);
  }
  const PointResult* example = exampleOf(without_effect);
  if (example == nullptr) return;
  std::vector<std::string> alike;
  for (const PointResult* point : without_effect) {
    if (point != example) alike.push_back(quoted(point->spec().policy));
  }
  findings.push_back({Finding::Kind::no_effect, noEffectText(*example, baseline, alike)});
}

void addPeakFindings(const Run& run, const PointGroup& group, std::vector<Finding>& findings) {
  if (!group.baseline) return;
  const PointResult& baseline = run.points[*group.baseline];
  if (baseline.memory) findings.push_back({Finding::Kind::peak, peakText(baseline)});
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    const bool worth_telling = point.spec().policy == "full" && point.completed() && point.memory;
    if (worth_telling && !hasNoEffect(point, baseline)) findings.push_back({Finding::Kind::peak, peakText(point)});
  }
}

}  // namespace remat
