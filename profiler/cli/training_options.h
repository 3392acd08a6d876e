// The flags that say what is trained and where, defined once, so that they mean the same in every command.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/spec/training_spec.h"
#include "profiler/cli/training_toggles.h"

namespace CLI {
class App;
}

namespace remat {

/// What the flags say. A list with one entry unless the flag names several values.
struct TrainingAxes {
  std::vector<std::int64_t> batch_sizes;
  std::vector<std::int64_t> sequence_lengths;
  std::vector<std::int64_t> num_hidden_layers;  ///< empty: as the config says
  std::vector<Precision> precisions;
  std::vector<Optimizer> optimizers;
  std::vector<std::string> devices;                            ///< "auto", "cpu", "cuda:0"
  std::vector<std::optional<std::int64_t>> memory_caps_bytes;  ///< empty: none
  std::vector<std::string> allocators;                         ///< as PointSpec::allocator
  std::vector<std::vector<Toggle>> toggles;                    ///< those that name several values
  TrainingSpec base;  ///< the first value of each, and everything that is no axis
};

/// Holds the texts of the flags while the command line is parsed; must outlive the App.
class TrainingOptions {
 public:
  /// single: a flag with several values is an error. Sizes and spellings only, or the machine's flags as well.
  enum class Values { single, axes };
  enum class Machine { no, yes };

  void addTo(CLI::App& command, Values values, Machine machine);
  /// Throws Error(usage).
  [[nodiscard]] TrainingAxes axes() const;
  /// For commands that take single values. Throws Error(usage).
  [[nodiscard]] TrainingSpec spec() const;

 private:
  void addSizes(CLI::App& command, const std::string& list);
  void addVariants(CLI::App& command, const std::string& list);
  void addMachine(CLI::App& command, const std::string& list);
  void applyToggles(TrainingAxes& axes) const;

  Values values_ = Values::single;
  std::string batch_ = "1";
  std::string sequence_ = "128";
  std::string layers_;
  std::string dtype_ = "float32";
  std::string optimizer_ = "adamw";
  std::string head_ = "automatic";
  std::array<std::string, kToggleFlags.size()> toggles_;
  std::string device_ = "auto";
  std::string memory_cap_;
  std::string allocator_ = "default";
  std::string seed_ = "0";
};

/// Throws Error(usage) if settings were asked for that a device does not have. "auto" has them: it is checked once it
/// is known what it stands for.
void checkAllocators(const std::vector<std::string>& devices, const std::vector<std::string>& allocators);

/// Names of the values, as flags and JSON have them.
[[nodiscard]] std::string precisionName(Precision precision);

}  // namespace remat
