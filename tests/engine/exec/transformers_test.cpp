// The engine against transformers: config.json in, weights and inputs in, the same loss and the same gradients out.
// The references were recorded by tests/tools/record_references.py.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/exec/safetensors.h"
#include "engine/spec/build_model_graph.h"
#include "tests/engine/exec/step_outcome.h"

namespace remat {
namespace {

using testing::differingGradients;
using testing::runPolicy;
using testing::StepOutcome;

const std::filesystem::path kReferences = REMAT_TEST_DATA_DIR "/transformers";

/// Models that were recorded, those with this file.
std::vector<std::string> referenceNames(const std::string& file = "gradients.safetensors") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kReferences))
    if (std::filesystem::exists(entry.path() / file)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Head headNamed(const std::string& name) {
  if (name == "causal_lm") return Head::causal_lm;
  if (name == "masked_lm") return Head::masked_lm;
  return Head::sequence_classification;
}

/// A recorded step of one precision, and what is needed to repeat it.
struct Reference {
  std::filesystem::path folder;
  nlohmann::json facts;
  ModelConfig config;
  TrainingSpec spec;
  StepOutcome outcome;
};

Reference readReference(const std::string& name, Precision precision) {
  Reference reference;
  reference.folder = kReferences / name;
  reference.facts = nlohmann::json::parse(std::ifstream(reference.folder / "reference.json"));
  reference.config = loadModelConfig(reference.folder / "config.json");
  reference.spec.batch_size = reference.facts["batch_size"];
  reference.spec.sequence_length = reference.facts["sequence_length"];
  reference.spec.head = headNamed(reference.facts["head"]);
  reference.spec.precision = precision;
  const std::string kind = precision == Precision::float32    ? ""
                           : precision == Precision::bfloat16 ? "bfloat16"
                                                              : "bf16_mixed";
  reference.outcome.loss = reference.facts[kind.empty() ? "loss" : kind + "_loss"];
  reference.outcome.gradients = readSafetensors(
      reference.folder / (kind.empty() ? "gradients.safetensors" : "gradients_" + kind + ".safetensors"));
  return reference;
}

StepOutcome repeat(const Reference& reference, const std::string& policy) {
  const ModelGraph graph = buildModelGraph(reference.config, reference.spec);
  ModelState state = makeModelState(graph, reference.config, reference.spec);
  loadParameters(state, graph, readSafetensors(reference.folder / "weights.safetensors"), "weights");
  loadInputs(state, graph, reference.config, readSafetensors(reference.folder / "inputs.safetensors"), "inputs");
  return runPolicy(policy, graph, state, reference.spec);
}

std::vector<std::string> namesOf(const NamedTensors& tensors) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  return names;
}

double largestElement(const at::Tensor& tensor) { return tensor.to(at::kDouble).abs().max().item().toDouble(); }

/// Largest difference, as a share of the largest element, or of a hundredth of `largest_of_all` gradients: the gradient
/// of a key's bias is 0 but for rounding, since softmax does not see it, and rounding differs between processors.
double relativeDifference(const at::Tensor& expected, const at::Tensor& actual, double largest_of_all) {
  const double difference = largestElement(actual.to(at::kDouble) - expected.to(at::kDouble));
  return difference == 0.0 ? 0.0 : difference / std::max(largestElement(expected), largest_of_all / 100);
}

double largestOf(const NamedTensors& gradients) {
  double largest = 0.0;
  for (const auto& [name, gradient] : gradients) largest = std::max(largest, largestElement(gradient));
  return largest;
}

/// `rounding`: how far a gradient may be off for the roundings of its dtype, by name; none: gradient_tolerance is all.
void compare(const Reference& reference, const StepOutcome& actual, double loss_tolerance, double gradient_tolerance,
             const std::map<std::string, double>& rounding = {}) {
  const StepOutcome& expected = reference.outcome;
  EXPECT_NEAR(actual.loss, expected.loss, loss_tolerance * std::abs(expected.loss));
  ASSERT_EQ(namesOf(expected.gradients), namesOf(actual.gradients));
  const double largest = largestOf(expected.gradients);
  double worst = 0.0;
  for (const auto& [name, gradient] : expected.gradients) {
    const double difference = relativeDifference(gradient, actual.gradients.at(name), largest);
    const auto known = rounding.find(name);
    EXPECT_LE(difference, std::max(gradient_tolerance, known == rounding.end() ? 0.0 : known->second)) << name;
    worst = std::max(worst, difference);
  }
  const auto total = expected.gradients.size();
  ::testing::Test::RecordProperty("largest_difference", (std::ostringstream() << worst).str());
  ::testing::Test::RecordProperty("loss_is_bit_equal", expected.loss == actual.loss ? "yes" : "no");
  ::testing::Test::RecordProperty(
      "bit_equal_gradients",
      std::to_string(total - differingGradients(expected, actual).size()) + " of " + std::to_string(total));
}

/// One thread, as the references: sums over rows (gradients of norms and biases) are split among threads.
class OneThread {
 public:
  OneThread() : outer_(at::get_num_threads()) { at::set_num_threads(1); }
  ~OneThread() { at::set_num_threads(outer_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int outer_;
};

class Transformers : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {
 private:
  OneThread one_thread_;
};

TEST_P(Transformers, agree_with_loss_and_every_gradient_in_float32) {
  const auto& [name, policy] = GetParam();
  const Reference reference = readReference(name, Precision::float32);
  compare(reference, repeat(reference, policy), 1e-6, 1e-5);
}

// Kernels for bfloat16 differ between processors in the order of their sums, so these agree to a few roundings only (on
// the processor of the recording all bits are equal); autocast_test.cpp compares the casts bit by bit. Where a gradient
// of transformers is itself far from its own float32 one, another order may be as far to the other side: twice that.
class TransformersInLowPrecision : public Transformers {
 protected:
  static void agrees(const std::string& name, const std::string& policy, Precision precision) {
    const Reference reference = readReference(name, precision);
    const NamedTensors exact = readReference(name, Precision::float32).outcome.gradients;
    const double largest = largestOf(exact);
    std::map<std::string, double> rounding;
    for (const auto& [parameter, gradient] : reference.outcome.gradients)
      rounding[parameter] = 2 * relativeDifference(exact.at(parameter), gradient, largest);
    compare(reference, repeat(reference, policy), 2e-3, 3e-2, rounding);
  }
};

TEST_P(TransformersInLowPrecision, agree_under_autocast_to_a_few_roundings) {
  const auto& [name, policy] = GetParam();
  agrees(name, policy, Precision::bf16_mixed);
}

TEST_P(TransformersInLowPrecision, agree_with_bfloat16_parameters_to_a_few_roundings) {
  const auto& [name, policy] = GetParam();
  agrees(name, policy, Precision::bfloat16);
}

std::string caseName(const ::testing::TestParamInfo<std::tuple<std::string, std::string>>& param) {
  return std::get<0>(param.param) + "_" + std::get<1>(param.param);
}

const auto kPolicies = ::testing::Values("store_all", "full", "cheap");
INSTANTIATE_TEST_SUITE_P(References, Transformers, ::testing::Combine(::testing::ValuesIn(referenceNames()), kPolicies),
                         caseName);
INSTANTIATE_TEST_SUITE_P(References, TransformersInLowPrecision,
                         ::testing::Combine(::testing::ValuesIn(referenceNames("gradients_bfloat16.safetensors")),
                                            kPolicies),
                         caseName);

TEST(TransformersReferences, CountTheSameParameters) {
  for (const std::string& name : referenceNames()) {
    const Reference reference = readReference(name, Precision::float32);
    const ModelGraph graph = buildModelGraph(reference.config, reference.spec);
    EXPECT_EQ(parameterCount(graph), reference.facts["parameter_count"].get<std::int64_t>()) << name;
    EXPECT_EQ(graph.architecture, reference.facts["class"].get<std::string>()) << name;
    std::vector<std::string> names;
    for (const Parameter& parameter : graph.parameters) names.push_back(parameter.name);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names, namesOf(readSafetensors(reference.folder / "weights.safetensors"))) << name;
  }
}

}  // namespace
}  // namespace remat
