#include "gui/models/policy_style.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace remat {
namespace {

struct Paint {
  const char* light;
  const char* dark;
  const char* light_rim;  ///< null: none
};

// Okabe-Ito, adapted to both surfaces: see the decisions of the sketches.
enum PaintName : std::uint8_t { grey, blue, purple, sky, green, orange, vermilion, yellow, ink, kPaints };
constexpr std::array<Paint, kPaints> kPaintTable = {{{"#5E6873", "#A3AEBA", nullptr},
                                                     {"#0072B2", "#3E9FE0", nullptr},
                                                     {"#B8568B", "#E08DBA", nullptr},
                                                     {"#56B4E9", "#7CCBF5", "#1C7DB3"},
                                                     {"#009E73", "#1FC397", nullptr},
                                                     {"#E69F00", "#F2B233", "#A66F00"},
                                                     {"#D55E00", "#F57F35", nullptr},
                                                     {"#F0E442", "#F0E442", "#8A7F00"},
                                                     {"#171B21", "#ECEFF3", nullptr}}};

struct Look {
  MarkShape shape;
  MarkDetail detail;
  PaintName paint;
  /// Colour alone makes no other look.
  bool operator<(const Look& other) const { return std::pair(shape, detail) < std::pair(other.shape, other.detail); }
};

struct NamedLook {
  std::string_view policy;  ///< without argument
  Look look;
};

using Shape = MarkShape;
using Detail = MarkDetail;
constexpr std::array kNamedLooks = {NamedLook{"store_all", {Shape::circle, Detail::none, grey}},
                                    NamedLook{"full", {Shape::hexagon, Detail::none, vermilion}},
                                    NamedLook{"cheap", {Shape::square, Detail::none, blue}},
                                    NamedLook{"act_discard", {Shape::square, Detail::hole, sky}},
                                    NamedLook{"norm_discard", {Shape::square, Detail::bar, green}},
                                    NamedLook{"save_attention_out", {Shape::diamond, Detail::none, orange}},
                                    NamedLook{"core_attention", {Shape::diamond, Detail::hole, purple}},
                                    NamedLook{"ffn_block", {Shape::triangle_up, Detail::none, green}},
                                    NamedLook{"attention_block", {Shape::triangle_up, Detail::hole, orange}},
                                    NamedLook{"every_n", {Shape::triangle_down, Detail::none, purple}},
                                    NamedLook{"first_n", {Shape::triangle_down, Detail::hole, blue}},
                                    NamedLook{"last_n", {Shape::triangle_down, Detail::bar, green}},
                                    NamedLook{"op_sac", {Shape::pentagon, Detail::none, sky}},
                                    NamedLook{"save", {Shape::pentagon, Detail::hole, purple}},
                                    NamedLook{"recompute", {Shape::pentagon, Detail::bar, vermilion}},
                                    NamedLook{"dots", {Shape::diamond, Detail::bar, blue}},
                                    NamedLook{"segment", {Shape::cross_box, Detail::none, sky}},
                                    NamedLook{"offload_input", {Shape::plus, Detail::none, yellow}},
                                    NamedLook{"offload_all", {Shape::plus, Detail::hole, vermilion}},
                                    NamedLook{"offload_selected", {Shape::plus, Detail::bar, green}},
                                    NamedLook{"budget", {Shape::star, Detail::none, ink}}};

/// The name before the argument or the part about the head.
std::string_view familyOf(std::string_view policy) { return policy.substr(0, policy.find_first_of(":+")); }

/// Places where a policy that is no row, or shares its row, begins to look for a free look; the same in every run.
std::size_t startOf(std::string_view policy) {
  std::uint32_t hash = 2'166'136'261U;
  for (const char c : policy) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return hash;
}

constexpr std::size_t kShapes = static_cast<std::size_t>(MarkShape::cross_box) + 1;
constexpr std::size_t kDetails = static_cast<std::size_t>(MarkDetail::upright) + 1;

/// The first from `start` on that no mark of this shape has.
PaintName freePaint(MarkShape shape, std::size_t start, const std::set<Look>& taken) {
  for (std::size_t i = 0; i < kPaints; ++i) {
    const auto paint = static_cast<PaintName>((start + i) % kPaints);
    const auto has = [&](const Look& look) { return look.shape == shape && look.paint == paint; };
    if (std::none_of(taken.begin(), taken.end(), has)) return paint;
  }
  return static_cast<PaintName>(start % kPaints);
}

Look freeLook(std::string_view policy, const std::set<Look>& taken) {
  const auto* row = std::find_if(kNamedLooks.begin(), kNamedLooks.end(),
                                 [&](const NamedLook& named) { return named.policy == familyOf(policy); });
  const std::size_t start = startOf(policy);
  if (row != kNamedLooks.end()) {
    if (!taken.contains(row->look)) return row->look;
    for (std::size_t i = 0; i < kDetails; ++i) {  // the shape of the family with another detail and colour
      const auto shape = row->look.shape;
      const Look look{shape, static_cast<MarkDetail>(i), freePaint(shape, row->look.paint, taken)};
      if (!taken.contains(look)) return look;
    }
  }
  for (std::size_t i = 0; i < kShapes * kDetails; ++i) {
    const std::size_t at = (start + i) % (kShapes * kDetails);
    const auto shape = static_cast<MarkShape>(at % kShapes);
    const Look look{shape, static_cast<MarkDetail>(at / kShapes), freePaint(shape, start, taken)};
    if (!taken.contains(look)) return look;
  }
  return {static_cast<MarkShape>(start % kShapes), MarkDetail::none, static_cast<PaintName>(start % kPaints)};
}

PolicyStyle styleOf(const Look& look) {
  const Paint& paint = kPaintTable[look.paint];
  PolicyStyle style{look.shape, paint.light, paint.dark, {}, look.detail};
  if (paint.light_rim != nullptr) style.light_rim = paint.light_rim;
  return style;
}

/// Rows of the table first, so that `every_n:2` never takes what is another policy's own; then by name, so that the
/// order of the points does not matter.
std::vector<std::string> inOrder(const std::vector<std::string>& policies) {
  std::set<std::string> all(policies.begin(), policies.end());
  std::vector<std::string> ordered;
  for (const NamedLook& named : kNamedLooks) {
    if (all.erase(std::string(named.policy)) > 0) ordered.emplace_back(named.policy);
  }
  const auto named = [&](const std::string& policy) {
    return std::any_of(kNamedLooks.begin(), kNamedLooks.end(),
                       [&](const NamedLook& look) { return look.policy == familyOf(policy); });
  };
  std::copy_if(all.begin(), all.end(), std::back_inserter(ordered), named);
  std::copy_if(all.begin(), all.end(), std::back_inserter(ordered), [&](const auto& p) { return !named(p); });
  return ordered;
}

}  // namespace

PolicyStyles policyStyles(const std::vector<std::string>& policies, const std::vector<std::string>& more) {
  std::vector<std::string> ordered = inOrder(policies);
  const std::vector<std::string> after = inOrder(more);
  ordered.insert(ordered.end(), after.begin(), after.end());
  PolicyStyles styles;
  std::set<Look> taken;
  for (const std::string& policy : ordered) {
    if (styles.contains(policy)) continue;
    const Look look = freeLook(policy, taken);
    styles.emplace(policy, styleOf(look));
    // More policies than looks: begin again, so that at least neighbours differ.
    if (!taken.insert(look).second) taken.clear();
  }
  return styles;
}

PolicyStyles policyStyles(const Run& run) { return policyStyles(policiesOf(run)); }

std::vector<std::string> policiesOf(const Run& run) {
  std::set<std::string> policies;
  for (const PointResult& point : run.points) policies.insert(point.spec().policy);
  return {policies.begin(), policies.end()};
}

}  // namespace remat
