#include "gui/charts/comparison_chart.h"
