/* PUSHF: VM and RF are pushed as 0. SDM vol. 2B, PUSHF. */
case "CF ZF", "esp=4ffc [4ffc].4=243 CF ZF", pushfl
case "SF DF", "esp=4ffe [4ffe].2=682 SF DF", pushfw
case "esp=4000", "#PF=6 cr2=3ffc", pushfl
/* v86 mode: IOPL decides. */
case16 "v86", "#GP", pushfw
case16 "v86 VM IOPL", "esp=4ffe [4ffe].2=3002 VM IOPL", .byte 0x9c
case "", "#UD", unlockable pushfl
