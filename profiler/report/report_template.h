// The template of the HTML report, resources/report/report.html.mustache, built into the program.
#pragma once

#include <string_view>

namespace remat {

[[nodiscard]] std::string_view htmlReportTemplate();

}  // namespace remat
