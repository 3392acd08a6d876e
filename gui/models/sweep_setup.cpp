#include "gui/models/sweep_setup.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include <QDateTime>
#include <QDir>
#include <QRegularExpression>
#include <QStandardPaths>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/error.h"
#include "gui/models/text.h"
#include "profiler/core/names.h"
#include "profiler/core/units.h"
#include "profiler/core/value_list.h"

namespace remat {
namespace {

template <typename E>
QStringList wordsOf() {
  QStringList words;
  for (const std::string_view name : kNames<E>) words << QString::fromUtf8(name.data(), static_cast<int>(name.size()));
  return words;
}

struct NumbersField {
  SetupField field;
  const char* flag;
  QString SweepSetup::*text;
  const char* standard;  // left out of the command line
};
constexpr std::array<NumbersField, 3> kNumbers = {{{SetupField::batch, "--batch", &SweepSetup::batch, "1"},
                                                   {SetupField::sequence, "--sequence", &SweepSetup::sequence, "128"},
                                                   {SetupField::layers, "--layers", &SweepSetup::layers, ""}}};

struct WordField {
  const char* flag;
  QString SweepSetup::*text;
  const char* standard;
};
constexpr std::array<WordField, 4> kWords = {{{"--dtype", &SweepSetup::precision, "float32"},
                                              {"--optimizer", &SweepSetup::optimizer, "adamw"},
                                              {"--device", &SweepSetup::device, "auto"},
                                              {"--memory-cap", &SweepSetup::memory_cap, ""}}};

QString compact(const QString& text) { return QString(text).remove(' '); }

/// The sentence of a thrown Error without the flag, which the field itself names.
QString sentenceOf(const std::function<void()>& check) {
  try {
    check();
  } catch (const Error& error) {
    return QString::fromUtf8(error.what()).section(": ", 1);
  }
  return {};
}

std::vector<std::int64_t> numbersOf(const NumbersField& field, const SweepSetup& setup) {
  return parseNumbers(field.flag, compact(setup.*field.text).toStdString());
}

bool optionalAndEmpty(const NumbersField& field, const SweepSetup& setup) {
  return field.standard[0] == '\0' && (setup.*field.text).trimmed().isEmpty();
}

QString joined(const std::set<std::int64_t>& values) {
  QStringList parts;
  for (std::int64_t value : values) parts << QString::number(value);
  return parts.join(',');
}

}  // namespace

QStringList precisionWords() { return wordsOf<Precision>(); }
QStringList optimizerWords() { return wordsOf<Optimizer>(); }

std::vector<SetupProblem> setupProblems(const SweepSetup& setup) {
  std::vector<SetupProblem> problems;
  const auto add = [&](SetupField field, const QString& text) {
    if (!text.isEmpty()) problems.push_back({field, text});
  };
  if (setup.config_path.isEmpty()) add(SetupField::config, tr("choose the config.json of a model"));
  for (const NumbersField& field : kNumbers)
    if (!optionalAndEmpty(field, setup)) add(field.field, sentenceOf([&] { (void)numbersOf(field, setup); }));
  if (!setup.memory_cap.isEmpty())
    add(SetupField::memory_cap, sentenceOf([&] { (void)parseBytes(setup.memory_cap.toStdString(), "memory"); }));
  if (setup.policies.isEmpty()) add(SetupField::policies, tr("tick at least one policy"));
  return problems;
}

std::optional<std::int64_t> pointCount(const SweepSetup& setup) {
  if (!setupProblems(setup).empty()) return std::nullopt;
  std::int64_t count = setup.policies.size();
  for (const NumbersField& field : kNumbers)
    if (!optionalAndEmpty(field, setup)) count *= static_cast<std::int64_t>(numbersOf(field, setup).size());
  return count;
}

std::optional<TrainingSpec> firstSpec(const SweepSetup& setup) {
  TrainingSpec spec;
  const std::array targets = {&spec.batch_size, &spec.sequence_length};
  try {
    for (std::size_t i = 0; i < targets.size(); ++i) *targets[i] = numbersOf(kNumbers[i], setup).front();
    if (!optionalAndEmpty(kNumbers[2], setup)) spec.num_hidden_layers = numbersOf(kNumbers[2], setup).front();
  } catch (const Error&) {
    return std::nullopt;
  }
  const auto precision = precisionWords().indexOf(setup.precision);
  if (precision >= 0) spec.precision = static_cast<Precision>(precision);
  return spec;
}

QStringList sweepArguments(const SweepSetup& setup) {
  QStringList arguments = {"sweep", setup.config_path, "--policy", setup.policies.join(',')};
  for (const NumbersField& field : kNumbers)
    if (const QString text = compact(setup.*field.text); !text.isEmpty() && text != field.standard)
      arguments << field.flag << text;
  for (const WordField& field : kWords)
    if (const QString text = compact(setup.*field.text); !text.isEmpty() && text != field.standard)
      arguments << field.flag << text;
  arguments << "--output" << setup.output;
  if (setup.resume) arguments << "--resume";
  return arguments;
}

QString commandText(const QString& program, const QStringList& arguments) {
  static const QRegularExpression plain("^[A-Za-z0-9_@%+=:,./-]+$");
  QStringList words;
  for (const QString& word : QStringList(program) + arguments)
    words << (plain.match(word).hasMatch() ? word : "'" + QString(word).replace("'", R"('\'')") + "'");
  return words.join(' ');
}

SweepSetup setupOf(const Run& run) {
  SweepSetup setup;
  if (run.points.empty()) return setup;
  const PointSpec& first = run.points.front().spec();
  std::set<std::int64_t> batches, sequences, layers;
  setup.policies.clear();
  for (const PointResult& point : run.points) {
    const PointSpec& spec = point.spec();
    if (spec.config_hash != first.config_hash) continue;
    batches.insert(spec.training.batch_size);
    sequences.insert(spec.training.sequence_length);
    layers.insert(spec.training.num_hidden_layers.value_or(0));
    const QString policy = QString::fromStdString(spec.policy);
    if (!setup.policies.contains(policy)) setup.policies << policy;
  }
  setup.config_path = QString::fromStdString(first.config_path);
  setup.batch = joined(batches);
  setup.sequence = joined(sequences);
  setup.layers = joined(layers);
  setup.precision = QString::fromStdString(std::string(nameOf(first.training.precision)));
  setup.optimizer = QString::fromStdString(std::string(nameOf(first.training.optimizer)));
  setup.device = QString::fromStdString(first.device);
  return setup;
}

QString newRunPath(const QString& model) {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/runs";
  QString stem = model.isEmpty() ? QString("run") : model;
  stem.replace(QRegularExpression("[^A-Za-z0-9._-]"), "_");
  const QString base = folder + "/" + stem + QDateTime::currentDateTime().toString("-yyyy-MM-dd-HHmmss");
  QString path = base + ".remat.jsonl";
  for (int i = 2; QFile::exists(path); ++i) path = QString("%1-%2.remat.jsonl").arg(base).arg(i);
  return path;
}

const std::vector<PolicyChoice>& policyChoices() {
  static const std::vector<PolicyChoice> choices = [] {
    // What replaces the placeholder of a policy that takes an argument; others with an argument are typed.
    const std::map<std::string_view, QString> examples = {{"every_n", "every_n:2"}, {"segment", "segment:2"}};
    std::vector<PolicyChoice> list;
    for (const PolicyDescription& known : policyDescriptions()) {
      const auto example = examples.find(known.name);
      const auto text = [](std::string_view view) {
        return QString::fromUtf8(view.data(), static_cast<int>(view.size()));
      };
      if (known.argument.empty() || example != examples.end())
        list.push_back({known.argument.empty() ? text(known.name) : example->second, text(known.summary)});
    }
    return list;
  }();
  return choices;
}

}  // namespace remat
