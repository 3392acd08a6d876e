#include "gui/models/frontier_view.h"
