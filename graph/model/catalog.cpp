#include "graph/model/catalog.h"
