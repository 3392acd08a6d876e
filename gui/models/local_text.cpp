#include "gui/models/local_text.h"

#include <cmath>

#include <QLocale>
#include <QRegularExpression>

#include "profiler/core/units.h"

namespace remat {
namespace {

/// A number of the C locale ("1,234.5") with the separators of the user's.
QString localNumber(const QString& number) {
  const QLocale locale;
  const bool grouped = !(locale.numberOptions() & QLocale::OmitGroupSeparator);
  QString text;
  for (const QChar c : number) {
    if (c == u'.') {
      text += locale.decimalPoint();
    } else if (c == u',') {
      if (grouped) text += locale.groupSeparator();
    } else {
      text += c;
    }
  }
  return text;
}

/// Numbers that a unit follows, or that have thousands: everything else that looks like a number may be a name.
QString localNumbers(const QString& text) {
  static const QRegularExpression number(QStringLiteral(
      R"((?<![\w.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)|\d+\.\d+(?= ?(?:%|(?:[num]?s|min|h|(?:[KMGTP]i)?B|[kMGTP]?FLOP)\b))))"));
  QString result;
  qsizetype end = 0;
  auto matches = number.globalMatch(text);
  while (matches.hasNext()) {
    const auto match = matches.next();
    result += QStringView(text).mid(end, match.capturedStart() - end);
    result += localNumber(match.captured());
    end = match.capturedEnd();
  }
  result += QStringView(text).mid(end);
  return result;
}

/// Microseconds as on the axes; files have "us".
QString withMicro(QString text) {
  static const QRegularExpression ascii(QStringLiteral(R"((?<=\d) us\b)"));
  return text.replace(ascii, QStringLiteral(" \u00b5s"));
}

QString fromUtf8(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

}  // namespace

QString localBytes(std::int64_t bytes) { return localNumber(fromUtf8(bytesText(bytes))); }
QString localDuration(std::int64_t ns) { return withMicro(localNumber(fromUtf8(durationText(ns)))); }
QString localPercent(double ratio) { return localNumber(fromUtf8(percentText(ratio))); }
QString localDifference(double ratio) { return localNumber(fromUtf8(differenceText(ratio))); }
QString localCount(std::int64_t count) { return localNumber(fromUtf8(countText(count))); }

QString localRate(double per_second) { return localCount(std::llround(per_second)); }

QString localCell(const Cell& cell, ColumnUnit unit) {
  const QString text = fromUtf8(cellText(cell, unit));
  if (unit == ColumnUnit::text) return text;
  return unit == ColumnUnit::ns ? withMicro(localNumber(text)) : localNumber(text);
}

QString localSigned(std::int64_t amount, ColumnUnit unit) {
  const QString text = localCell(Cell(amount), unit);
  return amount > 0 ? QLocale().positiveSign() + text : text;
}

QString localSentence(std::string_view sentence) {
  QStringList parts = fromUtf8(sentence).split(u'`');
  for (qsizetype i = 0; i < parts.size(); i += 2) parts[i] = withMicro(localNumbers(parts[i]));
  return parts.join(u'`');
}

QString richSentence(std::string_view sentence) {
  QStringList parts = fromUtf8(sentence).split(u'`');
  QString html;
  for (qsizetype i = 0; i < parts.size(); ++i) {
    const bool is_name = i % 2 == 1;
    const QString text = (is_name ? parts[i] : withMicro(localNumbers(parts[i]))).toHtmlEscaped();
    html += is_name ? QStringLiteral("<b>") + text + QStringLiteral("</b>") : text;
  }
  return html;
}

}  // namespace remat
