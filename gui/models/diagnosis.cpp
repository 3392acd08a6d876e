#include "gui/models/diagnosis.h"
