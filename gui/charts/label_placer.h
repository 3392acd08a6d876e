// Finds places for labels beside their marks: tries positions around the mark, avoids marks and other labels, falls
// back to a place further away with a leader line, and leaves out what finds none. Only geometry; deterministic.
#pragma once

#include <optional>
#include <vector>

#include <QLineF>
#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace remat {

struct LabelRequest {
  QPointF anchor;          ///< centre of the mark
  QSizeF size;             ///< of the text
  double distance = 9.0;   ///< between anchor and label, at least
  bool must_show = false;  ///< placed first, and even if it covers something
};

struct LabelPlace {
  QRectF box;
  std::optional<QLineF> leader;  ///< from mark to label, if they are far apart
};

/// One place per request, in their order; absent: there was none. `obstacles`: marks, lines and other things that
/// labels must not cover. Boxes are inside `bounds`.
[[nodiscard]] std::vector<std::optional<LabelPlace>> placeLabels(const std::vector<LabelRequest>& requests,
                                                                 const std::vector<QRectF>& obstacles,
                                                                 const QRectF& bounds);

/// Places on one axis near the wanted ones, `pitch` apart and in the same order, between low and high; closer together
/// if there is not room.
[[nodiscard]] std::vector<double> spreadApart(const std::vector<double>& wanted, double pitch, double low, double high);

}  // namespace remat
