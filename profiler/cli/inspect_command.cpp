// rematscope inspect: what a config.json means, before anything runs.
#include <memory>

#include <CLI/CLI.hpp>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/head_policy.h"
#include "profiler/cli/commands.h"
#include "profiler/cli/measured_models.h"
#include "profiler/cli/record_output.h"
#include "profiler/cli/training_options.h"
#include "profiler/core/point_description.h"
#include "profiler/core/value_list.h"
#include "profiler/report/model_summary.h"

namespace remat {
namespace {

struct InspectOptions {
  std::string config;
  std::string policies;
  TrainingOptions training;
  bool json = false;
};

std::string lines(const std::vector<PolicyDescription>& policies) {
  std::string text;
  for (const PolicyDescription& known : policies) {
    std::string name = "  " + std::string(known.name);
    if (!known.argument.empty()) name += ":" + std::string(known.argument);
    text += name + std::string(name.size() < 24 ? 24 - name.size() : 1, ' ') + std::string(known.summary) + "\n";
  }
  return text;
}

std::string policyList() {
  return "\nPolicies:\n" + lines(policyDescriptions()) +
         "  FILE.json             decisions per block range, see README.md\n"
         "For the head, alone or after a policy (full/head_chunked:8):\n" +
         lines(headPolicies());
}

int inspect(const InspectOptions& options) {
  const TrainingAxes axes = options.training.axes();
  refuseRun(options.config);
  const ModelConfig config = loadModelConfig(options.config);
  const std::vector<std::string> policies =
      options.policies.empty() ? commonPolicies() : splitList("--policy", options.policies);
  const std::optional<std::int64_t> cap =
      axes.memory_caps_bytes.empty() ? std::nullopt : axes.memory_caps_bytes.front();
  const ModelSummary summary = summarize(config, axes.base, policies, backendOf(axes.devices.front()), cap);
  writeOutput(options.json ? summaryJson(summary) : summaryText(summary));
  return 0;
}

}  // namespace

Command addInspect(CLI::App& program) {
  const auto options = std::make_shared<InspectOptions>();
  CLI::App* command =
      declareCommand(program, "inspect", "tell a config's parameters, activations and bytes per policy",
                     "rematscope inspect config.json --batch 2 --sequence 1024 --dtype bf16_mixed" + policyList());
  command->add_option("config", options->config, "config.json file")->required()->type_name("CONFIG");
  command
      ->add_option("-p,--policy", options->policies,
                   "policies to compare, separated by commas; default: all named ones")
      ->type_name("POLICIES");
  options->training.addTo(*command, TrainingOptions::Values::single, TrainingOptions::Machine::yes);
  command->add_flag("--json", options->json, "print JSON");
  return {command, [options] { return inspect(*options); }};
}

}  // namespace remat
