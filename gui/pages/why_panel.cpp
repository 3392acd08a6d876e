#include "gui/pages/why_panel.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/models/document.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"
#include "gui/models/selection.h"
#include "gui/pages/live_set_view.h"
#include "gui/pages/look.h"
#include "gui/pages/move_button.h"

namespace remat {
namespace {

struct HealthLook {
  const char* glyph;
  const char* role;
};

/// A shape and a colour: neither says it alone.
HealthLook lookOf(Health health) {
  switch (health) {
    case Health::good: return {"✓", "good"};
    case Health::caution: return {"!", "warning"};
    case Health::bad: return {"✕", "bad"};
    case Health::unknown: return {"?", "secondary"};
  }
  return {"", ""};
}

/// "900.0" and "MiB".
std::pair<QString, QString> figureOf(const QString& text) {
  const qsizetype blank = text.lastIndexOf(u' ');
  return {text.left(blank), text.mid(blank + 1)};
}

}  // namespace

/// The widgets, made once; what differs in number from point to point is made anew.
class WhyPanel::Parts {
 public:
  explicit Parts(WhyPanel& panel) : panel_(panel) {
    auto* scroll = new QScrollArea(&panel);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* outer = new QVBoxLayout(&panel);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    auto* content = new QWidget(scroll);
    content->setProperty(kPanelProperty, true);
    scroll->setWidget(content);
    layout_ = new QVBoxLayout(content);
    layout_->setContentsMargins(16, 12, 16, 16);
    layout_->setSpacing(6);
    addHead(content);
    live_title_ = addTitle(content, WhyPanel::tr("Live at the peak"));
    live = new LiveSetView(content);
    layout_->addWidget(live);
    moves_title_ = addTitle(content, WhyPanel::tr("What would move it"));
    moves_ = addList();
    checks_title_ = addTitle(content, WhyPanel::tr("Measurement"));
    checks_ = addList();
    layout_->addStretch();
  }

  void show(const WhyView& view, const PolicyStyles& styles) {
    showHead(view, styles);
    live->show(view.live);
    live_title_->setVisible(!view.live.empty());
    live->setVisible(!view.live.empty());
    showMoves(view, styles);
    showChecks(view);
  }

  LiveSetView* live = nullptr;

 private:
  void addHead(QWidget* content) {
    auto* line = new QHBoxLayout;
    mark_ = new QLabel(content);
    policy_ = makeLabel({}, TypeSize::title, content);
    state_ = makeLabel({}, TypeSize::secondary, content);
    line->addWidget(mark_);
    line->addWidget(policy_, 1);
    line->addWidget(state_);
    layout_->addLayout(line);
    setup_ = makeLabel({}, TypeSize::secondary, content, true);
    layout_->addWidget(setup_);
    auto* figures = new QHBoxLayout;
    for (auto& [figure, unit] : figures_) {
      figure = makeLabel({}, TypeSize::figure, content);
      unit = makeLabel({}, TypeSize::secondary, content);
      figures->addWidget(figure);
      figures->addWidget(unit, 0, Qt::AlignBottom);
      figures->addSpacing(14);
    }
    figures->addStretch();
    layout_->addLayout(figures);
    sentence_ = makeLabel({}, TypeSize::body, content, true);
    sentence_->setTextFormat(Qt::RichText);
    sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    layout_->addWidget(sentence_);
  }

  QLabel* addTitle(QWidget* content, const QString& text) {
    layout_->addSpacing(8);
    QLabel* title = makeLabel(text, TypeSize::title, content);
    layout_->addWidget(title);
    return title;
  }

  QVBoxLayout* addList() {
    auto* list = new QVBoxLayout;
    list->setSpacing(4);
    layout_->addLayout(list);
    return list;
  }

  static void clear(QLayout* list) {
    while (QLayoutItem* item = list->takeAt(0)) {
      if (item->layout() != nullptr) clear(item->layout());
      if (item->widget() != nullptr) item->widget()->deleteLater();
      delete item;
    }
  }

  void showHead(const WhyView& view, const PolicyStyles& styles) {
    const auto style = styles.find(view.policy);
    const bool dark = themeOf(panel_.palette()).dark;
    const bool completed = view.state == WhyView::State::measured;
    mark_->setPixmap(style == styles.end() ? QPixmap()
                                           : markPixmap(style->second, dark, 18, panel_.devicePixelRatioF(),
                                                        completed ? MarkLook::filled : MarkLook::crossed));
    policy_->setText(view.policy.empty() ? WhyPanel::tr("Why") : QString::fromStdString(view.policy));
    state_->setText(view.state_text);
    setup_->setText(view.setup);
    setup_->setVisible(!view.setup.isEmpty());
    showFigure(0, view.peak_bytes ? localBytes(*view.peak_bytes) : QString(), WhyPanel::tr("peak memory"));
    showFigure(1, view.step_time_ns ? localDuration(*view.step_time_ns) : QString(), WhyPanel::tr("step time"));
    sentence_->setText(view.sentence);
  }

  void showFigure(std::size_t index, const QString& text, const QString& what) {
    const auto [number, unit] = figureOf(text);
    figures_[index].first->setText(number);
    figures_[index].first->setAccessibleName(what);
    figures_[index].second->setText(unit);
    figures_[index].first->setVisible(!text.isEmpty());
    figures_[index].second->setVisible(!text.isEmpty());
  }

  void showMoves(const WhyView& view, const PolicyStyles& styles) {
    clear(moves_);
    moves_title_->setVisible(view.state == WhyView::State::measured);
    if (view.state != WhyView::State::measured) return;
    for (const WhyMove& move : view.moves) {
      const auto style = styles.find(move.policy);
      auto* button =
          new MoveButton(move, style == styles.end() ? PolicyStyle{} : style->second, moves_->parentWidget());
      QObject::connect(button, &MoveButton::clicked, &panel_,
                       [this, key = move.key] { panel_.selection_.setPoint(key); });
      moves_->addWidget(button);
    }
    if (!view.no_move.isEmpty())
      moves_->addWidget(makeLabel(view.no_move, TypeSize::secondary, moves_->parentWidget(), true));
    if (view.remedies.isEmpty()) return;
    QLabel* remedies = makeLabel(WhyPanel::tr("Not measured: %1.").arg(view.remedies.join(QStringLiteral("; "))),
                                 TypeSize::secondary, moves_->parentWidget(), true);
    remedies->setTextFormat(Qt::RichText);
    moves_->addWidget(remedies);
  }

  void showChecks(const WhyView& view) {
    clear(checks_);
    checks_title_->setVisible(!view.checks.empty());
    for (const WhyCheck& check : view.checks) {
      const HealthLook look = lookOf(check.health);
      auto* row = new QGridLayout;
      row->setColumnStretch(1, 1);
      row->setHorizontalSpacing(8);
      row->setVerticalSpacing(0);
      row->setColumnMinimumWidth(0, 16);
      QLabel* glyph = makeLabel(QString::fromUtf8(look.glyph), TypeSize::title, checks_->parentWidget());
      glyph->setProperty(kRoleProperty, look.role);
      glyph->setAccessibleName(healthText(check.health));
      glyph->setToolTip(healthText(check.health));
      row->addWidget(glyph, 0, 0, Qt::AlignTop | Qt::AlignHCenter);
      row->addWidget(makeLabel(check.title, TypeSize::body, checks_->parentWidget(), true), 0, 1);
      if (!check.detail.isEmpty())
        row->addWidget(makeLabel(check.detail, TypeSize::secondary, checks_->parentWidget(), true), 1, 1);
      checks_->addLayout(row);
    }
  }

  WhyPanel& panel_;
  QVBoxLayout* layout_ = nullptr;
  QLabel *mark_ = nullptr, *policy_ = nullptr, *state_ = nullptr, *setup_ = nullptr, *sentence_ = nullptr;
  std::array<std::pair<QLabel*, QLabel*>, 2> figures_{};
  QLabel *live_title_ = nullptr, *moves_title_ = nullptr, *checks_title_ = nullptr;
  QVBoxLayout *moves_ = nullptr, *checks_ = nullptr;
};

WhyPanel::WhyPanel(Document& document, Selection& selection, QWidget* parent)
    : QWidget(parent), document_(document), selection_(selection), parts_(std::make_unique<Parts>(*this)) {
  setProperty(kPanelProperty, true);
  setAccessibleName(tr("Why"));
  constexpr int least_characters = 40;  // two key figures beside each other
  setMinimumWidth(fontMetrics().averageCharWidth() * least_characters);
  connect(&document_, &Document::runChanged, this, &WhyPanel::refresh);
  connect(&document_, &Document::beingMeasuredChanged, this, &WhyPanel::refresh);
  connect(&selection_, &Selection::pointChanged, this, &WhyPanel::refresh);
  connect(&selection_, &Selection::activationChanged, this,
          [this] { parts_->live->setCurrentName(selection_.activation()); });
  connect(parts_->live, &LiveSetView::namePicked, &selection_, &Selection::setActivation);
  refresh();
}

WhyPanel::~WhyPanel() = default;

void WhyPanel::refresh() {
  view_ = whyView(*document_.run(), selection_.point(), document_.isBeingMeasured());
  parts_->show(view_, policyStyles(*document_.run()));
  parts_->live->setCurrentName(selection_.activation());
  setAccessibleDescription(view_.sentence);
}

void WhyPanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && parts_) parts_->show(view_, policyStyles(*document_.run()));
  QWidget::changeEvent(event);
}

}  // namespace remat
