#include "tests/support/sample_run.h"

#include <algorithm>
#include <utility>

namespace remat {
namespace {

constexpr std::int64_t kMiB = 1024 * 1024;
constexpr std::int64_t kMs = 1'000'000;

/// What differs between the points of a group.
struct Numbers {
  std::string policy;
  std::int64_t step_time_ms;
  std::int64_t recompute_ms;
  std::int64_t peak_mib;
  std::int64_t retained_mib;
  std::int64_t host_mib = 0;  ///< activations that are offloaded
};

struct Group {
  PointSpec spec;
  std::int64_t before_step_mib;
  int layers;
  Instant peak_instant;
  std::vector<LiveTensor> live;
  std::int64_t live_activations_mib;  ///< at the peak; -1: all retained ones
};

/// There and back at 8 GiB/s; a quarter of the time computing waited.
Transfers transfersOf(const std::string& key, std::int64_t bytes) {
  constexpr std::int64_t link = std::int64_t{8} << 30;
  const std::int64_t ns = bytes * 1000 / link * kMs;
  return {.point = key,
          .host_bytes = bytes,
          .offload_bytes = bytes,
          .prefetch_bytes = bytes,
          .offload_ns = ns,
          .prefetch_ns = ns,
          .link_bytes_per_second = link,
          .exposed_ns = ns / 2,
          .hidden_ns = ns + ns / 2};
}

std::vector<Record> pointRecords(const Group& group, const Numbers& numbers) {
  PointSpec spec = group.spec;
  spec.policy = numbers.policy;
  auto records = samplePoint(spec, numbers.step_time_ms * kMs, numbers.peak_mib * kMiB, numbers.retained_mib * kMiB);
  auto& finished = std::get<PointFinished>(records.back());
  finished.recompute_ns = numbers.recompute_ms * kMs;
  finished.before_step_bytes = group.before_step_mib * kMiB;
  const std::string key = finished.point;  // a copy: what follows moves `finished`

  Memory memory{.point = key,
                .peak_requested_bytes = numbers.peak_mib * kMiB - 4096,
                .peak_allocated_bytes = numbers.peak_mib * kMiB,
                .before_step_bytes = group.before_step_mib * kMiB,
                .retained_bytes = numbers.retained_mib * kMiB,
                .peak_instant = group.peak_instant,
                .live_at_peak = group.live};
  const std::int64_t activations = group.live_activations_mib < 0 ? numbers.retained_mib : group.live_activations_mib;
  memory.peak_split = {{Category::parameters, group.before_step_mib / 3 * kMiB},
                       {Category::optimizer_state, group.before_step_mib / 3 * 2 * kMiB},
                       {Category::activations, activations * kMiB}};
  std::int64_t rest = memory.peak_allocated_bytes;
  for (const CategoryBytes& part : memory.peak_split) rest -= part.bytes;
  memory.peak_split.push_back({Category::temporaries, rest});

  const int blocks = group.layers + 2;
  for (int block = 0; block < blocks; ++block) {
    const bool is_layer = block > 0 && block < blocks - 1;
    std::string name = "embedding";
    if (block > 0) name = is_layer ? "layer " + std::to_string(block - 1) : "head";
    records.insert(records.end() - 1,
                   BlockResult{.point = key,
                               .block = block,
                               .name = name,
                               .forward_ns = numbers.step_time_ms * kMs / 3 / blocks,
                               .recompute_ns = is_layer ? numbers.recompute_ms * kMs / group.layers : 0,
                               .backward_ns = numbers.step_time_ms * kMs / 2 / blocks,
                               .retained_bytes = is_layer ? numbers.retained_mib * kMiB / group.layers : 0,
                               .peak_bytes = (numbers.peak_mib - 2 * block) * kMiB,
                               .recomputed_ops = is_layer && numbers.recompute_ms > 0 ? 12 : 0,
                               .host_bytes = is_layer ? numbers.host_mib * kMiB / group.layers : 0});
  }
  records.insert(records.end() - 1, std::move(memory));
  if (numbers.host_mib > 0) {
    std::get<PointStarted>(records.front()).planned_host_bytes = numbers.host_mib * kMiB;
    records.insert(records.end() - 1, transfersOf(key, numbers.host_mib * kMiB));
  }
  records.insert(records.end() - 1, AllocationTimeline{.point = key,
                                                       .block_names = {"layer 0"},
                                                       .op_names = {"q_proj", "down_proj"},
                                                       .time_ns = {10, 20, 35},
                                                       .bytes = {4096, 8192, -8192},
                                                       .allocation = {0, 1, 1},
                                                       .phase = {1, 1, 3},
                                                       .block = {0, 0, -1},
                                                       .op = {0, 1, -1},
                                                       .category = {4, 6, 6},
                                                       .start_bytes = group.before_step_mib * kMiB});
  return records;
}

void append(std::vector<Record>& records, std::vector<Record> more) {
  std::move(more.begin(), more.end(), std::back_inserter(records));
}

void appendActivationBoundGroup(std::vector<Record>& records) {
  Group group{.spec = sampleSpec("smollm2-135m", "store_all"),
              .before_step_mib = 90,
              .layers = 6,
              .peak_instant = {Phase::backward, "layer 5", "down_proj"},
              .live = {{"logits", Category::temporaries, "head", 48 * kMiB},
                       {"layer 5 gate", Category::activations, "layer 5", 12 * kMiB}},
              .live_activations_mib = -1};
  group.spec.training.batch_size = 8;
  group.spec.training.num_hidden_layers = 6;
  append(records, pointRecords(group, {"store_all", 400, 0, 900, 700}));
  append(records, pointRecords(group, {"cheap", 406, 5, 660, 450}));
  append(records, pointRecords(group, {"every_n:2", 452, 50, 670, 460}));
  append(records, pointRecords(group, {"full", 500, 98, 400, 110}));
  append(records, pointRecords(group, {"offload_input", 510, 98, 350, 14, 96}));
}

void appendHeadBoundGroup(std::vector<Record>& records) {
  Group group{.spec = sampleSpec("gpt2", "store_all"),
              .before_step_mib = 1424,
              .layers = 12,
              .peak_instant = {Phase::backward, "embedding", "wte"},
              .live = {{"gradient of transformer.wte.weight", Category::gradients, "head", 147 * kMiB},
                       {"logits", Category::temporaries, "head", 49 * kMiB}},
              .live_activations_mib = 3};
  group.spec.training.batch_size = 2;
  append(records, pointRecords(group, {"store_all", 800, 0, 2193, 303}));
  append(records, pointRecords(group, {"full", 990, 180, 2193, 60}));
}

void appendOutOfMemoryPoint(std::vector<Record>& records) {
  PointSpec spec = sampleSpec("gpt2", "store_all");
  spec.training.batch_size = 64;
  spec.memory_cap_bytes = 4096 * kMiB;
  auto point = samplePoint(spec, 1, 1, 1, 0);
  point.back() = PointFinished{.point = pointKey(spec),
                               .outcome = Outcome::out_of_memory,
                               .reason = "Forward of layer 7 asked for 96.0 MiB when 4,030 of 4,096 MiB were in use."};
  append(records, std::move(point));
  spec.policy = "full";
  append(records, samplePoint(spec, 9000 * kMs, 3900 * kMiB, 1500 * kMiB));
}

}  // namespace

PointSpec sampleSpec(const std::string& model, const std::string& policy) {
  PointSpec spec;
  spec.model = model;
  spec.config_path = "configs/" + model + ".json";
  spec.config_hash = model == "gpt2" ? "00000000000000a1" : "00000000000000b2";
  spec.policy = policy;
  spec.training.num_hidden_layers = 12;
  return spec;
}

std::vector<Record> samplePoint(const PointSpec& spec, std::int64_t step_time_ns, std::int64_t peak_bytes,
                                std::int64_t retained_bytes, int samples) {
  const std::string key = pointKey(spec);
  std::vector<Record> records;
  records.emplace_back(PointStarted{.point = key,
                                    .spec = spec,
                                    .architecture = spec.model == "gpt2" ? "GPT2LMHeadModel" : "LlamaForCausalLM",
                                    .parameter_count = spec.model == "gpt2" ? 124'439'808 : 49'000'000,
                                    .planned_retained_bytes = retained_bytes,
                                    .forward_flops = 63'000'000'000});
  for (int i = 0; i < samples; ++i) {
    Sample sample{.point = key, .step_time_ns = step_time_ns + (i - samples / 2) * step_time_ns / 500};
    sample.forward_ns = sample.step_time_ns / 3;
    sample.backward_ns = sample.step_time_ns / 2;
    sample.optimizer_ns = sample.step_time_ns / 6;
    sample.warm_up = i == 0;
    records.emplace_back(sample);
  }
  PointFinished finished;
  finished.point = key;
  finished.step_time_ns = step_time_ns;
  finished.step_time_low_ns = step_time_ns - step_time_ns / 200;
  finished.step_time_high_ns = step_time_ns + step_time_ns / 200;
  finished.samples = std::max(0, samples - 1);
  finished.forward_ns = step_time_ns / 3;
  finished.backward_ns = step_time_ns / 2;
  finished.optimizer_ns = step_time_ns / 6;
  finished.recompute_ns = 0;
  finished.peak_allocated_bytes = peak_bytes;
  finished.peak_requested_bytes = std::max<std::int64_t>(0, peak_bytes - 4096);
  finished.retained_bytes = retained_bytes;
  finished.gradient_check = GradientVerdict::bit_equal;
  finished.loss = 10.97265625;
  records.emplace_back(std::move(finished));
  return records;
}

std::vector<Record> sampleRecords() {
  std::vector<Record> records;
  records.emplace_back(
      RunStarted{.program_version = "0.1.0",
                 .created = "2026-03-01T10:00:00Z",
                 .command_line = "rematscope sweep smollm2-135m.json gpt2.json --policy store_all,full"});
  records.emplace_back(Hello{.worker_version = "0.1.0",
                             .process_id = 4711,
                             .device = "cpu",
                             .device_name = "Sample CPU <1>",
                             .device_memory_bytes = 16 * 1024 * kMiB,
                             .threads = 2,
                             .torch_version = "2.11.0",
                             .cpu_capability = "AVX2",
                             .host_os = "Linux 6.1",
                             .notes = {"no CUPTI: kernel times are not measured"}});
  appendActivationBoundGroup(records);
  appendHeadBoundGroup(records);
  appendOutOfMemoryPoint(records);
  records.emplace_back(Event{.severity = "info", .message = "the worker was replaced after out-of-memory"});
  return records;
}

std::size_t samplePointCount() {
  const std::vector<Record> records = sampleRecords();
  return static_cast<std::size_t>(std::count_if(records.begin(), records.end(), [](const Record& record) {
    return std::holds_alternative<PointStarted>(record);
  }));
}

std::string fileText(const std::vector<Record>& records) {
  std::string text;
  for (const Record& record : records) text += toJsonLine(record) + "\n";
  return text;
}

}  // namespace remat
