#include "gui/charts/frontier_chart.h"
