#include "gui/models/model_words.h"

#include <exception>

#include <QFile>
#include <QLocale>
#include <QStringList>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/model_graph.h"
#include "gui/models/text.h"
#include "profiler/report/model_summary.h"

namespace remat {
namespace {

/// "8.03 billion", "124 million", "31 thousand"
QString roundCount(std::int64_t count) {
  const auto value = static_cast<double>(count);
  const QLocale locale;
  if (value >= 1e9) return tr("%1 billion").arg(locale.toString(value / 1e9, 'f', 2));
  if (value >= 1e6) return tr("%1 million").arg(locale.toString(value / 1e6, 'f', value < 1e7 ? 1 : 0));
  return locale.toString(static_cast<qlonglong>(count));
}

QString headsText(const ModelConfig& config) {
  if (config.num_key_value_heads == 1 && config.num_attention_heads > 1)
    return tr("%1 heads sharing one key-value head").arg(config.num_attention_heads);
  if (config.num_key_value_heads < config.num_attention_heads)
    return tr("%1 heads sharing %2 key-value heads").arg(config.num_attention_heads).arg(config.num_key_value_heads);
  return tr("%1 heads").arg(config.num_attention_heads);
}

QString sizesText(const ModelConfig& config) {
  QStringList parts = {tr("%1 blocks").arg(config.num_hidden_layers),
                       tr("hidden %1").arg(config.hidden_size),
                       headsText(config),
                       tr("feed-forward %1").arg(config.intermediate_size),
                       tr("vocabulary %1").arg(config.vocab_size),
                       config.tie_word_embeddings ? tr("output tied to the embedding") : tr("output not tied")};
  return parts.join(", ");
}

}  // namespace

ModelWords modelWords(const QString& config_path) {
  ModelWords words;
  try {
    const ModelConfig config = loadModelConfig(QFile::encodeName(config_path).toStdString());
    words.name = QString::fromStdString(config.name);
    const ModelGraph graph = buildModelGraph(config, TrainingSpec{}, Backend::cpu);
    words.text = tr("%1 (%2). %3. %4 parameters.")
                     .arg(words.name, QString::fromStdString(graph.architecture), sizesText(config),
                          roundCount(parameterCount(graph)));
    words.config = config;
  } catch (const std::exception& error) {
    words.problem = QString::fromUtf8(error.what());
  }
  return words;
}

ModelWords modelWords(const PointResult& point) {
  ModelWords words;
  words.name = QString::fromStdString(point.spec().model);
  words.text = QString::fromStdString(point.spec().model);
  if (!point.started.architecture.empty())
    words.text += QString(" (%1)").arg(QString::fromStdString(point.started.architecture));
  words.text += ".";
  if (point.spec().training.num_hidden_layers)
    words.text += " " + tr("%1 blocks were measured.").arg(*point.spec().training.num_hidden_layers);
  if (point.started.parameter_count > 0)
    words.text += " " + tr("%1 parameters.").arg(roundCount(point.started.parameter_count));
  return words;
}

std::vector<PolicyKeeps> policyKeeps(const ModelConfig& config, const TrainingSpec& spec,
                                     const std::vector<std::string>& policies) {
  std::vector<PolicyKeeps> keeps;
  for (const std::string& policy : policies) {
    PolicyKeeps& row = keeps.emplace_back();
    try {
      const ModelSummary summary = summarize(config, spec, {policy});
      row.retained_bytes = summary.policies.front().retained_bytes;
      row.note = QString::fromStdString(summary.policies.front().note);
    } catch (const std::exception& error) {
      row.note = QString::fromUtf8(error.what());
    }
  }
  return keeps;
}

}  // namespace remat
