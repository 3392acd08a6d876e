// Follows a run file while somebody writes it, and hands over the small records that tell how far that is. Much cheaper
// than reading the file again: only what is new is read, and long records are not even parsed.
#pragma once

#include <functional>

#include <QFile>

#include "profiler/core/records.h"

namespace remat {

class RecordTail {
 public:
  /// From `begin` on: what a resumed file has already is skipped.
  RecordTail(const QString& path, qint64 begin) : file_(path), begin_(begin) {}

  /// Hands over what was written since the last call; false if the file is not there (yet).
  bool read(const std::function<void(const Record&)>& take);

 private:
  QFile file_;
  qint64 begin_;
  QByteArray rest_;  // a line without its end
};

}  // namespace remat
