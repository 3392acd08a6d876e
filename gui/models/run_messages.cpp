#include "gui/models/run_messages.h"

#include <algorithm>
#include <array>

#include <QFileInfo>
#include <QStringList>

#include "gui/models/text.h"

namespace remat {
namespace {

QString damageMessage(Damage damage, bool growing) {
  if (growing) damage.torn_bytes = 0;
  if (damage.none()) return {};
  QString text = tr("Part of this file was left out: %1").arg(QString::fromStdString(damage.text()));
  if (damage.damaged_lines > 0 || damage.torn_bytes > 0)
    text += " " + tr("All other points are shown; Resume measures what is missing.");
  else if (damage.unknown_records > 0)
    text += " " + tr("A newer rematscope shows all of it.");
  return text;
}

QString emptyMessage(const Run& run) {
  if (!run.sessions.empty() || !run.events.empty())
    return tr("No point has been started in this file yet. They appear here as they are measured.");
  return tr("This file is empty. If a sweep is about to write it, points appear here as they are measured.");
}

QString outcomeMessage(const Run& run) {
  const auto count = [&](Outcome outcome) {
    return std::count_if(run.points.begin(), run.points.end(), [&](const PointResult& point) {
      return point.finished && point.finished->outcome == outcome;
    });
  };
  const auto points = static_cast<std::ptrdiff_t>(run.points.size());
  if (count(Outcome::out_of_memory) == points)
    return tr(
        "Every point ran out of memory. Measure a smaller batch, a shorter sequence, fewer layers or a policy that "
        "keeps less, such as full.");
  if (count(Outcome::completed) == 0 && count(Outcome::failed) + count(Outcome::skipped) == points)
    return tr("No point could be measured. Diagnose says what happened to each of them.");
  if (points == 1 && count(Outcome::completed) == 1)
    return tr(
        "One point alone has nothing to be compared with. Measure another policy, such as store_all or full, to "
        "see what checkpointing costs and saves.");
  return {};
}

}  // namespace

QString runMessage(const Run& run, bool growing) {
  const QString damage = damageMessage(run.damage, growing);
  QString outcome = run.points.empty() ? emptyMessage(run) : outcomeMessage(run);
  if (damage.isEmpty()) return outcome;
  return outcome.isEmpty() || run.points.empty() ? damage : damage + " " + outcome;
}

QString lostMessage(FileChange change, const QString& path, const QString& otherwise) {
  const QString name = QFileInfo(path).fileName();
  if (change == FileChange::gone)
    return tr("%1 was deleted or moved. What was read from it is still shown; Save a copy writes it to a new file.")
        .arg(name);
  if (change == FileChange::replaced)
    return tr("%1 was replaced by another file. What was read before is still shown; Reload (F5) reads the new one.")
        .arg(name);
  return otherwise;
}

bool isBeingMeasured(const Run& run, const PointResult& point, bool measuring) {
  return measuring && !point.finished && point.session + 1 == static_cast<int>(run.sessions.size());
}

QString runStatus(const Run& run, bool measuring, bool quiet) {
  std::array<int, 4> outcomes{};
  int running = 0, silent = 0, unfinished = 0;
  for (const PointResult& point : run.points) {
    if (point.finished)
      ++outcomes.at(static_cast<std::size_t>(point.finished->outcome));
    else if (isBeingMeasured(run, point, measuring || quiet))
      ++(measuring ? running : silent);
    else
      ++unfinished;
  }
  const std::array<QString, 4> words = {tr("%1 measured"), tr("%1 out of memory"), tr("%1 skipped"), tr("%1 failed")};
  QStringList parts;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (outcomes[i] > 0) parts << words[i].arg(outcomes[i]);
  if (running > 0) parts << tr("%1 being measured").arg(running);
  if (silent > 0) parts << tr("%1 with no news for over %2 s").arg(silent).arg(kLiveSeconds);
  if (unfinished > 0) parts << tr("%1 not finished").arg(unfinished);
  if (parts.isEmpty()) return tr("No points yet.");
  QString text = tr("Points: %1").arg(parts.join(", "));
  for (const Session& session : run.sessions)
    if (!session.workers.empty())
      return text + tr("; on %1").arg(QString::fromStdString(session.workers.front().device_name));
  return text;
}

}  // namespace remat
