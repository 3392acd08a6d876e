// Why a point is what it is: a pure function of a run. A sentence for the peak, what was alive then, what the
// neighbours on the frontier would save and cost, whether gradients are right and whether the measurement is healthy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "gui/models/live_rows.h"
#include "gui/models/measurement_health.h"
#include "profiler/core/run.h"
#include "profiler/report/tables.h"

namespace remat {

/// To another point that was measured: a neighbour on the frontier, or store_all.
struct WhyMove {
  QString key;  ///< of the point that it leads to
  std::string policy{};
  std::int64_t bytes = 0;  ///< < 0 is saved
  std::int64_t time_ns = 0;
  std::optional<std::int64_t> ns_per_gib;  ///< absent: nothing is paid, or it cannot be told
  QString text;                            ///< "-78.0 MiB for +127 ms (+120 to +134 ms)"
  QString price;                           ///< "1,667 ms per GiB", "cannot be told", "free"
  bool operator==(const WhyMove&) const = default;
};

struct WhyView {
  enum class State : std::uint8_t { nothing, measured, predicted, not_completed };

  State state = State::nothing;  ///< predicted: a later step
  QString key;
  std::string policy{};
  QString setup;       ///< "gpt2, 12 layers, batch 2 x 128 tokens, ..."
  QString state_text;  ///< "measured", "out of memory", "failed", ...
  std::optional<std::int64_t> peak_bytes, step_time_ns, step_time_low_ns, step_time_high_ns;
  QString sentence;           ///< rich text. For the peak, or what became of the point and what to do
  std::vector<LiveRow> live;  ///< largest first; adds up to the peak where the record does
  std::vector<WhyMove> moves;
  QString no_move;       ///< why there are none
  QStringList remedies;  ///< rich text: what would lower the peak besides a policy; nobody measured it
  std::vector<WhyCheck> checks;
  bool operator==(const WhyView&) const = default;

  /// The live set, for copying and CSV.
  [[nodiscard]] ResultTable table() const;
};

/// `key` of a point that is not in the run, or empty: state `nothing`. `measuring`: somebody is writing the run file,
/// so that a point without an outcome may be waiting for it.
[[nodiscard]] WhyView whyView(const Run& run, const QString& key, bool measuring = false);

}  // namespace remat
