#include "gui/models/throughput_view.h"
