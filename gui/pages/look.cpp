#include "gui/pages/look.h"

#include <array>
#include <utility>

#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QTableView>

#include "gui/pages/wheel_guard.h"

namespace remat {
namespace {

// %name stands for a colour of the theme. No font sizes here: they are the system's.
constexpr const char* kSheet = R"(
QWidget { color: %ink; }
QMainWindow, QDialog, QStackedWidget, #page { background: %surface; }
QWidget[panel="true"] { background: %panel; }
QLabel[textRole="secondary"] { color: %secondary; }
QLabel[textRole="good"] { color: %good; }
QLabel[textRole="warning"] { color: %warning; }
QLabel[textRole="bad"] { color: %bad; }
QToolTip { color: %ink; background: %panel; border: 1px solid %hairline; padding: 4px; }

QPushButton, QToolButton { background: %surface; border: 1px solid %hairline; border-radius: 4px; padding: 5px 12px; }
QToolButton { padding: 4px 8px; }
QPushButton:hover, QToolButton:hover { background: %hover; }
QPushButton:focus, QToolButton:focus, QCheckBox:focus, QRadioButton:focus { border: 1px solid %ink; }
QPushButton:disabled, QToolButton:disabled { color: %faint; }
QPushButton[primary="true"] { background: %ink; color: %surface; border-color: %ink; font-weight: 600; }
QPushButton[primary="true"]:hover { background: %secondary; }
QPushButton[primary="true"]:focus { border: 2px solid %hover; }
QPushButton[primary="true"]:disabled { background: %hairline; border-color: %hairline; color: %secondary; }
QPushButton[flat="true"] { border-color: transparent; background: transparent; text-align: left; padding: 3px 10px; }
QPushButton[flat="true"]:hover { background: %hover; }
QPushButton[flat="true"]:focus { border-color: %ink; }
QToolButton[flat="true"] { border-color: transparent; background: transparent; }
QToolButton[flat="true"]:hover { background: %hover; }
QToolButton[flat="true"]:focus { border-color: %ink; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }

#segments { background: %sunken; border: 1px solid %hairline; border-radius: 5px; }
#segments QToolButton { background: transparent; border: 1px solid transparent; color: %secondary; padding: 3px 10px; }
#segments QToolButton:checked { background: %surface; border-color: %hairline; color: %ink; font-weight: 600; }
#segments QToolButton:focus { border-color: %ink; }

QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextBrowser {
  background: %surface; border: 1px solid %hairline; border-radius: 4px; padding: 3px 7px;
  selection-background-color: %ink; selection-color: %surface; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextBrowser:focus { border-color: %ink; }
QLineEdit[problem="true"], QComboBox[problem="true"] { border-color: %bad; }
QLineEdit:disabled, QComboBox:disabled { color: %faint; background: %panel; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/chevron-%name.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: %surface; color: %ink; border: 1px solid %hairline;
  selection-background-color: %hover; selection-color: %ink; }

QSlider::groove:horizontal { height: 3px; background: %hairline; border-radius: 1px; }
QSlider::sub-page:horizontal { background: %secondary; border-radius: 1px; }
QSlider::sub-page:horizontal:disabled { background: %hairline; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 6px;
  background: %surface; border: 1px solid %secondary; }
QSlider::handle:horizontal:focus { border-color: %ink; background: %ink; }
QSlider::handle:horizontal:disabled { border-color: %hairline; }

QCheckBox { spacing: 7px; border: 1px solid transparent; border-radius: 3px; }
QCheckBox::indicator, QAbstractItemView::indicator {
  width: 12px; height: 12px; border: 1px solid %faint; border-radius: 3px; background: %surface; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
  background: %secondary; border-color: %secondary; image: url(:/icons/check-%name.svg); }
QCheckBox::indicator:disabled, QAbstractItemView::indicator:disabled { border-color: %hairline; }

QAbstractItemView { background: %surface; alternate-background-color: %panel; border: 1px solid %hairline;
  selection-background-color: %hover; selection-color: %ink; gridline-color: %grid; outline: none; }
QAbstractItemView[panel="true"] { background: %panel; border: none; }
QTableView[readOnlyRows="true"] { padding: 0 6px; }
QTableView[readOnlyRows="true"]::item { border: none; padding: 0 5px; }
QHeaderView::section { background: %panel; color: %secondary; border: none; border-bottom: 1px solid %hairline; padding: 4px 8px; }
QTableCornerButton::section { background: %panel; border: none; }

QMenu { background: %surface; border: 1px solid %hairline; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 3px; }
QMenu::item:selected { background: %hover; color: %ink; }
QMenu::item:disabled { color: %faint; }
QMenu::separator { height: 1px; background: %hairline; margin: 4px 8px; }

QSplitter::handle { background: %hairline; }
QSplitter::handle:hover { background: %secondary; }
QScrollArea, QScrollArea > QWidget > QWidget { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; }
QScrollBar:horizontal { background: transparent; height: 10px; }
QScrollBar::handle { background: %hairline; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }
QScrollBar::handle:hover { background: %faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: %hairline; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: %secondary; border-radius: 2px; }
#hairline { background: %hairline; border: none; }
#strip { background: %sunken; border-bottom: 1px solid %hairline; }
#card { background: %surface; border: 1px solid %hairline; border-radius: 6px; }
#card:hover { background: %hover; }
#dropping { border: 2px dashed %secondary; }
)";

QString mixed(const QColor& a, const QColor& b, double part) {
  const auto mix = [&](int x, int y) { return static_cast<int>(x + (y - x) * part); };
  return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())).name();
}

struct TypeScale {
  double factor;
  QFont::Weight weight;
};
constexpr std::array<TypeScale, 5> kScales = {{{2.0, QFont::DemiBold},
                                               {1.55, QFont::DemiBold},
                                               {1.08, QFont::DemiBold},
                                               {1.0, QFont::Normal},
                                               {0.94, QFont::Normal}}};

}  // namespace

QString styleSheetOf(const Theme& theme) {
  const std::array<std::pair<const char*, QString>, 11> names = {{{"%ink", theme.ink.name()},
                                                                  {"%surface", theme.surface.name()},
                                                                  {"%panel", theme.panel.name()},
                                                                  {"%secondary", theme.secondary.name()},
                                                                  {"%hairline", theme.hairline.name()},
                                                                  {"%grid", theme.grid.name()},
                                                                  {"%hover", mixed(theme.panel, theme.ink, 0.09)},
                                                                  {"%sunken", mixed(theme.panel, theme.ink, 0.03)},
                                                                  {"%faint", mixed(theme.secondary, theme.panel, 0.4)},
                                                                  {"%good", theme.good.name()},
                                                                  {"%warning", theme.warning.name()}}};
  QString sheet = QString::fromLatin1(kSheet);
  for (const auto& [name, color] : names) sheet.replace(QLatin1String(name), color);
  return sheet.replace("%bad", theme.bad.name()).replace("%name", theme.dark ? "dark" : "light");
}

QFont fontOf(TypeSize size) {
  const TypeScale& scale = kScales[static_cast<std::size_t>(size)];
  QFont font = QApplication::font();
  if (font.pointSizeF() > 0) font.setPointSizeF(font.pointSizeF() * scale.factor);
  font.setWeight(scale.weight);
  return font;
}

QScrollArea* makeScrollArea(QWidget* content) {
  auto* area = new QScrollArea;
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setFocusPolicy(Qt::NoFocus);
  area->setFocusProxy(content);
  area->setWidget(content);
  guardFieldsFromWheel(*content);
  return area;
}

void styleTable(QTableView& table, const QString& name) {
  table.setProperty("readOnlyRows", true);
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.setEditTriggers(QAbstractItemView::NoEditTriggers);
  table.setTabKeyNavigation(false);
  table.setShowGrid(false);
  table.setAlternatingRowColors(true);
  table.setWordWrap(false);
  table.verticalHeader()->hide();
  table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 8);
  table.horizontalHeader()->setHighlightSections(false);
  table.horizontalHeader()->setStretchLastSection(true);
  table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table.setAccessibleName(name);
}

QLabel* makeLabel(const QString& text, TypeSize size, QWidget* parent, bool wraps) {
  auto* label = new QLabel(text, parent);
  label->setFont(fontOf(size));
  label->setWordWrap(wraps);
  label->setTextFormat(Qt::PlainText);
  if (size == TypeSize::secondary) label->setProperty(kRoleProperty, "secondary");
  return label;
}

}  // namespace remat
