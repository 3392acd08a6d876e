// A model's summary as JSON and as text for the terminal.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "profiler/cli/training_options.h"
#include "profiler/core/units.h"
#include "profiler/report/model_summary.h"

namespace remat {
namespace {

using json = nlohmann::ordered_json;

json activationJson(const ActivationSummary& activation, const std::vector<PolicySummary>& policies) {
  json row = {{"name", activation.name},   {"role", activation.role},   {"group", activation.group},
              {"op", activation.op},       {"shape", activation.shape}, {"sizes", activation.sizes},
              {"dtype", activation.dtype}, {"bytes", activation.bytes}};
  if (!activation.view_of.empty()) row["view_of"] = activation.view_of;
  row["kept_by"] = json::array();
  json partly = json::array();
  for (std::size_t i = 0; i < policies.size(); ++i) {
    if (activation.kept_by[i] == Kept::all) row["kept_by"].push_back(policies[i].policy);
    if (activation.kept_by[i] == Kept::some) partly.push_back(policies[i].policy);
  }
  if (!partly.empty()) row["kept_by_some_layers"] = partly;
  return row;
}

/// Columns padded to their widest cell; numbers to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header, std::vector<bool> right)
      : right_(std::move(right)), rows_{std::move(header)} {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  [[nodiscard]] std::string text() const {
    std::vector<std::size_t> widths(right_.size(), 0);
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const auto& row : rows_) {
      std::string line = " ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string padding(widths[i] - row[i].size(), ' ');
        line += " " + (right_[i] ? padding + row[i] : row[i] + padding) + " ";
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

char letterOf(std::size_t policy) { return policy < 26 ? static_cast<char>('A' + policy) : '*'; }

/// "ABC.e": a letter per policy, small if only some of the layers keep it.
std::string keptText(const std::vector<Kept>& kept_by) {
  std::string text;
  for (std::size_t i = 0; i < kept_by.size(); ++i) {
    const char letter = letterOf(i);
    const char small = letter == '*' ? '+' : static_cast<char>(letter - 'A' + 'a');
    text += kept_by[i] == Kept::all ? letter : kept_by[i] == Kept::some ? small : '.';
  }
  return text;
}

std::string headText(const ModelSummary& summary) {
  const TrainingSpec& training = summary.training;
  std::string text = summary.model + ": " + summary.architecture + " (" + summary.model_type + "), " +
                     countText(summary.parameter_count) + " parameters, " + bytesText(summary.parameter_bytes) + "\n";
  text += "batch " + std::to_string(training.batch_size) + " x " + std::to_string(training.sequence_length) +
          " tokens, " + precisionName(training.precision) + ", " + std::to_string(summary.num_hidden_layers) +
          " layers, forward " + flopsText(summary.forward_flops) + "\n";
  for (const std::string& note : summary.notes) text += "Note: " + note + "\n";
  return text;
}

std::string policiesText(const ModelSummary& summary) {
  TextTable table({"", "policy", "retained", "of store_all", "ops replayed", ""},
                  {false, false, true, true, true, false});
  for (std::size_t i = 0; i < summary.policies.size(); ++i) {
    const PolicySummary& policy = summary.policies[i];
    table.add({std::string(1, letterOf(i)), policy.policy, bytesText(policy.retained_bytes),
               percentText(policy.retained_ratio), countText(policy.recomputed_ops), policy.note});
  }
  return "\nRetained between forward and backward\n" + table.text();
}

}  // namespace

std::string summaryJson(const ModelSummary& summary) {
  const TrainingSpec& training = summary.training;
  json root = {{"model", summary.model},
               {"model_type", summary.model_type},
               {"architecture", summary.architecture},
               {"parameter_count", summary.parameter_count},
               {"parameter_bytes", summary.parameter_bytes},
               {"batch_size", training.batch_size},
               {"sequence_length", training.sequence_length},
               {"num_hidden_layers", summary.num_hidden_layers},
               {"dtype", precisionName(training.precision)},
               {"forward_flops", summary.forward_flops},
               {"policies", json::array()},
               {"blocks", json::array()},
               {"notes", summary.notes}};
  if (summary.memory_cap_bytes) root["memory_cap_bytes"] = *summary.memory_cap_bytes;
  for (const PolicySummary& policy : summary.policies) {
    json row = {{"policy", policy.policy},
                {"retained_bytes", policy.retained_bytes},
                {"retained_ratio", policy.retained_ratio},
                {"recomputed_ops", policy.recomputed_ops}};
    if (summary.memory_cap_bytes) row["exceeds_memory_cap"] = policy.exceeds_memory_cap;
    if (!policy.note.empty()) row["note"] = policy.note;
    root["policies"].push_back(std::move(row));
  }
  for (const BlockSummary& block : summary.blocks) {
    json row = {{"name", block.name},
                {"kind", block.kind},
                {"count", block.count},
                {"parameter_count", block.parameter_count},
                {"forward_flops", block.forward_flops},
                {"activations", json::array()}};
    for (const ActivationSummary& activation : block.activations)
      row["activations"].push_back(activationJson(activation, summary.policies));
    root["blocks"].push_back(std::move(row));
  }
  return root.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string summaryText(const ModelSummary& summary) {
  std::string text = headText(summary) + policiesText(summary);
  for (const BlockSummary& block : summary.blocks) {
    text += "\n" + block.name + (block.count > 1 ? " (" + std::to_string(block.count) + " alike)" : "") + ": " +
            countText(block.parameter_count) + " parameters, " + flopsText(block.forward_flops) + "\n";
    TextTable table({"activation", "role", "group", "shape", "dtype", "bytes", "kept by"},
                    {false, false, false, false, false, true, false});
    for (const ActivationSummary& a : block.activations)
      table.add({a.name, a.role, a.group, a.shape, a.dtype,
                 a.view_of.empty() ? bytesText(a.bytes) : "view of " + a.view_of, keptText(a.kept_by)});
    text += table.text();
  }
  return text + "\nkept by: the letters of the policies above; a small letter means by some of the layers.\n";
}

}  // namespace remat
