#include "graph/model/inventory.h"
