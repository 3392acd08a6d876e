// A model in words, as the setup panel says it: from its config.json, or from a run that measured it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "engine/spec/model_config.h"
#include "profiler/core/run.h"

namespace remat {

/// What a config.json says, or why it cannot be understood.
struct ModelWords {
  QString name;     ///< "gpt2"
  QString text;     ///< a few short sentences
  QString problem;  ///< what is not understood and what to do; empty: all is
  std::optional<ModelConfig> config{};
};

[[nodiscard]] ModelWords modelWords(const QString& config_path);
/// Of a point that was measured: less, but without the config.
[[nodiscard]] ModelWords modelWords(const PointResult& point);

/// What each policy keeps for backward, exact and by the model's own count; nothing is predicted. absent: this policy
/// cannot be made for this model, `problem` says why.
struct PolicyKeeps {
  std::optional<std::int64_t> retained_bytes;
  QString note;
};
/// One per policy. Empty if the config is not understood or does not fit the spec.
[[nodiscard]] std::vector<PolicyKeeps> policyKeeps(const ModelConfig& config, const TrainingSpec& spec,
                                                   const std::vector<std::string>& policies);

}  // namespace remat
