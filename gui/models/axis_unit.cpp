#include "gui/models/axis_unit.h"
