// Reads a run file in the background and follows it while it grows. Looks at the file now and then instead of being
// told by the system, which works on every file system and costs one call a second.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include "profiler/core/run.h"

namespace remat {

/// Which file this is, and how far it goes.
struct FileMark {
  std::uint64_t device = 0, number = 0;
  std::int64_t size_bytes = 0, changed_ns = 0;
  bool operator==(const FileMark&) const = default;
};
/// None if there is no such file.
[[nodiscard]] std::optional<FileMark> fileMark(const QString& path);

enum class FileChange : std::uint8_t { none, grown, replaced, gone };
/// What became of a file of which `loaded` was read, of which the last `torn_bytes` were no whole line.
[[nodiscard]] FileChange fileChange(const FileMark& loaded, std::int64_t torn_bytes,
                                    const std::optional<FileMark>& now);

/// A file that has not grown for so long may have been left: one step of a large model takes longer, too.
inline constexpr int kLiveSeconds = 15;

class RunReader : public QObject {
  Q_OBJECT

 public:
  explicit RunReader(QString path, QObject* parent = nullptr);

  void load();

 signals:
  /// growing: it has grown since it was first read, and not long ago.
  void loaded(std::shared_ptr<const remat::Run> run, bool growing);
  void rested();  ///< has stopped growing, as far as one can tell
  void failed(const QString& message);
  /// Found gone or replaced, or (`none`) there again.
  void lost(remat::FileChange change);

 private:
  struct Reading;
  void look();
  void take(const Reading& reading);
  void setInterval();

  QString path_;
  std::optional<FileMark> loaded_mark_;
  std::int64_t torn_bytes_ = 0;
  FileChange lost_ = FileChange::none;
  bool busy_ = false;
  bool grows_ = false;
  QElapsedTimer since_growth_;
  QTimer timer_;
};

}  // namespace remat
