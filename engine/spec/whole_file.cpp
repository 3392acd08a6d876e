#include "engine/spec/whole_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/spec/error.h"

namespace remat {

namespace fs = std::filesystem;

WholeFile::WholeFile(fs::path path) : path_(std::move(path)), target_(path_) {
  std::error_code error;
  const fs::file_status status = fs::status(path_, error);
  if (fs::is_symlink(path_, error)) target_ = fs::weakly_canonical(path_, error);
  part_ = target_;
  if (!fs::exists(status) || fs::is_regular_file(status)) part_ += ".part";
  file_.open(part_, std::ios::binary | std::ios::trunc);
  if (!file_) throw Error(ErrorKind::failed, path_.string(), std::string("cannot be written: ") + std::strerror(errno));
}

WholeFile::~WholeFile() {
  if (!finished_) remove();
}

void WholeFile::remove() noexcept {
  file_.close();
  std::error_code ignored;
  if (part_ != target_) fs::remove(part_, ignored);
}

void WholeFile::write(std::string_view bytes) {
  if (problem_ != 0) return;
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file_) problem_ = errno;
}

void WholeFile::fail(const std::string& reason) {
  throw Error(ErrorKind::failed, path_.string(), "cannot be written: " + reason);
}

void WholeFile::finish() {
  file_.close();
  if (!file_) fail(std::strerror(problem_ != 0 ? problem_ : errno));
  std::error_code error;
  if (part_ != target_) fs::rename(part_, target_, error);
  if (error) fail(error.message());
  finished_ = true;
}

void refuseExisting(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored))
    throw Error(ErrorKind::usage, path.string(), "must not exist yet, but it does",
                "choose another name, or replace it with --force");
}

}  // namespace remat
