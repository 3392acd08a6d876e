#include "gui/pages/live_set_view.h"

#include <algorithm>
#include <utility>

#include <QAbstractTextDocumentLayout>
#include <QEvent>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

#include "gui/models/result_table_model.h"
#include "gui/models/theme.h"

namespace remat {
namespace {

enum LiveColumn { kNameColumn, kBytesColumn, kShareColumn, kColumns };
constexpr int kBarHeight = 3;

ResultTable tableOf(const std::vector<LiveRow>& rows) {
  ResultTable table{{{"name", "alive at the peak", ColumnUnit::text},
                     {"bytes", "size", ColumnUnit::bytes},
                     {"share_ratio", "of the peak", ColumnUnit::ratio}},
                    {}};
  for (const LiveRow& row : rows) {
    const QString name = row.where.isEmpty() ? row.name : row.name + QStringLiteral("  ") + row.where;
    table.rows.push_back({name.toStdString(), row.bytes, row.share_ratio});
  }
  return table;
}

/// Paints the text of each cell, where the tensors are in less weight, and this cell's part of the row's bar.
class LiveRowDelegate : public QStyledItemDelegate {
 public:
  LiveRowDelegate(const std::vector<LiveRow>& rows, QTableView& view)
      : QStyledItemDelegate(&view), rows_(rows), view_(view) {}

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Theme& theme = themeOf(view_.palette());
    const LiveRow& row = rows_[static_cast<std::size_t>(index.row())];
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected)) painter->fillRect(option.rect, theme.hover);
    paintBar(*painter, option.rect, row, theme, index.column());
    const QRect text = option.rect.adjusted(index.column() == kNameColumn ? 0 : 8, 0, 0, -kBarHeight - 2);
    painter->setPen(theme.ink);
    if (index.column() == kNameColumn) {
      paintName(*painter, text, row, theme, option.fontMetrics);
    } else {
      if (index.column() == kShareColumn) painter->setPen(theme.secondary);
      painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter, index.data().toString());
    }
    painter->restore();
  }

 private:
  static void paintName(QPainter& painter, const QRect& rect, const LiveRow& row, const Theme& theme,
                        const QFontMetrics& metrics) {
    constexpr int gap = 8;
    const int where_width = row.where.isEmpty() ? 0 : std::min(metrics.horizontalAdvance(row.where), rect.width() / 2);
    const int name_width = rect.width() - (where_width > 0 ? where_width + gap : 0);
    const QString name =
        metrics.elidedText(row.name, row.name.contains(u'.') ? Qt::ElideLeft : Qt::ElideRight, name_width);
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, name);
    if (where_width == 0) return;
    painter.setPen(theme.secondary);
    const QRect where = rect.adjusted(metrics.horizontalAdvance(name) + gap, 0, 0, 0);
    painter.drawText(where, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(row.where, Qt::ElideRight, where.width()));
  }

  void paintBar(QPainter& painter, const QRect& cell, const LiveRow& row, const Theme& theme, int column) const {
    const int left = view_.columnViewportPosition(kNameColumn);
    const int width = view_.columnViewportPosition(kColumns - 1) + view_.columnWidth(kColumns - 1) - left;
    const double largest = rows_.empty() ? 1.0 : static_cast<double>(std::max<std::int64_t>(1, rows_.front().bytes));
    const int length = static_cast<int>(width * (static_cast<double>(row.bytes) / largest));
    const QRect line(left, cell.bottom() - kBarHeight, width, kBarHeight);
    painter.fillRect(line.intersected(cell), theme.grid);
    QRect bar = line;
    bar.setWidth(length);
    painter.fillRect(bar.intersected(cell), theme.categories[static_cast<std::size_t>(row.category)]);
    if (row.category != Category::recomputed || column >= kColumns) return;
    painter.setPen(theme.surface);
    for (int x = left; x < left + length; x += 5) {
      if (cell.contains(x, cell.center().y())) painter.drawLine(x, line.bottom(), x + kBarHeight, line.top());
    }
  }

  const std::vector<LiveRow>& rows_;
  QTableView& view_;
};

}  // namespace

LiveSetView::LiveSetView(QWidget* parent) : QTableView(parent), model_(new ResultTableModel(this)) {
  setModel(model_);
  setItemDelegate(new LiveRowDelegate(rows_, *this));
  setProperty("panel", true);
  setFrameShape(QFrame::NoFrame);
  setShowGrid(false);
  setSelectionBehavior(SelectRows);
  setSelectionMode(SingleSelection);
  setEditTriggers(NoEditTriggers);
  setTabKeyNavigation(false);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  verticalHeader()->hide();
  horizontalHeader()->hide();
  horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  setAccessibleName(tr("What is alive at the peak"));
  connect(this, &QTableView::clicked, this,
          [this](const QModelIndex& index) { emit namePicked(rows_[static_cast<std::size_t>(index.row())].name); });
  connect(this, &QTableView::activated, this,
          [this](const QModelIndex& index) { emit namePicked(rows_[static_cast<std::size_t>(index.row())].name); });
}

void LiveSetView::show(std::vector<LiveRow> rows) {
  rows_ = std::move(rows);
  model_->show(tableOf(rows_));
  setRowHeights();
  updateGeometry();
}

void LiveSetView::setCurrentName(const QString& name) {
  const auto at = std::find_if(rows_.begin(), rows_.end(), [&](const LiveRow& row) { return row.name == name; });
  if (at == rows_.end()) return clearSelection();
  selectRow(static_cast<int>(at - rows_.begin()));
}

void LiveSetView::setRowHeights() { verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kBarHeight + 6); }

QSize LiveSetView::sizeHint() const { return {240, verticalHeader()->defaultSectionSize() * model_->rowCount()}; }

void LiveSetView::resizeEvent(QResizeEvent* event) {
  const int bytes = fontMetrics().horizontalAdvance(QStringLiteral("999.9 MiB")) + 10;
  const int share = fontMetrics().horizontalAdvance(QStringLiteral("99.9%")) + 10;
  setColumnWidth(kBytesColumn, bytes);
  setColumnWidth(kShareColumn, share);
  setColumnWidth(kNameColumn, std::max(60, viewport()->width() - bytes - share));
  QTableView::resizeEvent(event);
}

void LiveSetView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::FontChange) {
    setRowHeights();
    updateGeometry();
  }
  QTableView::changeEvent(event);
}

}  // namespace remat
