// Texts that belong to no QObject are looked up where lupdate puts them.
#include "gui/models/text.h"

#include <QTranslator>
#include <gmock/gmock.h>

#include "gui/models/comparison_view.h"
#include "gui/models/diagnosis.h"
#include "gui/models/file_kind.h"
#include "gui/models/frontier_view.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::StartsWith;

/// Translates what is asked for in the context of the free functions: into the same, in brackets.
class Brackets : public QTranslator {
 public:
  Brackets() { QCoreApplication::installTranslator(this); }
  ~Brackets() override { QCoreApplication::removeTranslator(this); }
  Brackets(const Brackets&) = delete;
  Brackets& operator=(const Brackets&) = delete;

  [[nodiscard]] bool isEmpty() const override { return false; }
  [[nodiscard]] QString translate(const char* context, const char* source, const char* /*disambiguation*/,
                                  int /*n*/) const override {
    return QByteArray(context) == kTextContext ? u'[' + QString::fromUtf8(source) + u']' : QString();
  }
};

TEST(Texts, of_values_and_views_are_translated_in_one_context) {
  const auto run = parseRun(fileText(sampleRecords()), "sample");
  const auto keyOf = [&](std::size_t point) { return QString::fromStdString(run.points[point].key()); };
  const Brackets translator;
  EXPECT_EQ(tr("word").toStdString(), "[word]");
  EXPECT_THAT(frontierView(run, groupPoints(run)[0], SpeedUnit::step_time, {}).finding.toStdString(), StartsWith("["));
  EXPECT_EQ(comparePoints(run, keyOf(0), run, keyOf(3)).rows[0].title.toStdString(), "[step time]");
  EXPECT_EQ(diagnosis(run).front().what.toStdString(), "[session]");
  EXPECT_THAT(fileKindProblem(FileKind::missing, "x").toStdString(), StartsWith("[There is no file x."));
}

}  // namespace
}  // namespace remat
