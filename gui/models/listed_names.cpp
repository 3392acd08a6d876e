#include "gui/models/listed_names.h"

#include "gui/models/local_text.h"
#include "gui/models/text.h"

namespace remat {

QString listedNames(const QStringList& names) {
  constexpr qsizetype most = 3;
  if (names.isEmpty()) return {};
  QStringList first = names.first(names.size() <= most ? names.size() - 1 : most - 1);
  const qsizetype others = names.size() - first.size();
  const QString last = others == 1 ? names.back() : tr("%1 others").arg(localCount(others));
  return first.isEmpty() ? last : tr("%1 and %2").arg(first.join(QStringLiteral(", ")), last);
}

}  // namespace remat
