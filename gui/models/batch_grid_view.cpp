#include "gui/models/batch_grid_view.h"
