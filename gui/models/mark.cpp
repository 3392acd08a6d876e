#include "gui/models/mark.h"
