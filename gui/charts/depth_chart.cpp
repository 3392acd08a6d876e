#include "gui/charts/depth_chart.h"
