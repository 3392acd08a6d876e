#include "gui/models/depth_view.h"
