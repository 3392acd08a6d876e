#include "gui/models/step_memory_view.h"
