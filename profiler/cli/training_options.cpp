#include "profiler/cli/training_options.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "profiler/core/allocator_settings.h"
#include "profiler/core/names.h"
#include "profiler/core/units.h"
#include "profiler/core/value_list.h"

namespace remat {
namespace {

const Words<Precision> kPrecisions = namesOf<Precision>();
const Words<Optimizer> kOptimizers = namesOf<Optimizer>();
const Words<Head> kHeads = namesOf<Head>();
const std::string kSizesGroup = "What is trained";
const std::string kVariantsGroup = "How it is trained";
const std::string kMachineGroup = "Where";

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
              didYouMean(shown, {"auto", "cpu", "cuda:0"}));
}

}  // namespace

void checkAllocators(const std::vector<std::string>& devices, const std::vector<std::string>& allocators) {
  for (const std::string& device : devices)
    for (const std::string& settings : allocators) checkAllocatorOf(device, settings, "--allocator");
}

std::string precisionName(Precision precision) { return std::string(nameOf(precision)); }

void TrainingOptions::addTo(CLI::App& command, Values values, Machine machine) {
  values_ = values;
  const std::string list = values == Values::axes ? " (or a list: 1,2 or 1-4)" : "";
  addSizes(command, list);
  addVariants(command, values == Values::axes ? " (or a list)" : "");
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

void TrainingOptions::addVariants(CLI::App& command, const std::string& list) {
  for (std::size_t i = 0; i < kToggleFlags.size(); ++i) {
    const ToggleFlag& flag = kToggleFlags[i];
    std::string& text = toggles_[i];
    text = flag.fallback;
    if (flag.type != nullptr) {
      command.add_option(flag.name, text, flag.about + list)
          ->group(kVariantsGroup)
          ->type_name(flag.type)
          ->capture_default_str();
      continue;
    }
    const std::string values = list.empty() ? " (or =on, =off)" : " (or =on, =off, =on,off)";
    CLI::Option* option = command.add_flag(flag.name, text, flag.about + values);
    option->group(kVariantsGroup);
    if (flag.opposite == nullptr) continue;
    command
        .add_flag_callback(
            flag.opposite, [&text] { text = "off"; }, std::string(flag.name) + "=off")
        ->group(kVariantsGroup)
        ->excludes(option);
  }
  command.add_option("--seed", seed_, "of weights, inputs and dropout")
      ->group(kVariantsGroup)
      ->type_name("N")
      ->capture_default_str();
}

void TrainingOptions::applyToggles(TrainingAxes& axes) const {
  for (std::size_t i = 0; i < kToggleFlags.size(); ++i) {
    std::vector<Toggle> values = kToggleFlags[i].parse(kToggleFlags[i].name, toggles_[i]);
    values.front()(axes.base);
    if (values_ == Values::single) (void)onlyValue(kToggleFlags[i].name, values);
    if (values.size() > 1) axes.toggles.push_back(std::move(values));
  }
}

void TrainingOptions::addMachine(CLI::App& command, const std::string& list) {
  command.add_option("--device", device_, "auto, cpu or cuda:0" + list)
      ->group(kMachineGroup)
      ->type_name("DEVICE")
      ->capture_default_str();
  command.add_option("--memory-cap", memory_cap_, "allocate at most this much, for example 2GiB or 1.5GB" + list)
      ->group(kMachineGroup)
      ->type_name("SIZE");
  command
      .add_option("--allocator", allocator_,
                  "settings of torch's allocator on a GPU, joined by +, for example expandable_segments:True" + list)
      ->group(kMachineGroup)
      ->type_name("SETTINGS")
      ->capture_default_str();
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
  for (const std::string& settings : splitList("--allocator", allocator_))
    axes.allocators.push_back(parseAllocatorSettings(settings, "--allocator"));
  checkAllocators(axes.devices, axes.allocators);
  TrainingSpec& base = axes.base;
  applyToggles(axes);
  base.head = parseWord("--head", head_, kHeads);
  base.seed = parseSeed(seed_);
  base.batch_size = axes.batch_sizes.front();
  base.sequence_length = axes.sequence_lengths.front();
  if (!axes.num_hidden_layers.empty()) base.num_hidden_layers = axes.num_hidden_layers.front();
  base.precision = axes.precisions.front();
  base.optimizer = axes.optimizers.front();
  if (values_ == Values::single) {
    (void)onlyValue("--batch", axes.batch_sizes);
    (void)onlyValue("--sequence", axes.sequence_lengths);
    if (!axes.num_hidden_layers.empty()) (void)onlyValue("--layers", axes.num_hidden_layers);
    (void)onlyValue("--dtype", axes.precisions);
    (void)onlyValue("--optimizer", axes.optimizers);
    (void)onlyValue("--device", axes.devices);
    if (!axes.memory_caps_bytes.empty()) (void)onlyValue("--memory-cap", axes.memory_caps_bytes);
    (void)onlyValue("--allocator", axes.allocators);
  }
  return axes;
}

TrainingSpec TrainingOptions::spec() const { return axes().base; }

}  // namespace remat
