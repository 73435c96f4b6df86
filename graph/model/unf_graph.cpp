#include "graph/model/unf_graph.h"
