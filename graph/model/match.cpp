#include "graph/model/match.h"
