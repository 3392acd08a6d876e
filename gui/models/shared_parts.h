// Setups in the words that tell them apart: of "gpt2, batch 4 x 128 tokens, cpu" what not all of them have.
#pragma once

#include <set>

#include <QString>
#include <QStringList>

#include "profiler/core/run.h"

namespace remat {

/// All of it.
[[nodiscard]] QString setupText(const PointResult& point);
/// Parts of a setup, as setupText() names it, that all of these have.
[[nodiscard]] std::set<QString> sharedParts(const std::set<QString>& setups);
/// The parts of this one that are not shared.
[[nodiscard]] QStringList partsBesides(const QString& setup, const std::set<QString>& shared);

}  // namespace remat
