#include "engine/exec/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>

#include "engine/spec/error.h"
#include "engine/spec/whole_file.h"

namespace remat {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "the file's numbers are copied as they are");

struct DtypeRow {
  std::string_view name;
  at::ScalarType dtype;
};

/// In the order in which Python's safetensors sorts tensors: the widest alignment first.
constexpr std::array kDtypes = {DtypeRow{"I64", at::kLong},      DtypeRow{"F64", at::kDouble},
                                DtypeRow{"F32", at::kFloat},     DtypeRow{"I32", at::kInt},
                                DtypeRow{"BF16", at::kBFloat16}, DtypeRow{"F16", at::kHalf},
                                DtypeRow{"I16", at::kShort},     DtypeRow{"I8", at::kChar},
                                DtypeRow{"U8", at::kByte},       DtypeRow{"BOOL", at::kBool}};

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMostHeaderBytes = 100'000'000;  // as Python's safetensors limits it
constexpr std::size_t kMostDimensions = 64;

[[noreturn]] void fail(const fs::path& path, const std::string& what,
                       const std::string& remedy = "is the file damaged?") {
  throw Error(ErrorKind::bad_input, path.string(), what, remedy);
}

[[noreturn]] void failTensor(const fs::path& path, const std::string& name, const std::string& what,
                             const std::string& remedy = "is the file damaged?") {
  fail(path.string() + " tensor " + name, what, remedy);
}

/// A piece of the header for a message, which a damaged file must not make long.
std::string shown(const json& value) {
  const std::string text = value.dump();
  return text.size() <= 100 ? text : text.substr(0, 97) + "...";
}

struct Entry {
  std::string name;
  at::ScalarType dtype = at::kFloat;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::uint64_t number(const fs::path& path, const std::string& name, const json& value, const std::string& what) {
  if (!value.is_number_unsigned()) failTensor(path, name, "expected " + what + ", got " + shown(value));
  return value.get<std::uint64_t>();
}

at::ScalarType dtypeOf(const fs::path& path, const std::string& name, const json& value) {
  const auto found =
      std::find_if(kDtypes.begin(), kDtypes.end(), [&](const DtypeRow& row) { return value == row.name; });
  if (found != kDtypes.end()) return found->dtype;
  std::string known;
  for (const DtypeRow& row : kDtypes) known += (known.empty() ? "" : ", ") + std::string(row.name);
  failTensor(path, name, "expected a dtype of " + known + ", got " + shown(value), "convert the tensor first");
}

/// Bytes of a tensor of this shape; an error if 64 bits cannot count them.
std::uint64_t byteCount(const fs::path& path, const Entry& entry) {
  std::uint64_t bytes = at::elementSize(entry.dtype);
  for (const std::int64_t size : entry.shape)
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes))
      failTensor(path, entry.name, "expected a shape whose bytes can be counted, got " + shown(entry.shape));
  return bytes;
}

Entry entryOf(const fs::path& path, const std::string& name, const json& value) {
  if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets"))
    failTensor(path, name, "expected the members dtype, shape and data_offsets, got " + shown(value));
  Entry entry;
  entry.name = name;
  entry.dtype = dtypeOf(path, name, value["dtype"]);
  const json& shape = value["shape"];
  if (!shape.is_array() || shape.size() > kMostDimensions)
    failTensor(path, name, "expected a shape of at most 64 sizes, got " + shown(shape));
  for (const json& size : shape) {
    const std::uint64_t extent = number(path, name, size, "a size from 0 to 2^63 - 1");
    if (extent > INT64_MAX) failTensor(path, name, "expected a size from 0 to 2^63 - 1, got " + shown(size));
    entry.shape.push_back(static_cast<std::int64_t>(extent));
  }
  const json& offsets = value["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2)
    failTensor(path, name, "expected data_offsets of two numbers, got " + shown(offsets));
  entry.begin = number(path, name, offsets[0], "an offset");
  entry.end = number(path, name, offsets[1], "an offset");
  return entry;
}

/// Parses the header; an error for equal keys, of which a JSON library would silently take the last.
json parseHeader(const fs::path& path, const std::string& text) {
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto callback = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > 3) fail(path, "expected a header of objects of objects, got a deeper one");
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      fail(path, "expected each name once in the header, got " + shown(parsed) + " twice");
    return true;
  };
  try {
    json header = json::parse(text, callback);
    if (!header.is_object()) fail(path, "expected a JSON object as header, got " + std::string(header.type_name()));
    return header;
  } catch (const json::exception& error) {
    fail(path, "expected a header in JSON, got text that is none (" + std::string(error.what()).substr(0, 200) + ")");
  }
}

/// Tensors in the order of their data, which they must cover exactly.
std::vector<Entry> entriesOf(const fs::path& path, const json& header, std::uint64_t data_bytes) {
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.items())
    if (name != "__metadata__") entries.push_back(entryOf(path, name, value));
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t covered = 0;
  for (const Entry& entry : entries) {
    const std::string found = std::to_string(entry.begin) + " to " + std::to_string(entry.end);
    if (entry.begin != covered)
      failTensor(path, entry.name,
                 "expected its data to begin at byte " + std::to_string(covered) + ", got bytes " + found);
    const std::uint64_t bytes = byteCount(path, entry);
    if (entry.end < entry.begin || entry.end - entry.begin != bytes)
      failTensor(
          path, entry.name,
          "expected " + std::to_string(bytes) + " bytes for shape " + shown(entry.shape) + ", got bytes " + found);
    if (entry.end > data_bytes)
      failTensor(path, entry.name,
                 "expected at most " + std::to_string(data_bytes) + " bytes of data, got bytes " + found);
    covered = entry.end;
  }
  if (covered != data_bytes)
    fail(path, "expected " + std::to_string(covered) + " bytes of data, got " + std::to_string(data_bytes));
  return entries;
}

/// Reads and checks everything before the data.
std::vector<Entry> readEntries(const fs::path& path, std::ifstream& file, std::uint64_t file_bytes) {
  if (file_bytes < kLengthBytes)
    fail(path, "expected at least 8 bytes, got " + std::to_string(file_bytes), "is it a safetensors file?");
  std::uint64_t header_bytes = 0;
  file.read(reinterpret_cast<char*>(&header_bytes), kLengthBytes);
  if (header_bytes > kMostHeaderBytes || header_bytes > file_bytes - kLengthBytes)
    fail(path,
         "expected a header of at most " + std::to_string(std::min(kMostHeaderBytes, file_bytes - kLengthBytes)) +
             " bytes, got a length of " + std::to_string(header_bytes),
         "is it a safetensors file?");
  std::string text(header_bytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(header_bytes));
  if (!file) fail(path, "expected " + std::to_string(header_bytes) + " bytes of header, got fewer");
  return entriesOf(path, parseHeader(path, text), file_bytes - kLengthBytes - header_bytes);
}

void checkBooleans(const fs::path& path, const std::string& name, const at::Tensor& tensor) {
  const auto* bytes = static_cast<const unsigned char*>(tensor.const_data_ptr());
  const auto* end = bytes + tensor.numel();
  const auto* wrong = std::find_if(bytes, end, [](unsigned char byte) { return byte > 1; });
  if (wrong != end) failTensor(path, name, "expected bytes 0 and 1 for BOOL, got " + std::to_string(*wrong));
}

int orderOf(const fs::path& path, const std::string& name, at::ScalarType dtype) {
  for (std::size_t i = 0; i < kDtypes.size(); ++i)
    if (kDtypes[i].dtype == dtype) return static_cast<int>(i);
  failTensor(path, name, std::string("expected a dtype that safetensors has, got ") + at::toString(dtype),
             "convert it first");
}

}  // namespace

NamedTensors readSafetensors(const fs::path& path) {
  std::error_code problem;
  const std::uint64_t file_bytes = fs::file_size(path, problem);
  if (problem) fail(path, "expected a safetensors file, got: " + problem.message(), "check the path");
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path, "expected a readable file, got one that cannot be opened", "check its permissions");
  NamedTensors tensors;
  for (const Entry& entry : readEntries(path, file, file_bytes)) {
    at::Tensor tensor = at::empty(entry.shape, at::TensorOptions().dtype(entry.dtype));
    if (tensor.nbytes() > 0)  // tensors follow each other, so no seeking
      file.read(static_cast<char*>(tensor.mutable_data_ptr()), static_cast<std::streamsize>(tensor.nbytes()));
    if (!file) failTensor(path, entry.name, "expected " + std::to_string(tensor.nbytes()) + " bytes, got fewer");
    if (entry.dtype == at::kBool) checkBooleans(path, entry.name, tensor);
    tensors.emplace(entry.name, std::move(tensor));
  }
  return tensors;
}

void writeSafetensors(const fs::path& path, const NamedTensors& tensors) {
  std::vector<std::pair<int, const NamedTensors::value_type*>> sorted;
  for (const auto& named : tensors) sorted.emplace_back(orderOf(path, named.first, named.second.scalar_type()), &named);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });

  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  std::uint64_t offset = 0;
  for (const auto& [order, named] : sorted) {
    const std::uint64_t end = offset + named->second.nbytes();
    nlohmann::ordered_json& entry = header[named->first];
    entry["dtype"] = kDtypes[order].name;
    entry["shape"] = named->second.sizes().vec();
    entry["data_offsets"] = {offset, end};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data is aligned
  const std::uint64_t header_bytes = text.size();

  WholeFile file(path);
  file.write({reinterpret_cast<const char*>(&header_bytes), kLengthBytes});
  file.write(text);
  for (const auto& [order, named] : sorted) {
    const at::Tensor tensor = named->second.detach().contiguous();
    file.write({static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()});
  }
  file.finish();
}

}  // namespace remat
