// Tables as text: CSV, JSON, Markdown and aligned columns.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

#include "profiler/core/units.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

/// The shortest text that reads back as the same number, in the C locale.
std::string numberText(double value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string rawText(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&cell)) return numberText(*number);
  return "";
}

std::string csvField(const Cell& cell) {
  std::string text = rawText(cell);
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) text.insert(at, 1, '"');
  return '"' + text + '"';
}

/// Columns that a terminal gives a text: code points, since the only wide text here are names that people chose.
std::size_t widthOf(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string blanks(width - std::min(width, widthOf(text)), ' ');
  return right ? blanks + text : text + blanks;
}

std::string escapedMarkdown(std::string text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n' || text[at] == '\r') text[at] = ' ';
    if (text[at] == '|' || text[at] == '<') text.insert(at++, 1, '\\');
  }
  return text;
}

}  // namespace

std::string cellText(const Cell& cell, ColumnUnit unit) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    if (unit == ColumnUnit::bytes) return bytesText(*integer);
    if (unit == ColumnUnit::bytes_per_second) return bytesText(*integer) + "/s";
    if (unit == ColumnUnit::ns) return durationText(*integer);
    return countText(*integer);
  }
  if (const auto* number = std::get_if<double>(&cell)) {
    if (unit == ColumnUnit::ratio) return percentText(*number);
    if (unit == ColumnUnit::difference) return differenceText(*number);
  }
  return rawText(cell);
}

std::string csvText(const ResultTable& table) {
  std::string text;
  for (const Column& column : table.columns) text.append(text.empty() ? "" : ",").append(column.name);
  text += "\r\n";
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + csvField(row[i]);
    text += "\r\n";
  }
  return text;
}

std::string jsonText(const ResultTable& table) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    auto object = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto put = [&](const auto& value) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          object[std::string(table.columns[i].name)] = value;
        }
      };
      std::visit(put, row[i]);
    }
    list.push_back(std::move(object));
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string plainText(const ResultTable& table, int indent) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t width = table.columns[i].title.size();
    for (const auto& row : table.rows) width = std::max(width, widthOf(cellText(row[i], table.columns[i].unit)));
    widths.push_back(width);
  }
  const auto addLine = [&](std::string& text, auto cell) {
    std::string line(static_cast<std::size_t>(indent), ' ');
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      line += (i == 0 ? "" : "  ") + padded(cell(i), widths[i], table.columns[i].unit != ColumnUnit::text);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  std::string text;
  addLine(text, [&](std::size_t i) { return std::string(table.columns[i].title); });
  for (const auto& row : table.rows) {
    addLine(text, [&](std::size_t i) { return cellText(row[i], table.columns[i].unit); });
  }
  return text;
}

std::string markdownText(const ResultTable& table) {
  std::string text = "|";
  for (const Column& column : table.columns) text += " " + escapedMarkdown(std::string(column.title)) + " |";
  text += "\n|";
  for (const Column& column : table.columns) text += column.unit == ColumnUnit::text ? " --- |" : " ---: |";
  text += "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (std::size_t i = 0; i < row.size(); ++i)
      text += " " + escapedMarkdown(cellText(row[i], table.columns[i].unit)) + " |";
    text += "\n";
  }
  return text;
}

namespace {

std::string detailText(const PointResult& point, RunDetail detail) {
  const std::string& policy = point.spec().policy;
  if (detail == RunDetail::layers && !point.blocks.empty()) {
    return "\n  " + policy + ", per block\n" + plainText(layerTable(point), 4);
  }
  if (detail != RunDetail::ops) return "";
  if (!point.op_times.empty()) return "\n  " + policy + ", per op\n" + plainText(opTable(point), 4);
  if (!point.attribution) return "  " + policy + ": no times of ops; kernels are attributed on a GPU only\n";
  return "  " + policy + ": no times of ops: " + point.attribution->unavailable_reason + "\n";
}

}  // namespace

std::string runText(const Run& run, RunDetail detail) {
  std::string text;
  for (const PointGroup& group : groupPoints(run)) {
    text += (text.empty() ? "" : "\n") + groupTitle(run.points[group.points.front()].spec()) + "\n";
    text += plainText(pointTable(run, group), 2);
    if (group.baseline && group.points.size() > 1) text += "  (change: against store_all)\n";
    for (const std::size_t index : group.points) {
      const PointResult& point = run.points[index];
      if (!point.completed()) text += "  " + point.spec().policy + ": " + outcomeText(point) + "\n";
      text += detailText(point, detail);
    }
  }
  return text;
}

}  // namespace remat
