#include "gui/pages/command_palette.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "gui/pages/look.h"

namespace remat {
namespace {

constexpr int kNoteRole = Qt::UserRole;
constexpr int kEntryRole = Qt::UserRole + 1;
constexpr std::size_t kShown = 200;
constexpr int kMostOfLetters = 100;  // of matchScore() where only the letters are there, in order
constexpr int kLeastOfWords = kMostOfLetters + 1;

/// Text at the left, note at the right.
class EntryDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyleOptionViewItem plain = option;
    initStyleOption(&plain, index);
    plain.text.clear();
    QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &plain, painter, option.widget);
    const QString note = index.data(kNoteRole).toString();
    const QRect area = option.rect.adjusted(10, 0, -10, 0);
    const int note_width = option.fontMetrics.horizontalAdvance(note);
    painter->setPen(option.palette.color(QPalette::PlaceholderText));
    painter->drawText(area, Qt::AlignVCenter | Qt::AlignRight, note);
    painter->setPen(option.palette.color(QPalette::Text));
    const QString text =
        option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, area.width() - note_width - 16);
    painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft, text);
  }

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    return {100, option.fontMetrics.height() + 10};
  }
};

}  // namespace

int matchScore(const QString& text, const QString& typed) {
  if (typed.isEmpty()) return 0;
  const qsizetype whole = text.indexOf(typed, 0, Qt::CaseInsensitive);
  if (whole == 0) return 1000;
  if (whole > 0)
    return (text[whole - 1].isLetterOrNumber() ? 500 : 800) - static_cast<int>(std::min<qsizetype>(whole, 99));
  int score = kMostOfLetters;
  qsizetype at = 0;
  for (const QChar letter : typed) {
    if (letter.isSpace()) continue;
    const qsizetype found = text.indexOf(letter, at, Qt::CaseInsensitive);
    if (found < 0) return -1;
    score -= static_cast<int>(found - at);
    at = found + 1;
  }
  return std::max(score, 0);
}

CommandPalette::CommandPalette(QWidget* window)
    : Overlay({560, 420}, window), typed_(new QLineEdit(this)), list_(new QListWidget(this)) {
  setAccessibleName(tr("Find a command"));
  typed_->setAccessibleName(tr("What to find"));
  typed_->setClearButtonEnabled(true);
  typed_->installEventFilter(this);
  list_->setItemDelegate(new EntryDelegate(list_));
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setAccessibleName(tr("What was found"));
  column().addWidget(typed_);
  column().addWidget(list_, 1);
  connect(typed_, &QLineEdit::textChanged, this, &CommandPalette::filter);
  connect(typed_, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
  connect(list_, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) {
    list_->setCurrentItem(item);
    runCurrent();
  });
}

void CommandPalette::open(std::vector<PaletteEntry> entries, const QString& hint) {
  entries_ = std::move(entries);
  typed_->setPlaceholderText(hint);
  typed_->clear();
  filter();
  appear(typed_);
}

void CommandPalette::setTyped(const QString& text) { typed_->setText(text); }

QStringList CommandPalette::shown() const {
  QStringList texts;
  for (int row = 0; row < list_->count(); ++row) texts << list_->item(row)->text();
  return texts;
}

void CommandPalette::filter() {
  std::vector<std::pair<int, std::size_t>> found;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (const int score = matchScore(entries_[i].text, typed_->text().trimmed()); score >= 0)
      found.emplace_back(score, i);
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  // Letters in order are for abbreviations: where something has the very word, they would only be in the way.
  if (!found.empty() && found.front().first >= kLeastOfWords)
    std::erase_if(found, [](const auto& entry) { return entry.first < kLeastOfWords; });
  list_->clear();
  for (const auto& [score, entry] : found) {
    if (static_cast<std::size_t>(list_->count()) == kShown) break;
    auto* item = new QListWidgetItem(entries_[entry].text, list_);
    item->setData(kNoteRole, entries_[entry].note);
    item->setData(kEntryRole, static_cast<qulonglong>(entry));
  }
  list_->setCurrentRow(0);
}

void CommandPalette::runCurrent() {
  const QListWidgetItem* item = list_->currentItem();
  if (item == nullptr) return;
  const auto run = entries_[item->data(kEntryRole).toULongLong()].run;  // a copy: the command may open this again
  disappear();
  run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == typed_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp || key == Qt::Key_PageDown) {
      QApplication::sendEvent(list_, event);
      return true;
    }
  }
  return Overlay::eventFilter(watched, event);
}

}  // namespace remat
