// The results of a run as tables: one list of columns (name, unit, value) serves CSV, JSON, the terminal and reports.
// Column names are those of the records; order and names of the first columns are an interface, see FORMAT.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "profiler/core/run.h"

namespace remat {

/// Absent, integer, real number or text.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

/// What a column's numbers are, and so how people read them.
enum class ColumnUnit : std::uint8_t { text, count, bytes, bytes_per_second, ns, ratio, difference, number };

struct Column {
  std::string_view name;     ///< CSV header and JSON key
  std::string_view title{};  ///< for people; empty: not in tables for people
  ColumnUnit unit = ColumnUnit::text;
  bool quiet_zero = false;  ///< not in tables for people where every row has 0
};

struct ResultTable {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< one cell per column

  /// Index of a column; columns.size() if there is none.
  [[nodiscard]] std::size_t find(std::string_view name) const;
};

/// One row per point, in the order of the run.
[[nodiscard]] ResultTable pointTable(const Run& run);
/// One row per point and block; points without blocks have none.
[[nodiscard]] ResultTable layerTable(const Run& run);

/// One row per point, phase, block and op of the traced steps; points that were not traced have none.
[[nodiscard]] ResultTable opTable(const Run& run);

/// Part of a table for people: the rows of these points, without columns that have no title or say nothing in any row.
/// A column "change" belongs to the one before it and is relative to store_all.
[[nodiscard]] ResultTable pointTable(const Run& run, const PointGroup& group);
[[nodiscard]] ResultTable layerTable(const PointResult& point);
[[nodiscard]] ResultTable opTable(const PointResult& point);

/// RFC 4180 with a header line and CRLF line ends; an absent value is an empty field.
[[nodiscard]] std::string csvText(const ResultTable& table);
/// A list with one object per row; an absent value has no member.
[[nodiscard]] std::string jsonText(const ResultTable& table);
/// Aligned columns with human units; `indent` spaces before each line.
[[nodiscard]] std::string plainText(const ResultTable& table, int indent = 0);
/// The same as a Markdown table.
[[nodiscard]] std::string markdownText(const ResultTable& table);

/// A cell as people read it: "769.2 MiB", "12.3 ms", "+4.0%"; empty if absent.
[[nodiscard]] std::string cellText(const Cell& cell, ColumnUnit unit);

/// What the terminal shows below the table of points.
enum class RunDetail : std::uint8_t { none, layers, ops };

/// Whole run for the terminal: per group of comparable points a heading and a table, then the detail per point.
[[nodiscard]] std::string runText(const Run& run, RunDetail detail = RunDetail::none);
/// Instead of a point's own sizes, where points of several are meant: "1 to 8". Empty: its own.
struct SizeTexts {
  std::string layers{}, batch{};
};
/// "gpt2, 12 layers, batch 2 x 128 tokens, float32, adamw, cpu": what the points of a group share.
[[nodiscard]] std::string groupTitle(const PointSpec& spec, const SizeTexts& sizes = {});

}  // namespace remat
