#include "graph/model/plan.h"
