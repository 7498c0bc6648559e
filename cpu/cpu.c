/* Life of a processor: creation, RESET, its pins, and what the outside may change. */
#include "cpu/x87.h"

#include <stdlib.h>
#include <string.h>

/* ---- Creation -------------------------------------------------------------------------------- */

static const struct cpu_engine *find_engine(const char *name)
{
    if (!name)
        return cpu_engines[0];
    for (unsigned i = 0; cpu_engines[i]; i++)
        if (strcmp(cpu_engines[i]->name, name) == 0)
            return cpu_engines[i];
    return NULL;
}

struct cpu *cpu_create(const struct cpu_model *model, const struct cpu_bus *bus,
                       const char *engine_name)
{
    const struct cpu_engine *engine = find_engine(engine_name);
    struct cpu *cpu = engine ? calloc(1, sizeof(*cpu)) : NULL;

    if (!cpu)
        return NULL;
    cpu->model = *model;
    cpu->bus = *bus;
    cpu->s.a20 = 1;
    mmu_init(cpu);
    if (engine->create && engine->create(cpu) < 0) {
        free(cpu);
        return NULL;
    }
    cpu->engine = engine;
    cpu_reset(cpu);
    return cpu;
}

void cpu_destroy(struct cpu *cpu)
{
    if (!cpu)
        return;
    if (cpu->engine->destroy)
        cpu->engine->destroy(cpu);
    hooks_destroy(cpu);
    free(cpu);
}

const struct cpu_model *cpu_model(const struct cpu *cpu)
{
    return &cpu->model;
}

const struct cpu_stats *cpu_stats(const struct cpu *cpu)
{
    return &cpu->stats;
}

void cpu_set_meter(struct cpu *cpu, struct meter *meter)
{
    cpu->meter = meter;
    if (cpu->engine->flush)
        cpu->engine->flush(cpu); /* blocks that count, or that do not */
}

struct meter *cpu_meter(const struct cpu *cpu)
{
    return cpu->meter;
}

const struct cpu_state *cpu_state(const struct cpu *cpu)
{
    return &cpu->s;
}

/* ---- RESET (SDM vol. 3, table 9-1) ----------------------------------------------------------- */

enum {
    ATTR_REAL_DATA = 0x93, /* present, data, writable, accessed */
    ATTR_RESET_LDT = 0x82,
    ATTR_RESET_TSS = 0x8b,
    X87_RESET_CW = 0x0040, /* not what FNINIT leaves */
    X87_RESET_TW = 0x5555,
    X87_INIT_CW = 0x037f,
    X87_INIT_TW = 0xffff,
};

static void reset_segments(struct cpu_state *s)
{
    for (unsigned i = 0; i < SEG_COUNT; i++)
        s->seg[i] = (struct cpu_segment){.attr = ATTR_REAL_DATA, .limit = 0xffff};
    s->seg[SEG_CS].selector = 0xf000;
    s->seg[SEG_CS].base = 0xffff0000;
    s->ldtr = (struct cpu_segment){.attr = ATTR_RESET_LDT, .limit = 0xffff};
    s->tr = (struct cpu_segment){.attr = ATTR_RESET_TSS, .limit = 0xffff};
}

static void reset_x87(struct cpu_state *s, enum cpu_level level)
{
    bool like_init = level <= CPU_486;

    s->x87.cw = like_init ? X87_INIT_CW : X87_RESET_CW;
    s->x87.tw = like_init ? X87_INIT_TW : X87_RESET_TW;
}

static uint32_t reset_cr0(const struct cpu_model *model)
{
    if (model->level >= CPU_486)
        return CR0_CD | CR0_NW | CR0_ET;
    return model->features & CPU_FEAT_FPU ? CR0_ET : 0;
}

/* What is derived from the state is forgotten. */
static void forget_derived(struct cpu *cpu)
{
    cpu->fault = (struct fault){0};
    cpu->hooked_at = 0;
    mmu_flush(cpu, false);
    debug_update(cpu);
    cpu_update_mode(cpu);
    if (cpu->engine->flush)
        cpu->engine->flush(cpu);
}

void cpu_reset(struct cpu *cpu)
{
    struct cpu_state *s = &cpu->s, old = *s;

    *s = (struct cpu_state){
        .icount = old.icount,
        .tsc_base = -old.icount,
        .eip = 0xfff0,
        .eflags = EFLAGS_FIXED,
        .gdtr.limit = 0xffff,
        .idtr.limit = cpu->model.level == CPU_386 ? 0x3ff : 0xffff,
        .cr0 = reset_cr0(&cpu->model),
        .intr = old.intr,
        .a20 = old.a20,
        .ignne = old.ignne,
    };
    s->gpr[GPR_EDX] = model_signature(&cpu->model);
    s->dr[6] = DR6_RESET;
    s->dr[7] = DR7_RESET;
    reset_segments(s);
    reset_x87(s, cpu->model.level);
    forget_derived(cpu);
}

/* ---- State from outside ---------------------------------------------------------------------- */

/* What no instruction could have made, and the rest relies on. */
static void make_consistent(struct cpu *cpu)
{
    struct cpu_state *s = &cpu->s;

    s->eflags = (s->eflags & model_eflags_mask(&cpu->model)) | EFLAGS_FIXED;
    if (!(s->cr0 & CR0_PE)) {
        s->eflags &= ~EFLAGS_VM;
        s->cpl = 0;
    }
    if (s->eflags & EFLAGS_VM)
        s->cpl = 3;
    s->gpr[GPR_COUNT] = 0;
    s->cpl &= 3;
    s->dr[6] = (s->dr[6] & DR6_WRITABLE) | DR6_RESET;
    s->dr[7] = (s->dr[7] & DR7_WRITABLE) | DR7_RESET;
    s->pending_db &= DR6_WRITABLE;
    x87_make_consistent(&s->x87);
    if (s->activity > CPU_SHUTDOWN)
        s->activity = CPU_RUNNING;
    if (s->activity != CPU_RUNNING || s->shadow > CPU_SHADOW_MOV_SS)
        s->shadow = CPU_SHADOW_NONE;
}

void cpu_set_state(struct cpu *cpu, const struct cpu_state *state)
{
    cpu->s = *state;
    make_consistent(cpu);
    forget_derived(cpu);
}

/* ---- Running and pins ------------------------------------------------------------------------ */

enum cpu_stop cpu_run(struct cpu *cpu, uint64_t until)
{
    enum meter_part outer = meter_go(cpu->meter, METER_LOOP);
    enum cpu_stop stop = cpu->engine->run(cpu, until);

    meter_go(cpu->meter, outer);
    return stop;
}

void cpu_request_stop(struct cpu *cpu)
{
    cpu->stop_requested = true;
    cpu_attention(cpu);
}

void cpu_stop_before(struct cpu *cpu)
{
    cpu->stop_before = true;
    cpu->hooked_at = cpu->s.icount + 1;
    cpu_request_stop(cpu);
}

void cpu_request_reset(struct cpu *cpu)
{
    cpu->reset_requested = true;
    cpu_attention(cpu);
}

void cpu_set_intr(struct cpu *cpu, bool level)
{
    cpu->s.intr = level;
    cpu_attention(cpu);
}

void cpu_set_nmi(struct cpu *cpu)
{
    cpu->s.nmi_pending = 1;
    cpu_attention(cpu);
}

void cpu_set_a20(struct cpu *cpu, bool enabled)
{
    if (cpu->s.a20 == enabled)
        return;
    cpu->s.a20 = enabled;
    mmu_refresh(cpu);
    if (cpu->engine->flush)
        cpu->engine->flush(cpu);
}

void cpu_set_ignne(struct cpu *cpu, bool level)
{
    cpu->s.ignne = level;
}

/* ---- Memory from outside --------------------------------------------------------------------- */

void cpu_memory_written(struct cpu *cpu, uint32_t paddr, uint32_t size)
{
    if (cpu->engine->code_written)
        cpu->engine->code_written(cpu, paddr, size);
}

void cpu_page_changed(struct cpu *cpu, uint32_t page)
{
    mmu_refresh_phys(cpu, page);
    cpu_memory_written(cpu, page & ~(uint32_t)PAGE_MASK, PAGE_SIZE);
}

void cpu_tlb_flush(struct cpu *cpu)
{
    mmu_flush(cpu, false);
    if (cpu->engine->flush)
        cpu->engine->flush(cpu);
}

void cpu_pages_changed(struct cpu *cpu)
{
    mmu_refresh(cpu);
}
