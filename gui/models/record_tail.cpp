#include "gui/models/record_tail.h"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

namespace remat {
namespace {

// toJsonLine() writes the kind first.
constexpr std::array kKinds = {R"({"record":"hello")", R"({"record":"point_started")", R"({"record":"sample")",
                               R"({"record":"point_finished")", R"({"record":"event")"};

bool isSmall(const QByteArray& line) {
  return std::any_of(kKinds.begin(), kKinds.end(), [&](const char* kind) { return line.startsWith(kind); });
}

}  // namespace

bool RecordTail::read(const std::function<void(const Record&)>& take) {
  if (!file_.isOpen() && (!file_.open(QIODevice::ReadOnly | QIODevice::Unbuffered) || !file_.seek(begin_))) {
    file_.close();
    return false;
  }
  rest_ += file_.readAll();
  qsizetype begin = 0;
  for (qsizetype end = rest_.indexOf('\n'); end >= 0; end = rest_.indexOf('\n', begin)) {
    const QByteArray line = rest_.mid(begin, end - begin);
    begin = end + 1;
    if (!isSmall(line)) continue;
    try {
      const std::optional<Record> record = parseRecord(line.toStdString(), "run file");
      if (record) take(*record);
    } catch (const std::exception&) {
      // The document that reads the whole file counts damaged lines and shows them.
    }
  }
  rest_.remove(0, begin);
  return true;
}

}  // namespace remat
