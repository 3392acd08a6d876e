// How the setup panel is put together; what it does is in setup_panel.cpp.
#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/pages/look.h"
#include "gui/pages/numbers_field.h"
#include "gui/pages/policy_list.h"
#include "gui/pages/setup_panel.h"

namespace remat {
namespace {

// What cards have, in the unit that allocators count.
const QStringList kCards = {"8 GiB", "16 GiB", "24 GiB", "40 GiB", "80 GiB", "141 GiB"};

QFrame* hairline(QWidget* parent) {
  auto* line = new QFrame(parent);
  line->setObjectName("hairline");
  line->setFixedHeight(1);
  return line;
}

}  // namespace

void SetupPanel::build() {
  setProperty(kPanelProperty, true);
  setAttribute(Qt::WA_StyledBackground);
  setAccessibleName(tr("Setup"));
  setMinimumWidth(248);
  // On a low screen the fields scroll; the button that measures is always there.
  auto* scrolled = new QWidget;
  auto* fields = new QVBoxLayout(scrolled);
  fields->setContentsMargins(16, 12, 16, 4);
  fields->setSpacing(8);
  buildModel(*fields);
  fields->addSpacing(4);
  fields->addWidget(hairline(this));
  fields->addSpacing(4);
  buildFields(*fields);
  auto* foot = new QVBoxLayout;
  foot->setContentsMargins(16, 4, 16, 12);
  foot->setSpacing(8);
  buildFoot(*foot);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(makeScrollArea(scrolled), 1);
  column->addLayout(foot);
}

void SetupPanel::buildModel(QVBoxLayout& column) {
  auto* head = new QHBoxLayout;
  head->addWidget(makeLabel(tr("Model"), TypeSize::title, this));
  head->addStretch(1);
  auto* choose = new QToolButton(this);
  choose->setText("config.json...");
  choose->setProperty("flat", true);
  choose->setToolTip(tr("Open the config.json of a model (Ctrl+Shift+O)"));
  choose->setAccessibleName(tr("Open a config.json"));
  connect(choose, &QToolButton::clicked, this, &SetupPanel::configAsked);
  head->addWidget(choose);
  column.addLayout(head);
  model_text_ = makeLabel({}, TypeSize::secondary, this, true);
  model_problem_ = makeLabel({}, TypeSize::secondary, this, true);
  model_problem_->setProperty(kRoleProperty, "bad");
  model_text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  model_problem_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  column.addWidget(model_text_);
  column.addWidget(model_problem_);
}

void SetupPanel::buildFields(QVBoxLayout& column) {
  axes_ = new QWidget(this);
  auto* inside = new QVBoxLayout(axes_);
  inside->setContentsMargins(0, 0, 0, 0);
  inside->setSpacing(8);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(8);
  grid->setVerticalSpacing(6);
  grid->setColumnStretch(1, 1);
  addNumbers(*grid, tr("Batch"), &SweepSetup::batch, SetupField::batch);
  addNumbers(*grid, tr("Sequence"), &SweepSetup::sequence, SetupField::sequence);
  addNumbers(*grid, tr("Layers"), &SweepSetup::layers, SetupField::layers).setPlaceholderText(tr("all"));
  addWords(*grid, tr("Precision"), precisionWords(), &SweepSetup::precision);
  addWords(*grid, tr("Optimizer"), optimizerWords(), &SweepSetup::optimizer);
  addWords(*grid, tr("Device"), {"auto", "cpu", "cuda:0"}, &SweepSetup::device)->setEditable(true);
  addMemoryLine(*grid);
  inside->addLayout(grid);
  inside->addSpacing(2);
  inside->addWidget(hairline(axes_));
  inside->addSpacing(2);
  buildPolicies(*inside);
  column.addWidget(axes_, 1);
}

void SetupPanel::buildPolicies(QVBoxLayout& column) {
  auto* head = new QHBoxLayout;
  head->addWidget(makeLabel(tr("Policies"), TypeSize::title, axes_));
  head->addStretch(1);
  auto* caption = makeLabel(tr("keeps for backward, fits"), TypeSize::secondary, axes_);
  caption->setToolTip(
      tr("Bytes that each policy keeps between forward and backward, counted from the model. "
         "Tick: measured and under the memory line. Cross: out of memory, or beyond it."));
  head->addWidget(caption);
  column.addLayout(head);
  policies_ = new PolicyList(axes_);
  column.addWidget(policies_, 1);
  auto* other = new QLineEdit(axes_);
  other->setPlaceholderText(tr("Another policy: every_n:4, first_n:6, ..."));
  other->setAccessibleName(tr("Add a policy by its name"));
  connect(other, &QLineEdit::returnPressed, this, [this, other] {
    const QString name = other->text().trimmed();
    if (!name.isEmpty() && !setup_.policies.contains(name)) setup_.policies << name;
    policies_->setTicked(setup_.policies);
    other->clear();
    changed();
  });
  column.addWidget(other);
}

QLineEdit& SetupPanel::addNumbers(QGridLayout& grid, const QString& label, QString SweepSetup::*value,
                                  SetupField field) {
  auto* numbers = new NumbersField(label, axes_);
  auto* name = makeLabel(label, TypeSize::body, axes_);
  name->setBuddy(numbers);
  connect(numbers, &NumbersField::edited, this, [this, value](const QString& text) {
    setup_.*value = text;
    changed();
  });
  const int row = grid.rowCount();
  grid.addWidget(name, row, 0);
  grid.addWidget(numbers, row, 1);
  numbers_.emplace_back(field, numbers);
  return numbers->edit();
}

QComboBox* SetupPanel::addWords(QGridLayout& grid, const QString& label, const QStringList& words,
                                QString SweepSetup::*value) {
  auto* field = new QComboBox(axes_);
  auto* name = makeLabel(label, TypeSize::body, axes_);
  name->setBuddy(field);
  field->addItems(words);
  field->setAccessibleName(label);
  field->setInsertPolicy(QComboBox::NoInsert);
  connect(field, &QComboBox::currentTextChanged, this, [this, value](const QString& text) {
    setup_.*value = text;
    changed();
  });
  const int row = grid.rowCount();
  grid.addWidget(name, row, 0);
  grid.addWidget(field, row, 1);
  words_fields_.emplace_back(value, field);
  return field;
}

void SetupPanel::addMemoryLine(QGridLayout& grid) {
  memory_line_ = new QComboBox(axes_);
  memory_line_->setEditable(true);
  memory_line_->setInsertPolicy(QComboBox::NoInsert);
  memory_line_->addItem(tr("none"));
  memory_line_->addItems(kCards);
  memory_line_->setAccessibleName(tr("Memory line"));
  memory_line_->setToolTip(
      tr("The memory of the card that you have or think of: 8, 16, 24, 40, 80 or 141 GB, or any "
         "size. Everything beyond it does not fit."));
  connect(memory_line_, &QComboBox::textActivated, this, &SetupPanel::takeMemoryLine);
  connect(memory_line_->lineEdit(), &QLineEdit::editingFinished, this,
          [this] { takeMemoryLine(memory_line_->currentText()); });
  imitate_ = new QCheckBox(tr("as a limit while measuring"), axes_);
  imitate_->setToolTip(
      tr("Refuses to allocate more than the memory line while measuring (--memory-cap), so that what "
         "does not fit runs out of memory as it would on that card."));
  connect(imitate_, &QCheckBox::toggled, this, &SetupPanel::changed);
  auto* name = makeLabel(tr("Memory line"), TypeSize::body, axes_);
  name->setBuddy(memory_line_);
  const int row = grid.rowCount();
  grid.addWidget(name, row, 0);
  grid.addWidget(memory_line_, row, 1);
  grid.addWidget(imitate_, row + 1, 0, 1, 2);
}

void SetupPanel::buildFoot(QVBoxLayout& column) {
  problem_ = makeLabel({}, TypeSize::secondary, this, true);
  measure_ = new QPushButton(tr("Measure"), this);
  measure_->setProperty(kPrimaryProperty, true);
  measure_->setObjectName("measure");
  measure_->setMinimumHeight(measure_->fontMetrics().height() + 18);
  measure_->setToolTip(tr("Measure these points (M)"));
  progress_ = new QProgressBar(this);
  progress_->setTextVisible(false);
  progress_->setAccessibleName(tr("Progress of the measurement"));
  progress_text_ = makeLabel({}, TypeSize::secondary, this);
  progress_text_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  progress_left_ = makeLabel({}, TypeSize::secondary, this);
  copy_ = new QPushButton(tr("Copy as command"), this);
  copy_->setToolTip(tr("The command line that measures the same (Ctrl+Shift+M)"));
  stop_ = new QPushButton(tr("Stop"), this);
  stop_->setToolTip(tr("Ends after this step; finished points are kept (Ctrl+.)"));
  connect(measure_, &QPushButton::clicked, this, &SetupPanel::measure);
  connect(copy_, &QPushButton::clicked, this, &SetupPanel::copyCommand);
  connect(stop_, &QPushButton::clicked, this, &SetupPanel::stop);
  auto* lines = new QHBoxLayout;
  lines->addWidget(progress_text_, 1);
  lines->addWidget(progress_left_);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(copy_, 1);
  buttons->addWidget(stop_);
  column.addWidget(problem_);
  column.addWidget(measure_);
  column.addWidget(progress_);
  column.addLayout(lines);
  column.addLayout(buttons);
}

}  // namespace remat
