#include "gui/models/blocks_view.h"
