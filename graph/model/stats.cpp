#include "graph/model/stats.h"
