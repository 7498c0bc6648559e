/* The software arithmetic unit as a table. */
#include "cpu/x87_soft.h"

const struct x87_unit x87_soft_unit = X87_UNIT_TABLE(soft);
