// What papers and other trainers publish, computed from this project's own graphs: bytes that a layer keeps and FLOPs
// of a step. Where a published number and a graph count different things, the test says which.
#include <algorithm>
#include <array>
#include <string>

#include <gmock/gmock.h>

#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::DoubleNear;

constexpr double kMebibyte = 1 << 20;

/// Everything that a layer keeps under a policy.
class KeptInLayer {
 public:
  KeptInLayer(const ModelGraph& graph, const std::string& policy, const TrainingSpec& spec, Backend backend)
      : body_(layerBody(graph)), sizes_(spec.sizes()) {
    const Schedule schedule = makeSchedule(graph, makePolicy(policy, graph), spec, backend);
    kept_ = retainedActivations(graph, schedule)[firstLayer(graph)];
  }

  [[nodiscard]] std::int64_t statisticBytes() const {
    return sum([](const Activation& a) { return isStatistic(a); });
  }
  /// Without statistics, one number per token or per token and head, which the published formulas leave out.
  [[nodiscard]] std::int64_t bytes() const {
    return sum([](const Activation& a) { return !isStatistic(a); });
  }
  /// Tensor parallelism gives every device a part of the heads and of the intermediate size: what lies between the
  /// column-parallel and the row-parallel projection of each branch is split, everything else is on every device.
  [[nodiscard]] std::int64_t splitBytes() const {
    return sum([this](const Activation& a) {
      if (isStatistic(a) || a.producer < 0) return false;
      const std::string& group = body_.ops[a.producer].group;
      return group == "attn_qkv" || group == "attention" || group == "mlp";
    });
  }

 private:
  static bool isStatistic(const Activation& a) {
    return a.role == Role::norm_statistic || a.role == Role::attention_statistic;
  }
  template <typename Counts>
  [[nodiscard]] std::int64_t sum(const Counts& counts) const {
    std::int64_t bytes = 0;
    for (int a : kept_)
      if (counts(body_.activations[a])) bytes += storageBytes(body_, a, sizes_);
    return bytes;
  }

  BlockBody body_;
  Sizes sizes_;
  std::vector<int> kept_;
};

// ---- Korthikanti et al. 2022, "Reducing Activation Recomputation in Large Transformer Models", arXiv 2205.05198 -----

/// A row of table 3, what table 2 makes of it, and a row of table 5.
struct Korthikanti {
  std::string name;
  std::int64_t heads, hidden, layers, micro_batch;
  double none, tensor, tensor_sequence, tensor_selective, tensor_sequence_selective, full;  ///< MiB of a layer
  std::int64_t gpus, global_batch;
  double step_s;
  double paper_mfu, mfu, paper_hfu, hfu;  ///< as printed, and the printed formulas on the printed step times; percent
};

constexpr std::int64_t kSequenceLength = 2048;
constexpr std::int64_t kVocabulary = 51200;
constexpr std::int64_t kTensorParallel = 8;
constexpr double kA100FlopsPerSecond = 312e12;

const std::array kModels = {
    Korthikanti{"22B", 64, 6144, 48, 4, 6752, 1264, 844, 624, 204, 96, 8, 4, 1.10, 41.5, 41.65, 43.7, 43.81},
    Korthikanti{"175B", 96, 12288, 96, 1, 2736, 552, 342, 312, 102, 48, 64, 64, 13.75, 51.4, 51.39, 52.8, 52.77},
    Korthikanti{"530B", 128, 20480, 105, 1, 3920, 840, 490, 520, 170, 80, 280, 280, 37.83, 56.0, 56.05, 57.0, 56.96},
    Korthikanti{"1T", 160, 25600, 128, 1, 4900, 1050, 612.5, 650, 212.5, 100, 512, 512, 71.49, 56.3, 56.27, 57.0,
                57.01},
};

/// A graph of float32 as the paper counts it: everything in 16 bits but statistics, logits and loss. (torch computes
/// attention out of single ops in float32 whatever its inputs are, so a bfloat16 graph is no model of the paper's.)
ModelGraph inSixteenBits(ModelGraph graph) {
  for (BlockBody& body : graph.bodies)
    for (Activation& a : body.activations) {
      const bool wide = a.role == Role::norm_statistic || a.role == Role::head_internal || a.role == Role::loss;
      if (a.dtype == Dtype::float32 && !wide) a.dtype = Dtype::bfloat16;
    }
  return graph;
}

class KorthikantiModel : public testing::TestWithParam<Korthikanti> {
 protected:
  /// The paper trains with dropout, boolean masks, GELU as one kernel and attention out of single ops.
  static TrainingSpec spec(std::int64_t batch_size) {
    TrainingSpec spec;
    spec.batch_size = batch_size;
    spec.sequence_length = kSequenceLength;
    spec.attention = AttentionKernel::math;
    spec.activation_spelling = Spelling::fused;
    spec.dropout = true;
    return spec;
  }
  static ModelGraph graph(const TrainingSpec& spec) {
    const Korthikanti& model = GetParam();
    const std::string json = R"({"model_type": "gpt2", "n_embd": )" + std::to_string(model.hidden) + R"(, "n_head": )" +
                             std::to_string(model.heads) + R"(, "n_layer": )" + std::to_string(model.layers) +
                             R"(, "vocab_size": )" + std::to_string(kVocabulary) + R"(, "n_positions": )" +
                             std::to_string(kSequenceLength) + "}";
    return inSixteenBits(buildModelGraph(parseModelConfig(json, model.name, model.name), spec, Backend::cuda));
  }
  static KeptInLayer kept(const std::string& policy) {
    const TrainingSpec micro = spec(GetParam().micro_batch);
    return {graph(micro), policy, micro, Backend::cuda};
  }
  static std::int64_t sbh() { return kSequenceLength * GetParam().micro_batch * GetParam().hidden; }
};

INSTANTIATE_TEST_SUITE_P(Published, KorthikantiModel, testing::ValuesIn(kModels),
                         [](const auto& model) { return model.param.name; });

TEST_P(KorthikantiModel, keeps_sbh_times_34_plus_5as_over_h_in_a_layer) {  // equation 1
  const Korthikanti& model = GetParam();
  const std::int64_t scores = 5 * model.heads * kSequenceLength * kSequenceLength * model.micro_batch;
  EXPECT_EQ(kept("store_all").bytes(), 34 * sbh() + scores);
  EXPECT_EQ(kept("store_all").bytes(), model.none * kMebibyte);
}

TEST_P(KorthikantiModel, keeps_34sbh_with_selective_recomputation) {
  EXPECT_EQ(kept("core_attention").bytes(), 34 * sbh());
}

TEST_P(KorthikantiModel, keeps_2sbh_with_full_recomputation) {
  EXPECT_EQ(kept("full").bytes(), 2 * sbh());
  EXPECT_EQ(kept("full").bytes(), GetParam().full * kMebibyte);
}

TEST_P(KorthikantiModel, leaves_10sbh_on_every_device_under_tensor_parallelism) {  // table 2
  const Korthikanti& model = GetParam();
  const KeptInLayer all = kept("store_all");
  const KeptInLayer selective = kept("core_attention");
  EXPECT_EQ(all.bytes() - all.splitBytes(), 10 * sbh());
  EXPECT_EQ(selective.bytes() - selective.splitBytes(), 10 * sbh());
  EXPECT_EQ(selective.splitBytes(), 24 * sbh());
  const auto with_tensor = [](const KeptInLayer& k) {
    return k.bytes() - k.splitBytes() + k.splitBytes() / kTensorParallel;
  };
  EXPECT_EQ(with_tensor(all), model.tensor * kMebibyte);
  EXPECT_EQ(with_tensor(selective), model.tensor_selective * kMebibyte);
}

TEST_P(KorthikantiModel, splits_everything_under_sequence_parallelism) {  // table 2
  const Korthikanti& model = GetParam();
  EXPECT_EQ(static_cast<double>(kept("store_all").bytes()) / kTensorParallel, model.tensor_sequence * kMebibyte);
  EXPECT_EQ(static_cast<double>(kept("core_attention").bytes()) / kTensorParallel,
            model.tensor_sequence_selective * kMebibyte);
}

TEST_P(KorthikantiModel, keeps_outside_its_layers_what_section_4_3_counts) {
  const TrainingSpec micro = spec(GetParam().micro_batch);
  const ModelGraph model = graph(micro);
  const Schedule schedule = makeSchedule(model, makePolicy("full", model), micro, Backend::cuda);
  const auto bytes = retainedBytes(model, schedule, micro.sizes(), Backend::cuda);
  const std::int64_t tokens = kSequenceLength * GetParam().micro_batch;
  EXPECT_EQ(bytes.front(), sbh());  // the embedding's dropout mask
  const std::int64_t statistics = 2 * 4 * tokens;
  const std::int64_t loss_and_weight = 2 * 4;
  // input of the final LayerNorm, input of the head, logits in float32
  EXPECT_EQ(bytes.back(), 2 * sbh() + 2 * sbh() + 4 * tokens * kVocabulary + statistics + loss_and_weight);
}

bool isMatrixProduct(const Op& op) {
  return op.kind == OpKind::linear || op.kind == OpKind::conv1d || op.kind == OpKind::attention_scores ||
         op.kind == OpKind::attention_context;
}

/// Forward FLOPs of the matrix products of the whole model whose group is `group` ("": all).
double matrixFlops(const ModelGraph& graph, Sizes sizes, const std::string& group = {}) {
  double flops = 0;
  for (int block = 0; block < graph.blockCount(); ++block)
    for (const Op& op : graph.body(block).ops)
      if (isMatrixProduct(op) && (group.empty() || op.group == group))
        flops += static_cast<double>(forwardFlops(graph, block, op, sizes));
  return flops;
}

TEST_P(KorthikantiModel, does_the_papers_flops) {  // equation 7: backward is twice the forward
  const TrainingSpec global = spec(GetParam().global_batch);
  const ModelGraph model = graph(global);
  const auto b = static_cast<double>(GetParam().global_batch);
  const auto h = static_cast<double>(GetParam().hidden);
  const auto layers = static_cast<double>(GetParam().layers);
  const double s = kSequenceLength;
  const double v = kVocabulary;
  EXPECT_DOUBLE_EQ(3 * matrixFlops(model, global.sizes()),
                   72 * b * layers * s * h * h * (1 + s / (6 * h) + v / (12 * h * layers)));
}

TEST_P(KorthikantiModel, has_the_papers_utilisation) {  // table 5
  const Korthikanti& row = GetParam();
  const TrainingSpec global = spec(row.global_batch);
  const ModelGraph model = graph(global);
  const auto percent = [&](double flops) {
    return 100 * flops / (row.step_s * static_cast<double>(row.gpus) * kA100FlopsPerSecond);
  };
  const double step = 3 * matrixFlops(model, global.sizes());
  EXPECT_THAT(percent(step), DoubleNear(row.mfu, 0.01));
  EXPECT_THAT(percent(step), DoubleNear(row.paper_mfu, 0.2));
  // The paper's hardware FLOPs (s/3h in place of s/6h) count the replay of the two products of the attention core three
  // times: 12bs^2h a layer for a forward of 4bs^2h.
  const double core = matrixFlops(model, global.sizes(), "attention");
  EXPECT_THAT(percent(step + 3 * core), DoubleNear(row.hfu, 0.01));
  EXPECT_THAT(percent(step + 3 * core), DoubleNear(row.paper_hfu, 0.2));
}

TEST_P(KorthikantiModel, replays_one_of_the_two_products_of_the_attention_core) {
  // The scores; the context is kept as the input of the output projection, and early stop leaves its product out.
  TrainingSpec global = spec(GetParam().global_batch);
  const ModelGraph model = graph(global);
  const Schedule schedule = makeSchedule(model, makePolicy("core_attention", model), global, Backend::cuda);
  double replayed = 0;
  for (const Action& action : actionsOf(schedule)) {
    if (action.phase != Phase::recompute) continue;
    const Op& op = model.body(action.block).ops[action.op];
    if (isMatrixProduct(op)) replayed += static_cast<double>(forwardFlops(model, action.block, op, global.sizes()));
  }
  EXPECT_DOUBLE_EQ(replayed, matrixFlops(model, global.sizes(), "attention") / 2);
}

// ---- llm.c, train_gpt2.cu with cuDNN attention: -r 0, 1, 2 ----------------------------------------------------------

struct Recipe {
  std::string policy;
  std::int64_t hidden_sizes;  ///< bytes per token and layer, in hidden sizes
};

class LlmC : public testing::TestWithParam<Recipe> {};

INSTANTIATE_TEST_SUITE_P(Published, LlmC,
                         testing::Values(Recipe{"store_all", 32}, Recipe{"act_discard", 24}, Recipe{"cheap", 20}),
                         [](const auto& recipe) { return recipe.param.policy; });

TrainingSpec bfloat16Spec(Spelling spelling) {
  TrainingSpec spec;
  spec.sequence_length = 1024;
  spec.precision = Precision::bfloat16;
  spec.norm_spelling = spelling;
  spec.activation_spelling = spelling;
  return spec;
}

TEST_P(LlmC, keeps_as_many_hidden_sizes_per_token_and_layer) {
  const ModelConfig gpt2 = loadModelConfig(REMAT_TEST_DATA_DIR "/configs/gpt2.json");
  const TrainingSpec spec = bfloat16Spec(Spelling::fused);
  const ModelGraph graph = buildModelGraph(gpt2, spec, Backend::cuda);
  const KeptInLayer kept(graph, GetParam().policy, spec, Backend::cuda);
  EXPECT_EQ(kept.bytes(), GetParam().hidden_sizes * gpt2.hidden_size * spec.sequence_length);
  // float32: mean and reciprocal deviation of two LayerNorms, log-sum-exp of every head; and three numbers of the
  // attention kernel's random generator
  EXPECT_EQ(kept.statisticBytes(), (4 * 4 + 4 * gpt2.num_attention_heads) * spec.sequence_length + 3 * 8);
}

TEST(Gpt2, keeps_56_hidden_sizes_when_gelu_new_is_written_out) {
  const ModelConfig gpt2 = loadModelConfig(REMAT_TEST_DATA_DIR "/configs/gpt2.json");
  const TrainingSpec spec = bfloat16Spec(Spelling::composite);
  const ModelGraph graph = buildModelGraph(gpt2, spec, Backend::cuda);
  EXPECT_EQ(KeptInLayer(graph, "store_all", spec, Backend::cuda).bytes(), 56 * gpt2.hidden_size * spec.sequence_length);
}

// ---- a LLaMA layer with fused norms and flash attention in bfloat16 -------------------------------------------------

TEST(Llama3, keeps_168072_bytes_per_token_and_layer) {
  const ModelConfig config = loadModelConfig(REMAT_TEST_DATA_DIR "/configs/llama-3-8b.json");
  TrainingSpec spec = bfloat16Spec(Spelling::fused);
  spec.sequence_length = 8192;
  const ModelGraph graph = buildModelGraph(config, spec, Backend::cuda);
  const auto per_token = [&](const std::string& policy) {
    const KeptInLayer kept(graph, policy, spec, Backend::cuda);
    return (kept.bytes() + kept.statisticBytes()) / spec.sequence_length;
  };
  const std::int64_t h = 4096;   // hidden size
  const std::int64_t hk = 1024;  // of keys, of values
  const std::int64_t f = 14336;  // intermediate size
  const std::int64_t a = 32;     // heads
  const std::int64_t all = 12 * h + 4 * hk + 8 * f + 4 * a + 8;
  EXPECT_EQ(all, 168072);
  EXPECT_EQ(per_token("store_all"), all);
  EXPECT_EQ(per_token("act_discard"), all - 4 * f);
  EXPECT_EQ(per_token("norm_discard"), all - 4 * h);
  EXPECT_EQ(per_token("cheap"), 94344);
  EXPECT_EQ(per_token("core_attention"), all - 4 * a);  // a flash kernel stores no scores that this could spare
  EXPECT_EQ(per_token("attention_block"), 6 * h + 8 * f + 4);
  EXPECT_EQ(per_token("ffn_block"), 10 * h + 4 * hk + 4 * a + 4);  // without the statistic of the replayed norm
  EXPECT_EQ(per_token("save_attention_out"), 4 * h + 4 * a);
  EXPECT_EQ(per_token("dots"), 8 * h + 4 * hk + 4 * f + 4 * a);  // but the down projection, which nothing reads
  EXPECT_EQ(per_token("full"), 2 * h);
}

TEST(Llama3, keeps_8_bytes_more_per_hidden_unit_when_its_norms_are_written_out) {
  const ModelConfig config = loadModelConfig(REMAT_TEST_DATA_DIR "/configs/llama-3-8b.json");
  TrainingSpec spec = bfloat16Spec(Spelling::fused);
  const auto kept = [&] {
    const ModelGraph graph = buildModelGraph(config, spec, Backend::cuda);
    return KeptInLayer(graph, "store_all", spec, Backend::cuda).bytes();
  };
  const std::int64_t fused = kept();
  spec.norm_spelling = Spelling::composite;
  // per norm a float32 copy and a bfloat16 normalised tensor in place of the input itself, which the stream's gradient
  // does not read: 4h + 2h - 2h
  EXPECT_EQ(kept() - fused, 8 * config.hidden_size * spec.sequence_length);
}

}  // namespace
}  // namespace remat
