#include "profiler/cli/training_options.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "profiler/core/names.h"
#include "profiler/core/units.h"
#include "profiler/core/value_list.h"

namespace remat {
namespace {

/// Words of the command line are the names that records use.
template <typename E>
Words<E> namesOf() {
  Words<E> words;
  for (std::size_t i = 0; i < kNames<E>.size(); ++i) words.emplace_back(kNames<E>[i], static_cast<E>(i));
  return words;
}

const Words<Precision> kPrecisions = namesOf<Precision>();
const Words<Optimizer> kOptimizers = namesOf<Optimizer>();
const Words<Gradients> kGradients = namesOf<Gradients>();
const Words<Spelling> kSpellings = namesOf<Spelling>();
const Words<AttentionKernel> kAttentionKernels = namesOf<AttentionKernel>();
const Words<Placement> kPlacements = namesOf<Placement>();
const Words<Head> kHeads = namesOf<Head>();
const std::string kSizesGroup = "What is trained";
const std::string kVariantsGroup = "How it is trained";
const std::string kMachineGroup = "Where";

/// "fused", or "norm=fused,activation=composite".
void applySpelling(const std::string& text, TrainingSpec& spec) {
  for (const std::string& part : splitList("--spelling", text)) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) {
      spec.norm_spelling = spec.activation_spelling = parseWord("--spelling", part, kSpellings);
      continue;
    }
    const Words<Spelling*> ops = {{"norm", &spec.norm_spelling}, {"activation", &spec.activation_spelling}};
    Spelling* const spelling = parseWord("--spelling", part.substr(0, equals), ops);
    *spelling = parseWord("--spelling", part.substr(equals + 1), kSpellings);
  }
}

std::uint64_t parseSeed(const std::string& text) {
  std::uint64_t seed = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc{} || next != end)
    throw Error(ErrorKind::usage, "--seed", "expected a whole number of at least 0, got '" + shownWord(text) + "'");
  return seed;
}

std::string parseDevice(const std::string& text) {
  if (text == "auto" || text == "cpu") return text;
  const bool cuda = text.starts_with("cuda:") && text.size() > 5 && text.size() <= 8 &&
                    text.find_first_not_of("0123456789", 5) == std::string::npos;
  if (cuda) return text;
  const std::string shown = shownWord(text);
  throw Error(ErrorKind::usage, "--device", "expected auto, cpu or cuda:0, got '" + shown + "'",
              "did you mean '" + nearestName(shown, {"auto", "cpu", "cuda:0"}) + "'?");
}

template <typename Value>
Value only(const std::string& flag, const std::vector<Value>& values) {
  if (values.size() != 1)
    throw Error(ErrorKind::usage, flag, "expected one value, got " + std::to_string(values.size()),
                "'rematscope sweep' takes several");
  return values.front();
}

}  // namespace

std::string precisionName(Precision precision) { return std::string(nameOf(precision)); }

void TrainingOptions::addTo(CLI::App& command, Values values, Machine machine) {
  values_ = values;
  const std::string list = values == Values::axes ? " (or a list: 1,2 or 1-4)" : "";
  addSizes(command, list);
  addVariants(command);
  if (machine == Machine::yes) addMachine(command, values == Values::axes ? " (or a list)" : "");
}

void TrainingOptions::addSizes(CLI::App& command, const std::string& list) {
  const auto add = [&](const std::string& flag, std::string& text, const std::string& about) {
    return command.add_option(flag, text, about)->group(kSizesGroup)->capture_default_str();
  };
  const std::string words = list.empty() ? "" : " (or a list)";
  add("--batch", batch_, "batch size in sequences" + list)->type_name("N");
  add("--sequence", sequence_, "sequence length in tokens" + list)->type_name("N");
  add("--layers", layers_, "number of layers, instead of the config's" + list)->type_name("N");
  add("--dtype", dtype_, "float32, tf32, bfloat16, bf16_mixed or fp16_mixed" + words)->type_name("DTYPE");
  add("--optimizer", optimizer_, "adamw, sgd or none" + words)->type_name("NAME");
  add("--head", head_, "automatic, causal_lm, masked_lm or sequence_classification")->type_name("HEAD");
}

void TrainingOptions::addVariants(CLI::App& command) {
  const auto add = [&](const std::string& flag, std::string& text, const std::string& about) {
    return command.add_option(flag, text, about)->group(kVariantsGroup)->capture_default_str();
  };
  const auto addFlag = [&](const std::string& flag, bool& value, const std::string& about) {
    command.add_flag(flag, value, about)->group(kVariantsGroup);
  };
  add("--gradients", gradients_, "fresh: dropped before each step; kept: zeroed in place")->type_name("fresh|kept");
  add("--spelling", spelling_,
      "composite: ops as transformers writes them; fused: one kernel each; or norm=fused,activation=composite")
      ->type_name("SPELLING");
  add("--attention", attention_, "automatic (what torch would take), flash, efficient, cudnn or math")
      ->type_name("KERNEL");
  addFlag("--dropout", dropout_, "drop with the config's probabilities; without this flag nothing is dropped");
  addFlag("--use-reentrant", use_reentrant_, "checkpoint as torch's older variant: re-run whole blocks");
  addFlag("--no-early-stop", no_early_stop_, "replay a block to its end, not only what backward reads");
  addFlag("--no-preserve-rng-state", no_preserve_rng_state_, "replayed dropout draws anew, so gradients are wrong");
  add("--offload-window", offload_window_, "blocks whose copies to or from host memory may be under way")
      ->type_name("N");
  addFlag("--offload-synchronous", offload_synchronous_, "wait for each copy, as torch's save_on_cpu does");
  add("--placement", placement_, "which layer of N every_n checkpoints")->type_name("first|last");
  add("--seed", seed_, "of weights, inputs and dropout")->type_name("N");
}

void TrainingOptions::addMachine(CLI::App& command, const std::string& list) {
  command.add_option("--device", device_, "auto, cpu or cuda:0" + list)
      ->group(kMachineGroup)
      ->type_name("DEVICE")
      ->capture_default_str();
  command.add_option("--memory-cap", memory_cap_, "allocate at most this much, for example 2GiB or 1.5GB" + list)
      ->group(kMachineGroup)
      ->type_name("SIZE");
}

TrainingAxes TrainingOptions::axes() const {
  TrainingAxes axes;
  axes.batch_sizes = parseNumbers("--batch", batch_);
  axes.sequence_lengths = parseNumbers("--sequence", sequence_);
  if (!layers_.empty()) axes.num_hidden_layers = parseNumbers("--layers", layers_);
  axes.precisions = parseWords("--dtype", dtype_, kPrecisions);
  axes.optimizers = parseWords("--optimizer", optimizer_, kOptimizers);
  for (const std::string& device : splitList("--device", device_)) axes.devices.push_back(parseDevice(device));
  if (!memory_cap_.empty())
    for (const std::string& cap : splitList("--memory-cap", memory_cap_))
      axes.memory_caps_bytes.emplace_back(parseBytes(cap, "--memory-cap"));
  TrainingSpec& base = axes.base;
  base.gradients = parseWord("--gradients", gradients_, kGradients);
  applySpelling(spelling_, base);
  base.attention = parseWord("--attention", attention_, kAttentionKernels);
  base.head = parseWord("--head", head_, kHeads);
  base.placement = parseWord("--placement", placement_, kPlacements);
  base.seed = parseSeed(seed_);
  base.dropout = dropout_;
  base.use_reentrant = use_reentrant_;
  base.early_stop = !no_early_stop_;
  base.preserve_rng_state = !no_preserve_rng_state_;
  base.offload_window = only("--offload-window", parseNumbers("--offload-window", offload_window_));
  base.offload_synchronous = offload_synchronous_;
  base.batch_size = axes.batch_sizes.front();
  base.sequence_length = axes.sequence_lengths.front();
  if (!axes.num_hidden_layers.empty()) base.num_hidden_layers = axes.num_hidden_layers.front();
  base.precision = axes.precisions.front();
  base.optimizer = axes.optimizers.front();
  if (values_ == Values::single) {
    only("--batch", axes.batch_sizes);
    only("--sequence", axes.sequence_lengths);
    if (!axes.num_hidden_layers.empty()) only("--layers", axes.num_hidden_layers);
    only("--dtype", axes.precisions);
    only("--optimizer", axes.optimizers);
    only("--device", axes.devices);
    if (!axes.memory_caps_bytes.empty()) only("--memory-cap", axes.memory_caps_bytes);
  }
  return axes;
}

TrainingSpec TrainingOptions::spec() const { return axes().base; }

}  // namespace remat
