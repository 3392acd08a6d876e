// What is told of activations in host memory, and that the device really has more room for it.
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/schedule.h"
#include "profiler/measure/transfer_summary.h"
#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

using testing::measure;
using testing::requestFor;
using testing::smallSpec;
using testing::Told;

TEST(Offload, is_told_with_the_host_bytes_that_the_graph_counts) {
  for (const char* model : {"llama", "bert"}) {
    const TrainingSpec spec = smallSpec();
    const Told told = measure(requestFor(model, {"full", "offload_input", "offload_all", "offload_selected"}, spec));
    const ModelGraph graph = buildModelGraph(testing::smallConfig(model), spec);
    EXPECT_EQ(told.transfers.size(), 3U) << "full moves nothing";
    for (const Transfers& transfers : told.transfers) {
      for (const PointStarted& started : told.started) {
        if (started.point != transfers.point) continue;
        const auto planned =
            hostBytes(graph, makeSchedule(graph, makePolicy(started.spec.policy, graph), spec), spec.sizes());
        const std::int64_t all = std::accumulate(planned.begin(), planned.end(), std::int64_t{0});
        EXPECT_EQ(transfers.host_bytes, all) << started.spec.policy;
        EXPECT_EQ(transfers.offload_bytes, all) << started.spec.policy;
        EXPECT_EQ(transfers.prefetch_bytes, all) << started.spec.policy;
        EXPECT_EQ(started.planned_host_bytes, all) << started.spec.policy;
        std::vector<std::int64_t> of_blocks(planned.size(), 0);
        for (const BlockResult& block : told.blocks)
          if (block.point == started.point) of_blocks[block.block] = block.host_bytes;
        EXPECT_EQ(of_blocks, planned) << started.spec.policy;
      }
      EXPECT_GT(transfers.offload_ns, 0);
      EXPECT_GT(transfers.link_bytes_per_second.value_or(0), 0);
      EXPECT_FALSE(transfers.hidden_ns) << "a CPU does nothing beside a copy";
    }
  }
}

/// A long model whose activations dwarf its parameters.
std::map<std::string, Memory> memoryOf(const std::vector<std::string>& policies, TrainingSpec spec) {
  spec.optimizer = Optimizer::none;
  spec.batch_size = 8;
  spec.sequence_length = 48;
  MeasureRequest request = requestFor("llama", policies, spec);
  for (PointSpec& point : request.points) point.training.num_hidden_layers = 12;
  const Told told = measure(request);
  std::map<std::string, Memory> memories;
  for (std::size_t i = 0; i < told.memories.size(); ++i) memories[told.started[i].spec.policy] = told.memories[i];
  return memories;
}

TEST(Offload, lowers_the_peak_of_the_device_by_most_of_what_the_layers_keep) {
  const auto memory = memoryOf({"store_all", "full", "offload_input", "offload_all", "offload_selected"}, smallSpec());
  const auto peak = [&](const std::string& policy) {
    return memory.at(policy).peak_allocated_bytes - memory.at(policy).before_step_bytes;
  };
  EXPECT_LT(peak("offload_input"), peak("full"));
  EXPECT_LT(peak("offload_selected"), peak("store_all") / 2);
  EXPECT_LT(peak("offload_all"), peak("store_all") / 2);
}

TEST(Offload, takes_more_of_the_device_the_wider_its_window_and_least_if_synchronous) {
  TrainingSpec spec = smallSpec();
  const auto peakWith = [&](std::int64_t window, bool synchronous) {
    spec.offload_window = window;
    spec.offload_synchronous = synchronous;
    return memoryOf({"offload_all"}, spec).at("offload_all").peak_allocated_bytes;
  };
  EXPECT_LT(peakWith(1, true), peakWith(1, false));
  EXPECT_LT(peakWith(1, false), peakWith(3, false));
}

TEST(SummarizeTransfers, takes_medians_and_tells_the_link_from_both_directions) {
  TransferTimes fast;
  fast.host_bytes = fast.offload_bytes = fast.prefetch_bytes = 1'000'000;
  fast.offload_ns = fast.prefetch_ns = 100'000;
  fast.exposed_ns = 20'000;
  fast.hidden_ns = 180'000;
  TransferTimes slow = fast;
  slow.offload_ns = 900'000;
  slow.hidden_ns = 0;
  const Transfers told = summarizeTransfers("p", {fast, slow, fast});
  EXPECT_EQ(told.offload_ns, 100'000);
  EXPECT_EQ(told.hidden_ns, 180'000);
  EXPECT_EQ(told.link_bytes_per_second, 10'000'000'000);
}

}  // namespace
}  // namespace remat
