#include "gui/pages/setup_panel.h"

#include <array>

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>

#include "gui/models/document.h"
#include "gui/models/selection.h"
#include "gui/pages/numbers_field.h"
#include "gui/pages/policy_list.h"
#include "profiler/core/sweep_plan.h"
#include "profiler/core/units.h"

namespace remat {
namespace {

constexpr int kCountAfter = 150;  // ms: counting bytes builds the model's graph

/// The config of a run on this machine: where it was, or among those that come with the program.
QString findConfig(const PointResult& point, const QString& run_path) {
  const QString path = QString::fromStdString(point.spec().config_path);
  const QString beside = QFileInfo(run_path).absolutePath() + "/" + QFileInfo(path).fileName();
  const QString shipped = QApplication::applicationDirPath() + "/../share/rematscope/configs/" +
                          QString::fromStdString(point.spec().model) + ".json";
  for (const QString& candidate : {path, beside, shipped}) {
    QFile file(candidate);
    constexpr qint64 max_bytes = qint64{4} << 20;
    if (!QFileInfo(candidate).isFile() || !file.open(QIODevice::ReadOnly)) continue;
    if (contentHash(file.read(max_bytes).toStdString()) == point.spec().config_hash)
      return QFileInfo(candidate).absoluteFilePath();
  }
  return {};
}

QString leftText(std::int64_t left_ms) {
  constexpr std::int64_t minute = 60, up_to = 100;
  const std::int64_t seconds = left_ms / 1000 + 1;
  return seconds <= up_to ? SetupPanel::tr("about %1 s left").arg(seconds)
                          : SetupPanel::tr("about %1 min left").arg((seconds + minute / 2) / minute);
}

/// A problem takes the place of the field's tool tip until it is mended.
void mark(QWidget& field, const QString& problem) {
  if (!field.property("usual_tip").isValid()) field.setProperty("usual_tip", field.toolTip());
  const QString tip = problem.isEmpty() ? field.property("usual_tip").toString() : problem;
  if (field.toolTip() == tip && field.property("problem").toBool() == !problem.isEmpty()) return;
  field.setProperty("problem", !problem.isEmpty());
  field.setToolTip(tip);
  field.setAccessibleDescription(problem);
  field.style()->unpolish(&field);
  field.style()->polish(&field);
}

}  // namespace

SetupPanel::SetupPanel(Document& document, Selection& selection, SweepProcess& process, QWidget* parent)
    : QWidget(parent), document_(document), selection_(selection), process_(process) {
  build();
  connectParts();
  fillFields();
  showModel();
  takeRun();
  showProgress();
}

void SetupPanel::connectParts() {
  count_later_.setSingleShot(true);
  count_later_.setInterval(kCountAfter);
  connect(&count_later_, &QTimer::timeout, this, &SetupPanel::showKept);
  connect(&document_, &Document::runChanged, this, &SetupPanel::takeRun);
  connect(&document_, &Document::beingMeasuredChanged, this, &SetupPanel::followDocument);
  connect(&selection_, &Selection::pointChanged, this, &SetupPanel::followDocument);
  connect(&selection_, &Selection::memoryLineChanged, this, [this] {
    showMemoryLine();
    followDocument();
  });
  connect(&process_, &SweepProcess::progressChanged, this, &SetupPanel::showProgress);
  connect(&process_, &SweepProcess::ended, this, &SetupPanel::showProgress);
  connect(policies_, &PolicyList::tickedChanged, this, [this] {
    setup_.policies = policies_->ticked();
    changed();
  });
  connect(policies_, &PolicyList::policyPicked, this, [this](const QString& policy) {
    const auto group = run_.groupOf(selection_.point());
    if (!group) return;
    for (std::size_t point : run_.groups[*group].points)
      if (run_.run->points[point].spec().policy == policy.toStdString())
        selection_.setPoint(QString::fromStdString(run_.run->points[point].key()));
  });
}

void SetupPanel::openConfig(const QString& path) {
  setup_.config_path = path.isEmpty() ? path : QFileInfo(path).absoluteFilePath();
  own_output_.clear();
  showModel();
  changed();
}

void SetupPanel::takeRun() {
  run_ = grouped(document_.run());
  const Run& run = *document_.run();
  const QString name = document_.isSample() ? QString(":sample") : document_.path();
  const std::optional<RunStarted> begun = run.sessions.empty() ? std::nullopt : run.sessions.front().started;
  // A run that is opened brings its setup, also one that took the place of another in the same file; one that this
  // panel measures follows the panel.
  if (!run.points.empty() && (name != shown_run_ || begun != begun_) && name != own_output_) {
    shown_run_ = name;
    begun_ = begun;
    const QString config = findConfig(run.points.front(), document_.path());
    setup_ = setupOf(run);
    setup_.config_path = config;
    setup_of_run_ = setup_;
    own_output_.clear();
    fillFields();
    showModel();
    changed();
  }
  followDocument();
}

void SetupPanel::followDocument() {
  const auto group = run_.groupOf(selection_.point());
  policies_->setMeasured(*run_.run, group ? &run_.groups[*group] : nullptr, selection_.memoryLineBytes(),
                         document_.isBeingMeasured());
  const PointResult* point = run_.find(selection_.point());
  if (setup_.config_path.isEmpty()) showModel();
  count_later_.start();
  policies_->setStrong(point == nullptr ? QString() : QString::fromStdString(point->spec().policy));
}

void SetupPanel::showModel() {
  words_ = setup_.config_path.isEmpty() ? ModelWords{} : modelWords(setup_.config_path);
  if (words_.text.isEmpty() && words_.problem.isEmpty()) {
    const Run& run = *document_.run();
    if (run.points.empty()) {
      words_.text = tr("No model yet. Open the config.json of a Hugging Face model.");
    } else {
      const PointResult* point = run_.find(selection_.point());
      words_ = modelWords(point == nullptr ? run.points.front() : *point);
      words_.text += " " + tr("Its config.json is not on this machine; open it to measure more.");
    }
  }
  for (const auto& [field, numbers] : numbers_) numbers->setValues(axisValues(field, words_.config));
  model_text_->setText(words_.text);
  model_text_->setVisible(!words_.text.isEmpty());
  model_text_->setToolTip(setup_.config_path);
  model_problem_->setVisible(!words_.problem.isEmpty());
  model_problem_->setText(tr("This config is not understood. %1").arg(words_.problem));
}

void SetupPanel::fillFields() {
  const std::array<QString, 3> texts = {setup_.batch, setup_.sequence, setup_.layers};
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    numbers_[i].second->setText(texts[i]);
  }
  for (const auto& [value, field] : words_fields_) {
    const QSignalBlocker quiet(field);
    field->setCurrentText(setup_.*value);
  }
  policies_->setTicked(setup_.policies);
  showMemoryLine();
}

void SetupPanel::takeMemoryLine(const QString& text) {
  QString problem;
  try {
    // What is typed does not move the index: it stays at "none" until a card is chosen.
    if (text.trimmed().isEmpty() || text.trimmed() == memory_line_->itemText(0)) {
      selection_.setMemoryLineBytes({});
    } else {
      const QString size = text.section(' ', 0, 1);
      selection_.setMemoryLineBytes(parseBytes(size.toStdString(), "memory line"));
    }
  } catch (const std::exception& error) {
    problem = QString::fromUtf8(error.what());
  }
  mark(*memory_line_, problem);
  changed();
}

void SetupPanel::showMemoryLine() {
  if (memory_line_->hasFocus() || memory_line_->lineEdit()->hasFocus()) return;  // somebody is typing it
  const QSignalBlocker quiet(memory_line_);
  const auto line = selection_.memoryLineBytes();
  memory_line_->setCurrentIndex(line ? -1 : 0);
  if (line) memory_line_->setCurrentText(QString::fromStdString(bytesText(*line)));
  mark(*memory_line_, {});
  setup_.memory_cap.clear();
  if (imitate_->isChecked() && line) setup_.memory_cap = QString::number(*line);
}

void SetupPanel::changed() {
  if (stop_ == nullptr) return;  // still being put together
  const auto line = selection_.memoryLineBytes();
  setup_.memory_cap = imitate_->isChecked() && line ? QString::number(*line) : QString();
  showProblems();
  showProgress();
  count_later_.start();
}

void SetupPanel::showKept() {
  std::optional<TrainingSpec> spec = firstSpec(setup_);
  // As long as the axes are those of the run, what is counted is the point that is looked at.
  const PointResult* point = run_.find(selection_.point());
  SweepSetup axes = setup_;
  axes.policies = setup_of_run_.policies;
  axes.memory_cap = setup_of_run_.memory_cap;
  if (point != nullptr && axes == setup_of_run_) spec = point->spec().training;
  if (!words_.config || !spec) return policies_->setKept({});
  std::vector<std::string> names;
  for (const QString& policy : policies_->all()) names.push_back(policy.toStdString());
  policies_->setToolTip(tr("Counted for batch %1, %2 tokens, %3 layers")
                            .arg(spec->batch_size)
                            .arg(spec->sequence_length)
                            .arg(spec->num_hidden_layers.value_or(words_.config->num_hidden_layers)));
  policies_->setKept(policyKeeps(*words_.config, *spec, names));
}

void SetupPanel::showProblems() {
  const std::vector<SetupProblem> problems = setupProblems(setup_);
  for (const auto& [field, numbers] : numbers_) {
    QString text;
    for (const SetupProblem& problem : problems)
      if (problem.field == field) text = problem.text;
    mark(numbers->edit(), text);
  }
}

QString SetupPanel::problem() const {
  if (!words_.problem.isEmpty()) return tr("This config cannot be measured: see above.");
  const std::vector<SetupProblem> problems = setupProblems(setup_);
  if (problems.empty()) return {};
  QString text = problems.front().text;
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text + (text.endsWith('.') ? "" : ".");
}

QString SetupPanel::command() const {
  SweepSetup shown = setup_;
  if (shown.output.isEmpty()) shown.output = (words_.name.isEmpty() ? QString("run") : words_.name) + ".remat.jsonl";
  return commandText("rematscope", sweepArguments(shown));
}

void SetupPanel::copyCommand() {
  QApplication::clipboard()->setText(command());
  emit said(true, tr("The command was copied: %1").arg(command()));
}

void SetupPanel::measure() {
  if (process_.isRunning()) return;
  if (const QString text = problem(); !text.isEmpty()) return emit said(false, text);
  setup_.resume = !own_output_.isEmpty() && QFileInfo::exists(own_output_);
  if (!setup_.resume) own_output_ = newRunPath(words_.name);
  setup_.output = own_output_;
  process_.start(SweepProcess::program(), sweepArguments(setup_), own_output_);
}

void SetupPanel::stop() { process_.stop(); }

void SetupPanel::showProgress() {
  const MeasureProgress& now = process_.progress();
  const bool running = process_.isRunning();
  const QString text = problem();
  measure_->setEnabled(running || text.isEmpty());  // while it runs it says how far it is
  stop_->setEnabled(running);
  progress_->setVisible(running);
  progress_text_->setVisible(running);
  progress_left_->setVisible(running);
  problem_->setVisible(!running && !text.isEmpty());
  problem_->setText(text);
  if (!running) {
    const auto points = pointCount(setup_);
    measure_->setText(!points        ? tr("Measure")
                      : *points == 1 ? tr("Measure 1 point")
                                     : tr("Measure %1 points").arg(*points));
    return;
  }
  const auto current = std::min(now.finished + 1, std::max<std::int64_t>(now.points, 1));
  measure_->setText(process_.isStopping() ? tr("Stopping after this step...")
                    : now.points > 0      ? tr("Measuring %1 of %2").arg(current).arg(now.points)
                                          : tr("Starting..."));
  constexpr int whole = 1000;
  progress_->setRange(0, now.points > 0 ? whole : 0);
  progress_->setValue(static_cast<int>(now.done_ratio * whole));
  progress_text_->setText(now.point.isEmpty() ? QString() : now.point + ": " + now.doing);
  progress_left_->setText(now.left_ms ? leftText(*now.left_ms) : QString());
}

}  // namespace remat
