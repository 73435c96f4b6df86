#include "vnfm/cli/cli.h"

int main(int argc, char** argv) { return unf::vnfm::run(argc, argv); }
