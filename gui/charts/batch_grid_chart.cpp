#include "gui/charts/batch_grid_chart.h"
