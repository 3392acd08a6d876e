// Columns about how a step was run, as sweeps may vary it.

#include "profiler/core/names.h"
#include "profiler/report/table_columns.h"

namespace remat {
namespace {

template <auto field>
Cell cell(const PointRow& row) {
  const auto& value = row.point.spec().training.*field;
  using Value = std::decay_t<decltype(value)>;
  if constexpr (std::is_same_v<Value, bool>)
    return Cell(std::string(value ? "true" : "false"));
  else if constexpr (std::is_enum_v<Value>)
    return Cell(std::string(nameOf(value)));
  else
    return Cell(value);
}

}  // namespace

const std::vector<ComputedColumn>& toggleColumns() {
  static const std::vector<ComputedColumn> columns = {
      {{"optimizer", "", ColumnUnit::text}, cell<&TrainingSpec::optimizer>},
      {{"gradients", "", ColumnUnit::text}, cell<&TrainingSpec::gradients>},
      {{"dropout", "", ColumnUnit::text}, cell<&TrainingSpec::dropout>},
      {{"norm_spelling", "", ColumnUnit::text}, cell<&TrainingSpec::norm_spelling>},
      {{"activation_spelling", "", ColumnUnit::text}, cell<&TrainingSpec::activation_spelling>},
      {{"use_reentrant", "", ColumnUnit::text}, cell<&TrainingSpec::use_reentrant>},
      {{"early_stop", "", ColumnUnit::text}, cell<&TrainingSpec::early_stop>},
      {{"preserve_rng_state", "", ColumnUnit::text}, cell<&TrainingSpec::preserve_rng_state>},
      {{"offload_window", "", ColumnUnit::count}, cell<&TrainingSpec::offload_window>},
      {{"offload_synchronous", "", ColumnUnit::text}, cell<&TrainingSpec::offload_synchronous>},
      {{"placement", "", ColumnUnit::text}, cell<&TrainingSpec::placement>},
  };
  return columns;
}

}  // namespace remat
