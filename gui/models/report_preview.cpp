#include "gui/models/report_preview.h"

#include <algorithm>

#include "gui/models/local_text.h"
#include "gui/models/text.h"
#include "profiler/report/findings.h"
#include "profiler/report/provenance.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

QString escaped(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toHtmlEscaped();
}

/// Warnings stand out by their words; the kind is named in front as in report.html.
QString kindText(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::result: return tr("Measured");
    case Finding::Kind::choice: return tr("Choice");
    case Finding::Kind::no_effect: return tr("No effect");
    case Finding::Kind::peak: return tr("Peak");
    case Finding::Kind::failure: return tr("Did not run");
    case Finding::Kind::claim: return tr("Claim");
    case Finding::Kind::caution: return tr("Caution");
  }
  return {};
}

class PreviewWriter {
  Q_DECLARE_TR_FUNCTIONS(remat)

 public:
  PreviewWriter(const Theme& theme, const PreviewLimits& limits) : theme_(theme), limits_(limits) {}

  void heading(int level, const QString& text) { html_ += QStringLiteral("<h%1>%2</h%1>").arg(level).arg(text); }
  void paragraph(const QString& text) { html_ += QStringLiteral("<p>%1</p>").arg(text); }
  void secondary(const QString& text) {
    html_ += QStringLiteral("<p style=\"color:%1\">%2</p>").arg(theme_.secondary.name(), text);
  }

  void picture(const PreviewPicture& picture) {
    html_ += QStringLiteral("<p><img src=\"%1\" width=\"%2\" alt=\"%3\"></p>")
                 .arg(picture.url.toHtmlEscaped())
                 .arg(picture.width)
                 .arg(picture.title.toHtmlEscaped());
  }

  void findings(const std::vector<Finding>& all) {
    if (all.empty()) return;
    html_ += QStringLiteral("<table cellspacing=\"0\" cellpadding=\"4\">");
    for (const Finding& finding : all) {
      const bool grave = finding.kind == Finding::Kind::caution || finding.kind == Finding::Kind::failure;
      html_ += QStringLiteral("<tr><td style=\"color:%1; white-space:pre\"><b>%2</b></td><td>%3</td></tr>")
                   .arg((grave ? theme_.warning : theme_.secondary).name(), kindText(finding.kind),
                        richSentence(finding.text));
    }
    html_ += QStringLiteral("</table>");
  }

  void table(const ResultTable& table) {
    html_ += QStringLiteral("<table cellspacing=\"0\" cellpadding=\"4\" style=\"margin-top:8px\"><tr>");
    for (const Column& column : table.columns) cell(u"th", column, escaped(column.title), theme_.secondary);
    html_ += QStringLiteral("</tr>");
    for (std::size_t row = 0; row < std::min(table.rows.size(), limits_.rows); ++row) {
      html_ += QStringLiteral("<tr>");
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i];
        cell(u"td", column, localCell(table.rows[row][i], column.unit).toHtmlEscaped(), theme_.ink);
      }
      html_ += QStringLiteral("</tr>");
    }
    html_ += QStringLiteral("</table>");
    if (table.rows.size() > limits_.rows) more(table.rows.size() - limits_.rows, tr("%1 more rows are in points.csv."));
  }

  void provenanceOf(const std::vector<ProvenanceItem>& items) {
    html_ += QStringLiteral("<table cellspacing=\"0\" cellpadding=\"3\">");
    for (const ProvenanceItem& item : items) {
      html_ += QStringLiteral("<tr><td style=\"color:%1; white-space:pre\">%2</td><td style=\"color:%1\">%3</td></tr>")
                   .arg(theme_.secondary.name(), escaped(item.name), escaped(item.text));
    }
    html_ += QStringLiteral("</table>");
  }

  void more(std::size_t count, const QString& text) {
    secondary(text.arg(localCount(static_cast<std::int64_t>(count))));
  }

  [[nodiscard]] QString take() { return QStringLiteral("<html><body>") + html_ + QStringLiteral("</body></html>"); }

 private:
  void cell(QStringView tag, const Column& column, const QString& text, const QColor& color) {
    html_ +=
        QStringLiteral("<%1 align=\"%2\" style=\"color:%3; border-bottom:1px solid %4\">%5</%1>")
            .arg(tag, column.unit == ColumnUnit::text ? u"left" : u"right", color.name(), theme_.hairline.name(), text);
  }

  const Theme& theme_;
  const PreviewLimits& limits_;
  QString html_;
};

}  // namespace

QString reportPreview(const Run& run, const ReportOptions& options, const Theme& theme, const PreviewPictures& pictures,
                      const PreviewLimits& limits) {
  PreviewWriter page(theme, limits);
  page.heading(1, escaped(reportTitle(run)));
  page.paragraph(escaped(reportLead(run)));
  page.findings(runFindings(run));
  for (const PreviewPicture& picture : pictures.shown) page.picture(picture);
  if (pictures.more > 0) page.more(pictures.more, tr("Up to %1 more charts are in the report."));
  const std::vector<PointGroup> groups = groupPoints(run);
  for (std::size_t i = 0; i < std::min(groups.size(), limits.groups); ++i) {
    const GroupFindings group = findingsOf(run, groups[i]);
    page.heading(2, escaped(group.title));
    page.findings(group.findings);
    page.table(pointTable(run, group.group));
  }
  if (groups.size() > limits.groups) page.more(groups.size() - limits.groups, tr("%1 more groups are in the report."));
  page.heading(2, tr("Where the numbers come from"));
  page.provenanceOf(provenance(run, options));
  return page.take();
}

}  // namespace remat
