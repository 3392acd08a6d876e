// Number of parameters, against counts that transformers made on the meta device.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "engine/spec/build_model_graph.h"

namespace remat {
namespace {

/// Lines of a tab-separated file without comments and its header line.
std::vector<std::vector<std::string>> rowsOf(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    std::vector<std::string>& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '\t');) row.push_back(cell);
  }
  if (!rows.empty()) rows.erase(rows.begin());
  return rows;
}

TrainingSpec shortest(Head head) {  // so that the shortest table of positions is long enough
  TrainingSpec spec;
  spec.sequence_length = 2;
  spec.head = head;
  return spec;
}

TEST(ParameterCount, OfEveryRealConfigIsThatOfTransformers) {
  const auto rows = rowsOf(REMAT_TEST_DATA_DIR "/configs/PARAMETERS.tsv");
  EXPECT_EQ(rows.size(), 16U);
  for (const auto& row : rows) {
    const ModelConfig config = loadModelConfig(REMAT_TEST_DATA_DIR "/configs/" + row[0]);
    const ModelGraph graph = buildModelGraph(config, shortest(Head::automatic));
    EXPECT_EQ(graph.architecture, row[2]) << row[0];
    EXPECT_EQ(parameterCount(graph), std::stoll(row[3])) << row[0];
  }
}

TEST(ParameterCount, OfRandomSizesIsThatOfTransformers) {
  const auto rows = rowsOf(REMAT_TEST_DATA_DIR "/transformers/parameter_counts.tsv");
  EXPECT_EQ(rows.size(), 7 * 25U);
  for (const auto& row : rows) {
    const Head head = row[0] == "sequence_classification" ? Head::sequence_classification : Head::automatic;
    const ModelGraph graph = buildModelGraph(parseModelConfig(row[2], "config.json", "model"), shortest(head));
    EXPECT_EQ(parameterCount(graph), std::stoll(row[1])) << row[2];
  }
}

TEST(ParameterCount, InBytesFollowsThePrecision) {
  const ModelConfig config = loadModelConfig(REMAT_TEST_DATA_DIR "/configs/smollm2-135m.json");
  TrainingSpec spec = shortest(Head::automatic);
  EXPECT_EQ(parameterBytes(buildModelGraph(config, spec)), 4 * 134515008LL);
  spec.precision = Precision::bf16_mixed;
  EXPECT_EQ(parameterBytes(buildModelGraph(config, spec)), 4 * 134515008LL);
  spec.precision = Precision::bfloat16;
  EXPECT_EQ(parameterBytes(buildModelGraph(config, spec)), 2 * 134515008LL);
}

}  // namespace
}  // namespace remat
