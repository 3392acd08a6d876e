#include "gui/models/shared_parts.h"

#include <cstddef>
#include <map>

#include "profiler/report/tables.h"

namespace remat {
namespace {

QStringList partsOf(const QString& setup) { return setup.split(QStringLiteral(", ")); }

}  // namespace

QString setupText(const PointResult& point) { return QString::fromStdString(groupTitle(point.spec())); }

std::set<QString> sharedParts(const std::set<QString>& setups) {
  std::map<QString, std::size_t> counts;
  for (const QString& setup : setups) {
    for (const QString& part : partsOf(setup)) ++counts[part];
  }
  std::set<QString> shared;
  for (const auto& [part, count] : counts) {
    if (count == setups.size()) shared.insert(part);
  }
  return shared;
}

QStringList partsBesides(const QString& setup, const std::set<QString>& shared) {
  QStringList parts = partsOf(setup);
  parts.removeIf([&](const QString& part) { return shared.contains(part); });
  return parts;
}

}  // namespace remat
