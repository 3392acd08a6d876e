#include "gui/models/diagnosis.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <QStringList>

#include "gui/models/local_text.h"
#include "gui/models/run_messages.h"
#include "gui/models/shared_parts.h"
#include "gui/models/text.h"
#include "profiler/core/names.h"
#include "profiler/report/phrases.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }
QString joined(const QStringList& parts) { return parts.join(QStringLiteral(", ")); }

/// Walks through a run in the order of its file.
class RunWalk {
  Q_DECLARE_TR_FUNCTIONS(remat)

 public:
  RunWalk(const Run& run, const QString& key, Writing writing)
      : run_(run), only_(run.find(key.toStdString())), writing_(writing) {
    std::set<QString> setups;
    for (const PointResult& point : run.points) setups.insert(setupText(point));
    shared_ = sharedParts(setups);
    for (const PointResult& point : run.points) {
      if (only_ == nullptr || only_ == &point) points_[{point.session, point.worker}].push_back(&point);
    }
    for (std::size_t i = 0; i < run.events.size() && i < run.event_places.size(); ++i)
      events_[{run.event_places[i].session, run.event_places[i].worker}].push_back(i);
  }

  std::vector<DiagnosisRow> rows() {
    addEvents({-1, -1}, [](const EventPlace&) { return true; });
    for (std::size_t s = 0; s < run_.sessions.size(); ++s) addSession(static_cast<int>(s));
    if (only_ == nullptr) addDamage();
    return std::move(rows_);
  }

 private:
  using Place = std::pair<int, int>;  ///< session and worker

  void add(Severity severity, QString what, QString said) {
    rows_.push_back({severity, std::move(what), {}, {}, said.remove(u'`'), {}});
  }
  void add(Severity severity, QString what, const PointResult& point, QString said) {
    rows_.push_back({severity, std::move(what), text(point.spec().policy),
                     joined(partsBesides(setupText(point), shared_)), said.remove(u'`'), text(point.key())});
  }

  /// Tells events of a place, each once.
  template <typename Wanted>
  void addEvents(Place place, Wanted wanted) {
    const auto found = events_.find(place);
    if (found == events_.end()) return;
    std::vector<std::size_t>& waiting = found->second;
    const auto told = std::stable_partition(waiting.begin(), waiting.end(),
                                            [&](std::size_t i) { return !wanted(run_.event_places[i]); });
    for (auto at = told; at != waiting.end(); ++at) {
      const Event& event = run_.events[*at];
      const bool is_info = event.severity == "info";
      const Severity severity = event.severity == "error" ? Severity::error
                                : is_info                 ? Severity::info
                                                          : Severity::warning;
      add(severity, tr("event"), localSentence(event.message));
    }
    waiting.erase(told, waiting.end());
  }

  void addSession(int index) {
    if (only_ != nullptr && only_->session != index) return;
    const Session& session = run_.sessions[static_cast<std::size_t>(index)];
    if (session.started) {
      add(Severity::info, tr("session"),
          tr("rematscope %1, %2: %3")
              .arg(text(session.started->program_version), text(session.started->created),
                   text(session.started->command_line)));
    }
    for (int worker = -1; worker < static_cast<int>(session.workers.size()); ++worker) {
      if (only_ != nullptr && only_->worker != worker) continue;
      if (worker >= 0) addHello(session.workers[static_cast<std::size_t>(worker)]);
      if (const auto points = points_.find({index, worker}); points != points_.end()) {
        for (const PointResult* point : points->second) addPoint(*point);
      }
      // Around points whose later attempt counts, which stands further down.
      addEvents({index, worker}, [](const EventPlace&) { return true; });
    }
  }

  void addHello(const Hello& hello) {
    QStringList parts = {text(hello.device_name.empty() ? hello.device : hello.device_name)};
    if (hello.device_memory_bytes > 0) parts += tr("%1 of memory").arg(localBytes(hello.device_memory_bytes));
    if (!hello.torch_version.empty()) parts += tr("LibTorch %1").arg(text(hello.torch_version));
    if (hello.process_id > 0) parts += tr("process %1").arg(hello.process_id);
    add(Severity::info, tr("worker"), tr("rematscope-worker %1 on %2").arg(text(hello.worker_version), joined(parts)));
    for (const std::string& note : hello.notes) add(Severity::warning, tr("worker"), localSentence(note));
  }

  void addPoint(const PointResult& point) {
    const auto around = [&](bool finished) {
      addEvents({point.session, point.worker}, [&, finished](const EventPlace& place) {
        return place.point == point.key() && place.point_finished == finished;
      });
    };
    if (point.attempts > 1) addAttempts(point);
    if (only_ != nullptr) addStart(point);
    if (only_ != nullptr) addRecords(point);
    around(false);
    addOutcome(point);
    around(true);
  }

  /// For one point with what happened to the worker before, since that is why there was another attempt.
  void addAttempts(const PointResult& point) {
    if (only_ != nullptr) addEvents({point.session, point.worker - 1}, [](const EventPlace&) { return true; });
    add(Severity::warning, tr("attempt"), point,
        tr("This was attempt %1; what the ones before told is not kept.").arg(point.attempts));
  }

  void addStart(const PointResult& point) {
    QStringList parts = {text(groupTitle(point.spec()))};
    if (!point.started.attention.empty()) parts += tr("attention by %1").arg(text(point.started.attention));
    add(Severity::info, tr("started"), point, joined(parts));
    if (point.started.planned_retained_bytes > 0) {
      add(Severity::info, tr("plan"), point,
          tr("The schedule retains %1 between forward and backward; %2 parameters.")
              .arg(localBytes(point.started.planned_retained_bytes), localCount(point.started.parameter_count)));
    }
  }

  void addRecords(const PointResult& point) {
    if (point.memory) {
      const Memory& memory = *point.memory;
      add(Severity::info, tr("memory"), point,
          tr("Peak %1 %2; %3 retained; %4 alive before the step.")
              .arg(localBytes(memory.peak_allocated_bytes), text(instantText(memory.peak_instant)),
                   localBytes(memory.retained_bytes), localBytes(memory.before_step_bytes)));
    }
    if (point.timeline)
      add(Severity::info, tr("timeline"), point,
          tr("%1 allocations and releases").arg(localCount(static_cast<std::int64_t>(point.timeline->bytes.size()))));
    addSamples(point);
    if (!point.blocks.empty())
      add(Severity::info, tr("blocks"), point,
          tr("times and bytes of %1 blocks").arg(localCount(static_cast<std::int64_t>(point.blocks.size()))));
    addDeviceRecords(point);
  }

  void addSamples(const PointResult& point) {
    std::int64_t number = 0;
    for (const Sample& sample : point.samples) {
      const bool retried = sample.allocation_retries.value_or(0) > 0;
      add(sample.throttled || retried ? Severity::warning : Severity::info,
          sample.warm_up ? tr("warm-up") : tr("sample"), point,
          tr("%1: step %2 (forward %3, backward %4, of which recompute %5; optimizer %6)%7%8")
              .arg(localCount(++number), localDuration(sample.step_time_ns), localDuration(sample.forward_ns),
                   localDuration(sample.backward_ns), localDuration(sample.recompute_ns),
                   localDuration(sample.optimizer_ns), sample.throttled ? tr(", slowed down") : QString(),
                   retried ? tr(", the allocator emptied its cache") : QString()));
    }
  }

  void addDeviceRecords(const PointResult& point) {
    if (point.device_state) {
      QStringList reasons;
      for (const std::string& reason : point.device_state->throttle_reasons) reasons += text(reason);
      add(reasons.isEmpty() ? Severity::info : Severity::warning, tr("device"), point,
          reasons.isEmpty() ? tr("Nothing slowed the device down.") : tr("Slowed down: %1.").arg(joined(reasons)));
    }
    if (point.transfers) {
      add(Severity::info, tr("transfers"), point,
          tr("%1 to host memory and %2 back; %3 in host memory at most")
              .arg(localBytes(point.transfers->offload_bytes), localBytes(point.transfers->prefetch_bytes),
                   localBytes(point.transfers->host_bytes)));
    }
    if (point.attribution && !point.attribution->unavailable_reason.empty()) {
      add(Severity::warning, tr("tracing"), point, localSentence(point.attribution->unavailable_reason));
    } else if (point.attribution) {
      add(Severity::info, tr("tracing"), point,
          tr("%1 kernels, %2 records lost")
              .arg(localCount(point.attribution->kernel_count.value_or(0)),
                   localCount(point.attribution->dropped_records.value_or(0))));
    }
  }

  void addOutcome(const PointResult& point) {
    if (point.finished) {
      for (const std::string& note : point.finished->notes)
        add(Severity::warning, tr("note"), point, localSentence(note));
    }
    if (isBeingMeasured(run_, point, writing_ == Writing::going_on))
      return add(Severity::info, tr("measuring"), point, tr("Has no outcome yet: it is being measured."));
    if (!point.finished && writing_ == Writing::ended)
      return add(Severity::warning, tr("unfinished"), point,
                 tr("Not finished: the measurement was stopped before. Measure again to finish it."));
    if (!point.completed()) {
      const bool is_failure = !point.finished || point.finished->outcome == Outcome::failed;
      const QString what =
          point.finished ? text(std::string(nameOf(point.finished->outcome))).replace(u'_', u' ') : tr("unfinished");
      add(is_failure ? Severity::error : Severity::warning, what, point, localSentence(outcomeText(point)));
      return;
    }
    QStringList parts;
    if (point.finished->step_time_ns) parts += tr("step %1").arg(localDuration(*point.finished->step_time_ns));
    if (point.finished->peak_allocated_bytes)
      parts += tr("peak %1").arg(localBytes(*point.finished->peak_allocated_bytes));
    const auto check = point.finished->gradient_check;
    parts += tr("gradients %1").arg(text(std::string(nameOf(check))).replace(u'_', u' '));
    add(check == GradientVerdict::different ? Severity::error : Severity::info, tr("completed"), point, joined(parts));
  }

  void addDamage() {
    for (const DamagedLine& line : run_.damage.lines)
      add(Severity::error, tr("damage"), tr("Line %1 %2").arg(localCount(line.line), text(line.reason)));
    if (!run_.damage.none())
      add(Severity::warning, tr("damage"), tr("Of the run file, %1").arg(text(run_.damage.text())));
  }

  const Run& run_;
  const PointResult* only_;
  Writing writing_;
  std::set<QString> shared_;  ///< parts that all setups have
  std::map<Place, std::vector<const PointResult*>> points_;
  std::map<Place, std::vector<std::size_t>> events_;  ///< not told yet
  std::vector<DiagnosisRow> rows_;
};

QString fieldOf(const DiagnosisRow& row, int column) {
  switch (column) {
    case DiagnosisModel::SeverityColumn: return severityText(row.severity);
    case DiagnosisModel::WhatColumn: return row.what;
    case DiagnosisModel::PolicyColumn: return row.policy;
    case DiagnosisModel::SetupColumn: return row.setup;
    default: return row.text;
  }
}

}  // namespace

std::vector<DiagnosisRow> diagnosis(const Run& run, const QString& key, Writing writing) {
  return RunWalk(run, key, writing).rows();
}

void DiagnosisModel::show(std::vector<DiagnosisRow> rows) {
  beginResetModel();
  rows_ = std::move(rows);
  endResetModel();
}

QString DiagnosisModel::copyText(const QList<int>& rows) const {
  const auto line = [](auto field) {
    QStringList fields;
    for (int column = 0; column < kColumns; ++column) fields += field(column).simplified();
    return fields.join(u'\t') + u'\n';
  };
  QString copied = line([this](int column) { return headerData(column, Qt::Horizontal).toString(); });
  for (const int row : rows) {
    if (row < 0 || row >= rowCount()) continue;
    copied += line([&](int column) { return fieldOf(rows_[static_cast<std::size_t>(row)], column); });
  }
  return copied;
}

int DiagnosisModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int DiagnosisModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant DiagnosisModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const DiagnosisRow& row = rows_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return fieldOf(row, index.column());
    case Qt::AccessibleTextRole:
      return headerData(index.column(), Qt::Horizontal).toString() + QStringLiteral(": ") +
             fieldOf(row, index.column());
    case KeyRole: return row.key;
    case SeverityRole: return static_cast<int>(row.severity);
    default: return {};
  }
}

QVariant DiagnosisModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= kColumns) {
    return QAbstractTableModel::headerData(section, orientation, role);
  }
  switch (section) {
    case SeverityColumn: return tr("severity");
    case WhatColumn: return tr("what");
    case PolicyColumn: return tr("policy");
    case SetupColumn: return tr("setup");
    default: return tr("said");
  }
}

QString severityText(Severity severity) {
  switch (severity) {
    case Severity::info: return tr("info");
    case Severity::warning: return tr("warning");
    case Severity::error: return tr("error");
  }
  return {};
}

}  // namespace remat
