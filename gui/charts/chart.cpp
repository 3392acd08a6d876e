#include "gui/charts/chart.h"
