#include "graph/model/artifacts.h"
