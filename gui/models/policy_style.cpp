#include "gui/models/policy_style.h"
