#include "gui/charts/render.h"
