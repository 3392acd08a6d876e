// The strip above the pages: one sentence at a time about the document, the measurement or an export, with at most two
// buttons. Never modal: everything else goes on working.
#pragma once

#include <functional>
#include <vector>

#include <QString>
#include <QStringList>
#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace remat {

struct StripAction {
  QString text;
  std::function<void()> run;
};

struct StripMessage {
  enum class Tone : std::uint8_t { hint, warning, error, done };
  Tone tone = Tone::hint;
  QString text;
  std::vector<StripAction> actions{};
};

class MessageStrip : public QWidget {
  Q_OBJECT

 public:
  explicit MessageStrip(QWidget* parent = nullptr);

  /// `topic`: a later message of the same topic replaces this one; an empty text takes it away. The newest is shown;
  /// dismissing it brings the one before back.
  void say(const QString& topic, StripMessage message);
  /// How far something is that was said before: changes the sentence where it stands, without coming to the front and
  /// without calling for attention. Nothing if it was dismissed.
  void update(const QString& topic, StripMessage message);
  void dismiss(const QString& topic);
  [[nodiscard]] QString text() const;
  [[nodiscard]] QString topic() const;

 signals:
  void alerted();  ///< people who do not see the strip are told what it says

 private:
  struct Entry {
    QString topic;
    StripMessage message;
  };
  [[nodiscard]] const StripMessage& shownMessage() const;
  enum class Alert : std::uint8_t { if_new, never };
  void showNewest(Alert alert = Alert::if_new);
  void rebuildActions();

  std::vector<Entry> entries_;  // oldest first
  QLabel* glyph_;
  QLabel* label_;
  QHBoxLayout* row_;
  std::vector<QWidget*> buttons_;
  QStringList shown_actions_;  // topic and texts of the buttons
};

}  // namespace remat
