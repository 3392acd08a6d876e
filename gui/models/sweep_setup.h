// What the setup panel holds: the axes of a sweep as people write them, and the command line that they stand for. The
// window measures by this command and by nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QString>
#include <QStringList>

#include "engine/spec/training_spec.h"
#include "profiler/core/run.h"

namespace remat {

struct SweepSetup {
  QString config_path{};
  QString batch = "1";  ///< "1,2,4" or "1-4"
  QString sequence = "128";
  QString layers{};  ///< empty: the config's
  QString precision = "float32";
  QString optimizer = "adamw";
  QString device = "auto";
  QString memory_cap{};  ///< "8GiB": a smaller machine is imitated; empty: no
  QStringList policies = {"store_all", "cheap", "every_n:2", "full"};
  QString output{};     ///< run file
  bool resume = false;  ///< go on with the run file
  bool operator==(const SweepSetup&) const = default;
};

enum class SetupField : std::uint8_t { config, batch, sequence, layers, memory_cap, policies };
struct SetupProblem {
  SetupField field = SetupField::config;
  QString text;
  bool operator==(const SetupProblem&) const = default;
};

/// What stands in the way of measuring, one per field. The config itself is judged by modelWords().
[[nodiscard]] std::vector<SetupProblem> setupProblems(const SweepSetup& setup);
/// Absent if there are problems.
[[nodiscard]] std::optional<std::int64_t> pointCount(const SweepSetup& setup);
/// The first value of each axis: what bytes are counted for. Absent if there are problems.
[[nodiscard]] std::optional<TrainingSpec> firstSpec(const SweepSetup& setup);

/// After the program's name. What is at its default is left out.
[[nodiscard]] QStringList sweepArguments(const SweepSetup& setup);
/// One line for a POSIX shell.
[[nodiscard]] QString commandText(const QString& program, const QStringList& arguments);

/// Setup that would measure what a run has: its axes, policies and config.
[[nodiscard]] SweepSetup setupOf(const Run& run);
/// A run file that does not exist yet, in the user's data folder: "gpt2-2026-03-01-100000.remat.jsonl".
[[nodiscard]] QString newRunPath(const QString& model);

/// Policies that can be ticked: name and what it does in one line.
struct PolicyChoice {
  QString policy;
  QString summary;
};
[[nodiscard]] const std::vector<PolicyChoice>& policyChoices();
/// Words of the choices, as the command line knows them.
[[nodiscard]] QStringList precisionWords();
[[nodiscard]] QStringList optimizerWords();

}  // namespace remat
