#include "gui/models/theme.h"
