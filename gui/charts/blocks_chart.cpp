#include "gui/charts/blocks_chart.h"
