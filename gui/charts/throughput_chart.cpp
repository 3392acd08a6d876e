#include "gui/charts/throughput_chart.h"
