#include "profiler/cli/training_toggles.h"

#include <algorithm>
#include <optional>

#include "profiler/core/names.h"
#include "profiler/core/value_list.h"

namespace remat {
namespace {

/// A flag that stands alone is "true", as CLI11 has it.
const Words<bool> kSwitchWords = {{"on", true}, {"off", false}, {"true", true}, {"false", false}};

template <typename Value>
std::vector<Toggle> togglesOf(const std::vector<Value>& values, Value TrainingSpec::*field) {
  std::vector<Toggle> toggles;
  for (const Value value : values) toggles.emplace_back([=](TrainingSpec& spec) { spec.*field = value; });
  return toggles;
}

template <auto field>
std::vector<Toggle> words(const std::string& flag, const std::string& text) {
  using Value = std::decay_t<decltype(TrainingSpec().*field)>;
  return togglesOf(parseWords(flag, text, namesOf<Value>()), field);
}

/// `auto`, as other flags have it, is the same as `automatic`.
std::vector<Toggle> attentionKernels(const std::string& flag, const std::string& text) {
  Words<AttentionKernel> known = namesOf<AttentionKernel>();
  known.emplace_back("auto", AttentionKernel::automatic);
  return togglesOf(parseWords(flag, text, known), &TrainingSpec::attention);
}

template <bool TrainingSpec::*field>
std::vector<Toggle> onOrOff(const std::string& flag, const std::string& text) {
  return togglesOf(parseWords(flag, text, kSwitchWords), field);
}

template <std::int64_t TrainingSpec::*field>
std::vector<Toggle> numbers(const std::string& flag, const std::string& text) {
  return togglesOf(parseNumbers(flag, text), field);
}

/// "fused", or "norm=fused,activation=composite", which is one value: a part with '=' changes the value before it, or
/// begins a new one if that has a part of its kind.
std::vector<Toggle> spellings(const std::string& flag, const std::string& text) {
  using Choice = std::array<std::optional<Spelling>, 2>;
  const Words<std::size_t> ops = {{"norm", 0}, {"activation", 1}};
  const Words<Spelling> known = namesOf<Spelling>();
  std::vector<Choice> choices;
  Choice parts;  // of the last choice, those with '='
  for (const std::string& part : splitList(flag, text)) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) {
      const Spelling both = parseWord(flag, part, known);
      choices.push_back({both, both});
      parts = {};
      continue;
    }
    const std::size_t op = parseWord(flag, part.substr(0, equals), ops);
    if (choices.empty() || parts[op]) {
      choices.emplace_back();
      parts = {};
    }
    parts[op] = choices.back()[op] = parseWord(flag, part.substr(equals + 1), known);
  }
  std::vector<Toggle> toggles;
  for (const Choice& choice : choices)
    toggles.emplace_back([choice](TrainingSpec& spec) {
      spec.norm_spelling = choice[0].value_or(Spelling::composite);
      spec.activation_spelling = choice[1].value_or(Spelling::composite);
    });
  return toggles;
}

bool isSwitch(const std::string& argument) {
  return std::any_of(kToggleFlags.begin(), kToggleFlags.end(),
                     [&](const ToggleFlag& flag) { return flag.type == nullptr && argument == flag.name; });
}

/// "on", "off,on".
bool isSwitchValue(const std::string& argument) {
  try {
    for (const std::string& word : splitList("", argument)) (void)parseWord("", word, kSwitchWords);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

// clang-format off
const std::array<ToggleFlag, 10> kToggleFlags = {{
    {"--gradients", "fresh", "fresh|kept", "fresh: dropped before each step; kept: zeroed in place",
     words<&TrainingSpec::gradients>},
    {"--spelling", "composite", "SPELLING",
     "composite: ops as transformers writes them; fused: one kernel each; or norm=fused,activation=composite", spellings},
    {"--attention", "automatic", "KERNEL", "automatic (what torch would take), flash, efficient, cudnn or math",
     attentionKernels},
    {"--dropout", "off", nullptr, "drop with the config's probabilities; without this flag nothing is dropped",
     onOrOff<&TrainingSpec::dropout>},
    {"--use-reentrant", "off", nullptr, "checkpoint as torch's older variant: re-run whole blocks",
     onOrOff<&TrainingSpec::use_reentrant>},
    {"--early-stop", "on", nullptr, "replay only what backward reads, not a block to its end; on unless turned off",
     onOrOff<&TrainingSpec::early_stop>, "--no-early-stop"},
    {"--preserve-rng-state", "on", nullptr,
     "replayed dropout draws what it drew before; on unless turned off, when gradients are wrong",
     onOrOff<&TrainingSpec::preserve_rng_state>, "--no-preserve-rng-state"},
    {"--offload-window", "1", "N", "blocks whose copies to or from host memory may be under way",
     numbers<&TrainingSpec::offload_window>},
    {"--offload-synchronous", "off", nullptr, "wait for each copy, as torch's save_on_cpu does",
     onOrOff<&TrainingSpec::offload_synchronous>},
    {"--placement", "first", "first|last", "which layer of N every_n checkpoints", words<&TrainingSpec::placement>},
}};
// clang-format on

std::vector<std::string> joinSwitchValues(const std::vector<std::string>& arguments) {
  std::vector<std::string> joined;
  for (const std::string& argument : arguments) {
    if (!joined.empty() && isSwitch(joined.back()) && isSwitchValue(argument))
      joined.back() += "=" + argument;
    else
      joined.push_back(argument);
  }
  return joined;
}

}  // namespace remat
