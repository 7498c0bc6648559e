/* Memory mapping. */
#ifndef _UAPI_MMAN_H
#define _UAPI_MMAN_H

#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4

#define MAP_SHARED    0x01
#define MAP_PRIVATE   0x02
#define MAP_TYPE      0x0f
#define MAP_FIXED     0x10
#define MAP_ANONYMOUS 0x20
#define MAP_GROWSDOWN 0x0100
#define MAP_NORESERVE 0x4000
#define MAP_STACK     0x20000

#define MREMAP_MAYMOVE 1
#define MREMAP_FIXED   2

#define MADV_DONTNEED 4

#endif
