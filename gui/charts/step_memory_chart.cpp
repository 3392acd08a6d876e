#include "gui/charts/step_memory_chart.h"
