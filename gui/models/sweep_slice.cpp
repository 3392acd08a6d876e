#include "gui/models/sweep_slice.h"
