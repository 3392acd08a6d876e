// The item models under QAbstractItemModelTester, which checks what views rely on, and what they say.

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSortFilterProxyModel>
#include <gmock/gmock.h>

#include "gui/models/comparison_model.h"
#include "gui/models/diagnosis.h"
#include "gui/models/local_text.h"
#include "gui/models/point_list_model.h"
#include "gui/models/result_table_model.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;
using FailureMode = QAbstractItemModelTester::FailureReportingMode;

Run sampleRun() { return parseRun(fileText(sampleRecords()), "sample.remat.jsonl"); }

/// Reports through fatal messages, which end the test program.
class ModelTest : public testing::Test {
 protected:
  void TearDown() override { QLocale::setDefault(QLocale::c()); }
};

TEST_F(ModelTest, result_table_is_a_proper_model_whatever_it_shows) {
  ResultTableModel model;
  const QAbstractItemModelTester tester(&model, FailureMode::Fatal);
  model.show(pointTable(sampleRun()));
  model.show({});
  model.show(layerTable(sampleRun()));
  EXPECT_GT(model.rowCount(), 0);
}

TEST_F(ModelTest, result_table_shows_titled_columns_and_keeps_the_rest_for_csv) {
  ResultTableModel model;
  model.show(pointTable(sampleRun()));
  EXPECT_EQ(model.headerData(0, Qt::Horizontal).toString(), "policy");
  EXPECT_EQ(model.index(0, 0).data().toString(), "store_all");
  EXPECT_EQ(model.index(0, 0).data(ResultTableModel::KeyRole).toString().size(), 16);
  EXPECT_THAT(model.csv().toStdString(), HasSubstr("step_time_low_ns"));
  EXPECT_LT(model.columnCount(), static_cast<int>(model.table().columns.size()));
}

TEST_F(ModelTest, result_table_is_in_the_locale_on_screen_and_in_the_c_locale_in_files) {
  QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
  ResultTableModel model;
  model.show({{{"size", "size", ColumnUnit::bytes}, {"name", "name", ColumnUnit::text}},
              {{std::int64_t{1610612736}, std::string("a.b")}}});
  EXPECT_EQ(model.index(0, 0).data().toString().toStdString(), "1,50 GiB");
  EXPECT_EQ(model.index(0, 0).data(Qt::ToolTipRole).toString().toStdString(), "1.610.612.736 bytes");
  EXPECT_EQ(model.index(0, 1).data().toString().toStdString(), "a.b");
  EXPECT_EQ(model.csv().toStdString(), "size,name\r\n1610612736,a.b\r\n");
  EXPECT_EQ(model.copyText({0, 7, -1}).toStdString(), "size\tname\n1610612736\ta.b\n");
}

TEST_F(ModelTest, result_table_sorts_by_value_with_absent_values_last) {
  ResultTableModel model;
  model.show({{{"size", "size", ColumnUnit::bytes}}, {{Cell()}, {std::int64_t{2048}}, {std::int64_t{900}}}});
  QSortFilterProxyModel sorted;
  sorted.setSourceModel(&model);
  sorted.setSortRole(ResultTableModel::SortRole);
  sorted.sort(0);
  EXPECT_EQ(sorted.index(0, 0).data().toString(), "900 B");
  EXPECT_EQ(sorted.index(2, 0).data().toString(), "");
}

TEST_F(ModelTest, result_table_survives_rows_of_another_length) {
  ResultTableModel model;
  const QAbstractItemModelTester tester(&model, FailureMode::Fatal);
  model.show({{{"a", "a", ColumnUnit::text}, {"b", "b", ColumnUnit::text}}, {{std::string("1")}, {}}});
  EXPECT_EQ(model.index(1, 1).data().toString(), "");
}

TEST_F(ModelTest, point_list_names_every_point_with_what_became_of_it) {
  PointListModel model;
  const QAbstractItemModelTester tester(&model, FailureMode::Fatal);
  const auto run = std::make_shared<const remat::Run>(sampleRun());
  model.show(run);
  ASSERT_EQ(model.rowCount(), static_cast<int>(run->points.size()));
  const QString key = QString::fromStdString(run->points[1].key());
  EXPECT_EQ(model.keyAt(model.rowOf(key)), key);
  EXPECT_EQ(model.rowOf("nothing"), -1);
  EXPECT_EQ(model.keyAt(-1), "");
  EXPECT_EQ(model.keyAt(99), "");
  EXPECT_THAT(model.index(model.rowOf(key)).data().toString().toStdString(), HasSubstr("cheap · smollm2-135m"));
  EXPECT_EQ(model.index(model.rowOf(key)).data(PointListModel::DetailRole).toString(), "660.0 MiB, 406.0 ms");
  EXPECT_FALSE(model.index(0).data(Qt::DecorationRole).isNull());
  model.setDark(true);
  model.show(nullptr);
  EXPECT_EQ(model.rowCount(), 0);
}

TEST_F(ModelTest, diagnosis_can_be_copied) {
  DiagnosisModel model;
  const QAbstractItemModelTester tester(&model, FailureMode::Fatal);
  model.show(diagnosis(sampleRun()));
  EXPECT_GT(model.rowCount(), 8);
  EXPECT_THAT(model.copyText({0, 100000}).toStdString(),
              HasSubstr("severity\twhat\tpolicy\tsetup\tsaid\ninfo\tsession\t\t\trematscope"));
  model.show({});
}

TEST_F(ModelTest, comparison_says_words_and_sorts_by_them) {
  ComparisonModel model;
  const QAbstractItemModelTester tester(&model, FailureMode::Fatal);
  const auto run = sampleRun();
  model.show(comparePoints(run, QString::fromStdString(run.points[0].key()), run,
                           QString::fromStdString(run.points[3].key())));
  model.setTheme(Theme{});
  EXPECT_EQ(model.index(0, ComparisonModel::AColumn).data().toString().toStdString(),
            "400.0 ms (398.0 ms to 402.0 ms)");
  EXPECT_EQ(model.index(0, ComparisonModel::DifferenceColumn).data().toString().toStdString(),
            "+25.0% (+23.8% to +26.3%)");
  EXPECT_EQ(model.index(0, ComparisonModel::VerdictColumn).data().toString().toStdString(), "▲  worse");
  EXPECT_EQ(model.headerData(ComparisonModel::BColumn, Qt::Horizontal).toString(), "B: full");
  model.show({});
  EXPECT_EQ(model.rowCount(), 0);
}

TEST_F(ModelTest, sentences_change_numbers_with_units_and_no_names) {
  QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
  EXPECT_EQ(localDuration(1500).toStdString(), "1,50 \u00b5s") << "as on the axes";
  EXPECT_EQ(localSentence("A mark takes 48.0 us of `x 1 us`.").toStdString(), "A mark takes 48,0 \u00b5s of `x 1 us`.");
  EXPECT_EQ(localSentence("llama-3.2 `v1.5 ms` takes 12.5 ms, 1,234.5 MiB and +4.0% of 124,439,808.").toStdString(),
            "llama-3.2 `v1.5 ms` takes 12,5 ms, 1.234,5 MiB and +4,0% of 124.439.808.");
  EXPECT_EQ(localSigned(1'500'000, ColumnUnit::ns).toStdString(), "+1,50 ms");
  EXPECT_EQ(localSigned(-2048, ColumnUnit::bytes).toStdString(), "-2,00 KiB");
  EXPECT_EQ(richSentence("A mark takes 48.0 us of `x 1 us`.").toStdString(),
            "A mark takes 48,0 \u00b5s of <b>x 1 us</b>.");
  EXPECT_EQ(richSentence("a < `b`").toStdString(), "a &lt; <b>b</b>");
}

}  // namespace
}  // namespace remat
