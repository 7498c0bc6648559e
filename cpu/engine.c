#include "cpu/engine.h"

const struct cpu_engine *const cpu_engines[] = {&cpu_engine_block, &cpu_engine_step, NULL};
